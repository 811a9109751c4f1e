using System.Management.Automation;
using System.Threading.Channels;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell.Pipeline;

/// <summary>Runs async work on other threads and lends it the pipeline thread, the only one that may touch a cmdlet.</summary>
/// <param name="progress">Progress reported by the work, shown between its calls.</param>
/// <param name="writeProgress">Shows one record; called on the pipeline thread.</param>
internal sealed class PipelinePump(ProgressBoard progress, Action<ProgressRecord> writeProgress)
{
    private readonly Channel<Action> _calls = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });

    // How long somebody may be waited for who does not take what is written, such as a terminal that was stopped with Ctrl+S.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _unread = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _end;

    /// <summary>Runs the work to its end; blocks the calling thread, which is the pipeline's, and makes its calls there.</summary>
    /// <exception cref="Exception">
    /// What a call that ends the pipeline threw (a stopped pipeline, <c>-ErrorAction Stop</c>); otherwise what the work threw.
    /// </exception>
    public void Run(Func<CancellationToken, Task> work, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _end = end.Token;
        Task running = Task.Run(() => RunToEndAsync(work), CancellationToken.None);
        try
        {
            MakeCalls();
        }
        finally
        {
            // After a pipeline that ended early nobody reads any more: the work is told, and waited for, so that none of it goes
            // on unseen. Its own outcome must not hide why the pipeline ended.
            _unread.TrySetResult();
            end.Cancel();
            Task.WhenAny(running).GetAwaiter().GetResult();
            _ = running.Exception;
        }

        running.GetAwaiter().GetResult();
    }

    /// <summary>Makes the call on the pipeline thread, and waits for it; that wait is the back-pressure of everything written.</summary>
    /// <exception cref="OperationCanceledException">The pipeline ended before or in this call.</exception>
    public Task<T> CallAsync<T>(Func<T> call)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool accepted = _calls.Writer.TryWrite(() =>
        {
            try
            {
                done.SetResult(call());
            }
            catch (Exception e) when (!EndsPipeline(e))
            {
                done.SetException(e);
            }
        });
        if (!accepted) throw new InvalidOperationException("This work has ended; something it started and did not await still calls the cmdlet.");
        return done.Task.WaitAsync(_end);
    }

    /// <summary>Makes the call on the pipeline thread some time soon; dropped when the work has ended.</summary>
    public void Post(Action call) => _calls.Writer.TryWrite(call);

    /// <summary>Waits until all that was posted so far is made, also while the work is being stopped; a moment at most, and not where nobody reads any more.</summary>
    public async Task PostedAsync()
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(made.SetResult);
        await Task.WhenAny(made.Task, _unread.Task, Task.Delay(Patience)).ConfigureAwait(false);
    }

    /// <summary>Takes note of progress; the pipeline thread shows it when it is due.</summary>
    public void Report(ProgressEvent progressEvent)
    {
        // An empty call wakes the pump, which then sees until when it may sleep.
        if (progress.Report(progressEvent)) Post(static () => { });
    }

    /// <summary>These end the whole pipeline and must surface on its thread at once; work may catch all others.</summary>
    private static bool EndsPipeline(Exception e) => e is PipelineStoppedException or ActionPreferenceStopException or FlowControlException;

    private async Task RunToEndAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_end).ConfigureAwait(false);
        }
        finally
        {
            _calls.Writer.Complete(); // a fault must not leave the pump waiting
        }
    }

    private void MakeCalls()
    {
        bool more = true;
        while (more)
        {
            while (_calls.Reader.TryRead(out Action? call))
            {
                call();
                ShowProgress(progress.TakeDue());
            }

            more = WaitForCall();
        }

        ShowProgress(progress.Close());
    }

    /// <summary>False when the work has ended and every call is made.</summary>
    private bool WaitForCall()
    {
        Task<bool> next = _calls.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        while (!next.Wait(progress.UntilDue, CancellationToken.None)) ShowProgress(progress.TakeDue());
        return next.Result;
    }

    private void ShowProgress(IReadOnlyList<ProgressRecord> records)
    {
        foreach (ProgressRecord record in records) writeProgress(record);
    }
}
