namespace EtcdAdmin.PowerShell;

/// <summary>
/// Holds the signals that end a process, SIGTERM and SIGHUP (systemd, a scheduler, a lost terminal), while a change is carried out: it is
/// stopped as by Ctrl+C, and the process ends only after it has been rolled back. Ctrl+C itself is PowerShell's, which waits for its commands.
/// </summary>
/// <remarks>Only as long as something is carried out, so that elsewhere the process ends as its host means it to.</remarks>
internal sealed class SignalHold : IDisposable
{
    // The step that is under way has to end before anything is taken back (systemd gives a service 90 s to stop), and what became of it is told.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _stop;

    private SignalHold(Action stop, TimeSpan undoLimit)
    {
        _stop = stop;
        Limit = undoLimit + Slack;
    }

    /// <summary>How long a signal is held at most. systemd gives a service 90 s by default, then it kills.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Done when nothing is left to be waited for.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins to hold; disposing it lets a signal that came do its work.</summary>
    /// <param name="stop">Stops the change; called from another thread, or at once where the process is about to end.</param>
    /// <param name="undoLimit">How long rolling the change back may take.</param>
    public static SignalHold Begin(Action stop, TimeSpan undoLimit)
    {
        var hold = new SignalHold(stop, undoLimit);
        HeldSignals.OfProcess.Add(hold);
        return hold;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        HeldSignals.OfProcess.Remove(this);
        _ended.TrySetResult();
    }

    /// <summary>Stops the change; returns before it has ended.</summary>
    public void Stop() => _stop();
}
