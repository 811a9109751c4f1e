using System.Globalization;
using System.Runtime.InteropServices;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// The signals that end this process, held for all changes that are being made in it. A signal stops all changes at once, and
/// takes effect after the last one has ended. A change that begins while the process is about to end is stopped before it does
/// anything.
/// </summary>
/// <remarks>There is one for the process: .NET calls handlers of the same signal one after the other, so with one handler for
/// each change (<c>ForEach-Object -Parallel</c>) the second change would continue until the first is rolled back.</remarks>
internal sealed class HeldSignals
{
    // The end of a session sends several: the shell and the kernel each a SIGHUP, logind SIGTERM with SIGHUP.
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(3);

    // From the end of the wait until the process has ended. A process that its host keeps alive longer may make changes again.
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly HashSet<SignalHold> _holds = [];
    private PosixSignalRegistration[] _registrations = [];
    private bool _waiting;
    private long? _came;
    private long? _over;

    private HeldSignals()
    {
    }

    /// <summary>The signals of this process.</summary>
    public static HeldSignals OfProcess { get; } = new();

    /// <summary>Holds the signals for one more change.</summary>
    public void Add(SignalHold hold)
    {
        bool ending;
        lock (_gate)
        {
            if (_registrations.Length == 0) _registrations = Register();
            _holds.Add(hold);
            ending = _waiting || (_over is { } over && _clock.GetElapsedTime(over) < Ending);
        }

        if (ending) hold.Stop();
    }

    /// <summary>Stops holding the signals for a change. After the last change, they are as if they had never been held.</summary>
    public void Remove(SignalHold hold)
    {
        lock (_gate)
        {
            _holds.Remove(hold);
            // After a signal, the handler returns soon, and .NET ends the process.
            if (_holds.Count > 0 || _came is not null) return;
            foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
            _registrations = [];
        }
    }

    private PosixSignalRegistration[] Register()
    {
        // Before the first registration, which changes it.
        PosixSignal[] signals = IgnoresHangup() ? [PosixSignal.SIGTERM] : [PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        return [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Hold))];
    }

    private void Hold(PosixSignalContext context)
    {
        SignalHold[] holds;
        lock (_gate)
        {
            if (_waiting)
            {
                // Cancelled, because the first signal ends the process. A second SIGTERM means do not wait; a terminal is lost
                // only once.
                context.Cancel = context.Signal == PosixSignal.SIGHUP || (_came is { } first && _clock.GetElapsedTime(first) < Together);
                return;
            }

            _waiting = true;
            _came = _clock.GetTimestamp();
            holds = [.. _holds];
        }

        Wait(holds);
        lock (_gate)
        {
            _waiting = false;
            _over = _clock.GetTimestamp();
        }
    }

    private static void Wait(SignalHold[] holds)
    {
        if (holds.Length == 0) return;
        // In parallel: stopping a change may run part of its rollback on the same thread.
        foreach (SignalHold hold in holds) _ = Task.Run(hold.Stop);
        Task.WaitAll([.. holds.Select(hold => hold.Ended)], holds.Max(hold => hold.Limit));
    }

    /// <summary>Whether SIGHUP is ignored, as with nohup: then a lost terminal does not stop the change.</summary>
    private static bool IgnoresHangup()
    {
        const string Status = "/proc/self/status", Mask = "SigIgn:";
        if (!File.Exists(Status)) return false;
        string? mask = File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Mask, StringComparison.Ordinal));
        // SIGHUP is 1.
        return ulong.TryParse(mask?[Mask.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits)
            && (bits & 1) == 1;
    }
}
