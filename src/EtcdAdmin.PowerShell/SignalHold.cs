using System.Globalization;
using System.Runtime.InteropServices;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// Holds the signals that end a process, SIGTERM and SIGHUP (systemd, a scheduler, a lost terminal), while a change is carried out: it is
/// stopped as by Ctrl+C, and the process ends only after it has been rolled back. Ctrl+C itself is PowerShell's, which waits for its commands.
/// </summary>
/// <remarks>Only as long as something is carried out, so that elsewhere the process ends as its host means it to.</remarks>
internal sealed class SignalHold : IDisposable
{
    // What a rollback may take (Plan.UndoLimit), and a moment to tell of it. systemd gives a service 90 s by default, then it kills.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5.5);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _stop;
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    private SignalHold(Action stop)
    {
        _stop = stop;
        // Before the first registration, which changes it.
        PosixSignal[] signals = IgnoresHangup() ? [PosixSignal.SIGTERM] : [PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        _registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Hold))];
    }

    /// <summary>Begins to hold; disposing it lets a signal that came do its work.</summary>
    /// <param name="stop">Stops the change; called from another thread.</param>
    public static SignalHold Begin(Action stop) => new(stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.TrySetResult();
        // With a signal that was held the handler returns now, and .NET ends the process as it would have at once.
        if (Volatile.Read(ref _signals) > 0) return;
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }

    /// <summary>Whoever sends a second one does not want to wait.</summary>
    private void Hold(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _signals) > 1) return;
        _stop();
        _ended.Task.Wait(Limit);
    }

    /// <summary>As nohup has it: then a lost terminal is no reason to stop.</summary>
    private static bool IgnoresHangup()
    {
        const string Status = "/proc/self/status", Mask = "SigIgn:";
        if (!File.Exists(Status)) return false;
        string? mask = File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Mask, StringComparison.Ordinal));
        return ulong.TryParse(mask?[Mask.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits) && (bits & 1) == 1; // SIGHUP is 1
    }
}
