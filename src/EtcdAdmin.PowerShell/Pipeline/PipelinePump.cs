using System.Management.Automation;
using System.Threading.Channels;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell.Pipeline;

/// <summary>
/// Runs async work on other threads, and makes its calls on the pipeline thread, the only thread that may use a cmdlet.
/// </summary>
/// <param name="progress">Progress reported by the work, shown between its calls.</param>
/// <param name="writeProgress">Shows one record; called on the pipeline thread.</param>
internal sealed class PipelinePump(ProgressBoard progress, Action<ProgressRecord> writeProgress)
{
    private readonly Channel<Action> _calls = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });

    // How long to wait for a reader that does not take the output, such as a terminal that was stopped with Ctrl+S.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _unread = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _end;

    /// <summary>
    /// Runs the work to its end. Blocks the calling thread, which is the pipeline thread, and makes the calls of the work on it.
    /// </summary>
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
            // If the pipeline ended early, no output is read any more. The work is cancelled and waited for, so that nothing
            // continues in the background. Its own result must not hide why the pipeline ended.
            _unread.TrySetResult();
            end.Cancel();
            Task.WhenAny(running).GetAwaiter().GetResult();
            _ = running.Exception;
        }

        running.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Makes the call on the pipeline thread, and waits for it. The wait slows the work down to the speed of the reader.
    /// </summary>
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

    /// <summary>Makes the call on the pipeline thread soon, without waiting. Dropped if the work has ended.</summary>
    public void Post(Action call) => _calls.Writer.TryWrite(call);

    /// <summary>
    /// Waits a moment until all posted calls are made, also while the work is being stopped. Does not wait if output is no longer
    /// read.
    /// </summary>
    public async Task PostedAsync()
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(made.SetResult);
        await Task.WhenAny(made.Task, _unread.Task, Task.Delay(Patience)).ConfigureAwait(false);
    }

    /// <summary>Records progress. The pipeline thread shows it when it is due.</summary>
    public void Report(ProgressEvent progressEvent)
    {
        // An empty call wakes the pump, which then finds out how long it may sleep.
        if (progress.Report(progressEvent)) Post(static () => { });
    }

    /// <summary>
    /// These exceptions end the whole pipeline and must be thrown on its thread at once. The work may catch all other exceptions.
    /// </summary>
    private static bool EndsPipeline(Exception e) => e is PipelineStoppedException or ActionPreferenceStopException or FlowControlException;

    private async Task RunToEndAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_end).ConfigureAwait(false);
        }
        finally
        {
            _calls.Writer.Complete(); // the pump must not wait after an exception
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
