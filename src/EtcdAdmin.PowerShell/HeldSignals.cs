using System.Globalization;
using System.Runtime.InteropServices;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// The signals that end this process, for all changes that are carried out in it: a signal stops every one of them at once, and does its
/// work after the last has ended. What begins later, while the process is about to end, is stopped before it does anything.
/// </summary>
/// <remarks>One for the process, as its signals are: .NET calls handlers of the same signal one after the other, so that with one for each
/// change (<c>ForEach-Object -Parallel</c>) the second would go on until the first is rolled back.</remarks>
internal sealed class HeldSignals
{
    // The end of a session sends several: the shell and the kernel each a SIGHUP, logind SIGTERM with SIGHUP.
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(3);

    // From the end of the waiting until the process is no more. One that lives on after that (its host wants it so) may change things again.
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

    /// <summary>Those of this process.</summary>
    public static HeldSignals OfProcess { get; } = new();

    /// <summary>Holds them for one more change.</summary>
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

    /// <summary>No longer holds them for a change; for none means as if they never had been held.</summary>
    public void Remove(SignalHold hold)
    {
        lock (_gate)
        {
            _holds.Remove(hold);
            // With a signal that came, the handler returns soon, and .NET ends the process as it would have at once.
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
                // Cancelled, as the first one ends the process. Whoever sends SIGTERM again does not want to wait; a terminal is lost only once.
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
        // Side by side: stopping one may run some of its rollback on the same thread.
        foreach (SignalHold hold in holds) _ = Task.Run(hold.Stop);
        Task.WaitAll([.. holds.Select(hold => hold.Ended)], holds.Max(hold => hold.Limit));
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
