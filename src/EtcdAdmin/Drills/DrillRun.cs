using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Drills;

/// <summary>The parts of one drill with their results and durations.</summary>
/// <param name="clock">The clock for the durations.</param>
/// <param name="activity">The activity for progress.</param>
/// <param name="events">Receives the progress.</param>
internal sealed class DrillRun(TimeProvider clock, string activity, IProgress<EtcdEvent>? events)
{
    private readonly List<DrillCheck> _checks = [];

    /// <summary>All parts; parts that were not reached have no verdict.</summary>
    public IReadOnlyList<DrillCheck> Checks =>
    [
        .. _checks,
        .. Enum.GetValues<DrillPart>().Where(part => _checks.TrueForAll(check => check.Part != part))
            .Select(part => new DrillCheck(part, null, "not tried, because an earlier part failed", TimeSpan.Zero)),
    ];

    /// <summary>Runs one part. An error in the part is its verdict: the operator asked whether this snapshot can be restored.</summary>
    /// <param name="part">The part.</param>
    /// <param name="work">Runs the part and returns its finding.</param>
    /// <returns>False if the part failed.</returns>
    public async Task<bool> TryAsync(DrillPart part, Func<Task<DrillFinding>> work)
    {
        events.Progress(activity, part.ToString(), (double)part / Enum.GetValues<DrillPart>().Length);
        long start = clock.GetTimestamp();
        DrillFinding finding;
        try
        {
            finding = await work().ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            finding = new DrillFinding(false, e.Message);
        }

        return Add(part, finding, clock.GetElapsedTime(start));
    }

    /// <summary>Adds a part that was run before.</summary>
    /// <returns>False if the part failed.</returns>
    public bool Add(DrillPart part, DrillFinding finding, TimeSpan duration)
    {
        _checks.Add(new DrillCheck(part, finding.Passed, finding.Detail, duration));
        return finding.Passed != false;
    }
}

/// <summary>The finding of one part of a drill.</summary>
/// <param name="Passed">Null if there is nothing to compare.</param>
/// <param name="Detail">The finding, without keys and values.</param>
internal sealed record DrillFinding(bool? Passed, string Detail);
