namespace EtcdAdmin.PowerShell;

/// <summary>
/// Holds the signals that end a process, SIGTERM and SIGHUP (from systemd, a scheduler, a lost terminal), while a change is made.
/// The change is stopped as by Ctrl+C, and the process ends only after the change is rolled back. PowerShell handles Ctrl+C
/// itself and waits for its commands.
/// </summary>
/// <remarks>Signals are held only during a change, so that at other times the process ends as its host expects.</remarks>
internal sealed class SignalHold : IDisposable
{
    // The current step must end before the rollback begins (systemd gives a service 90 s to stop), and the result must be
    // reported.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _stop;

    private SignalHold(Action stop, TimeSpan undoLimit)
    {
        _stop = stop;
        Limit = undoLimit + Slack;
    }

    /// <summary>How long a signal is held at most. systemd waits 90 s by default, then it kills the process.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Completes when the change and its rollback have ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins to hold signals. Disposing it lets a signal that arrived take effect.</summary>
    /// <param name="stop">Stops the change. Called from another thread, or at once if the process is about to end.</param>
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
