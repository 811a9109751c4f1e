using System.Management.Automation;
using EtcdAdmin.Events;
using EtcdAdmin.PowerShell.Errors;
using EtcdAdmin.PowerShell.Pipeline;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// The base of all cmdlets: runs their async work, writes the results, and stops the work when the pipeline ends.
/// </summary>
/// <remarks>
/// The async methods run off the pipeline thread and touch the cmdlet only through the helpers here; parameters may be read
/// freely. The token they get is cancelled by Ctrl+C and by anything else that ends the pipeline early
/// (<c>Select-Object -First</c>, <c>-ErrorAction Stop</c>); the pipeline waits until they have ended.
/// </remarks>
public abstract class EtcdCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Phase? _phase;

    /// <summary>Receives the reports of the core: progress, verbose messages and warnings.</summary>
    protected IProgress<EtcdEvent> CoreEvents => Current.Events;

    private Phase Current =>
        _phase ?? throw new InvalidOperationException("The pipeline can be used only from within BeginAsync, ProcessAsync and EndAsync.");

    /// <summary>Releases the resources of the cmdlet. PowerShell calls it at the end of the pipeline.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs once, before the first object. An error here ends the command.</summary>
    /// <param name="stop">Cancelled when the pipeline ends early.</param>
    protected virtual Task BeginAsync(CancellationToken stop) => Task.CompletedTask;

    /// <summary>Runs once for each object from the pipeline. After an error the next object follows.</summary>
    /// <param name="stop">Cancelled when the pipeline ends early.</param>
    protected virtual Task ProcessAsync(CancellationToken stop) => Task.CompletedTask;

    /// <summary>Runs once, after the last object.</summary>
    /// <param name="stop">Cancelled when the pipeline ends early.</param>
    protected virtual Task EndAsync(CancellationToken stop) => Task.CompletedTask;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Run(BeginAsync, ThrowLast);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessAsync, WriteEach);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndAsync, WriteEach);

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command ended on its own while PowerShell was about to stop it.
        }
    }

    /// <summary>Releases the resources of the cmdlet.</summary>
    /// <param name="disposing">True unless called from a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _stop.Dispose();
    }

    /// <summary>Writes one object, and waits until the next commands in the pipeline have taken it.</summary>
    protected Task WriteAsync(object value) => OnPipelineAsync(() => WriteObject(value));

    /// <summary>Writes many small objects with a single change of threads.</summary>
    protected Task WritePageAsync<T>(IReadOnlyCollection<T> page) => OnPipelineAsync(() => WriteObject(page, enumerateCollection: true));

    /// <summary>Waits a moment until all reports of the core are written, also while the command is being stopped.</summary>
    private protected Task FlushReportsAsync() => Current.Pump.PostedAsync();

    /// <summary>Writes the error records of an exception of the core, and goes on.</summary>
    protected Task WriteErrorAsync(Exception exception) => OnPipelineAsync(() => WriteEach(ErrorRecords.From(exception)));

    /// <summary>Asks for confirmation; with <c>-WhatIf</c> shows the action and returns false.</summary>
    /// <param name="target">The object, as an operator knows it: <c>member n2 (8e9e05c52164694d)</c>.</param>
    /// <param name="action">The action: <c>Remove member</c>.</param>
    protected Task<bool> ShouldProcessAsync(string target, string action) => OnPipelineAsync(() => ShouldProcess(target, action));

    /// <summary>Calls on the pipeline thread, the only thread that may use a cmdlet.</summary>
    /// <exception cref="OperationCanceledException">The pipeline has ended.</exception>
    protected Task<T> OnPipelineAsync<T>(Func<T> call) => Current.Pump.CallAsync(call);

    /// <summary>Calls on the pipeline thread, the only thread that may use a cmdlet.</summary>
    /// <exception cref="OperationCanceledException">The pipeline has ended.</exception>
    protected Task OnPipelineAsync(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return OnPipelineAsync(() =>
        {
            call();
            return true;
        });
    }

    /// <summary>
    /// Runs an action for each item in turn. An item that fails becomes an error record, and the next item follows.
    /// </summary>
    /// <param name="items">The items.</param>
    /// <param name="action">The action for one item.</param>
    /// <param name="stop">Cancelled when the pipeline ends early.</param>
    protected async Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> action, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(action);
        foreach (T item in items) await TryAsync(item, action, stop).ConfigureAwait(false);
    }

    /// <summary>The same for an asynchronous sequence.</summary>
    /// <param name="items">The items.</param>
    /// <param name="action">The action for one item.</param>
    /// <param name="stop">Cancelled when the pipeline ends early.</param>
    protected async Task ForEachAsync<T>(IAsyncEnumerable<T> items, Func<T, CancellationToken, Task> action, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(action);
        await foreach (T item in items.ConfigureAwait(false)) await TryAsync(item, action, stop).ConfigureAwait(false);
    }

    private async Task TryAsync<T>(T item, Func<T, CancellationToken, Task> action, CancellationToken stop)
    {
        try
        {
            await action(item, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (ErrorRecords.Covers(e))
        {
            await WriteErrorAsync(e).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Exceptions that are not errors for operators pass through: PowerShell ends the command and shows them in full.
    /// </summary>
    private void Run(Func<CancellationToken, Task> work, Action<IReadOnlyList<ErrorRecord>> fail)
    {
        var pump = new PipelinePump(new ProgressBoard(TimeProvider.System), WriteProgress);
        _phase = new Phase(pump, new EventRelay(pump, this));
        try
        {
            pump.Run(work, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (ErrorRecords.Covers(e))
        {
            fail(ErrorRecords.From(e));
        }
        finally
        {
            _phase = null;
        }
    }

    private void WriteEach(IReadOnlyList<ErrorRecord> errors)
    {
        foreach (ErrorRecord error in errors) WriteError(error);
    }

    private void ThrowLast(IReadOnlyList<ErrorRecord> errors)
    {
        WriteEach([.. errors.SkipLast(1)]);
        ThrowTerminatingError(errors[^1]);
    }

    /// <summary>What exists only while PowerShell waits in one of the three methods.</summary>
    private sealed record Phase(PipelinePump Pump, EventRelay Events);
}
