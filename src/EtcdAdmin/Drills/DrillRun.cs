using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Drills;

/// <summary>The parts of one drill as they are done: what came of each, and how long it took.</summary>
/// <param name="clock">Measures.</param>
/// <param name="activity">The whole, for progress.</param>
/// <param name="events">Gets the progress.</param>
internal sealed class DrillRun(TimeProvider clock, string activity, IProgress<EtcdEvent>? events)
{
    private readonly List<DrillCheck> _checks = [];

    /// <summary>All parts; those that were not got to have no verdict.</summary>
    public IReadOnlyList<DrillCheck> Checks =>
    [
        .. _checks,
        .. Enum.GetValues<DrillPart>().Where(part => _checks.TrueForAll(check => check.Part != part))
            .Select(part => new DrillCheck(part, null, "not tried, because of what failed before", TimeSpan.Zero)),
    ];

    /// <summary>Does one part. What goes wrong in it is its verdict: an operator asked whether this snapshot can be restored.</summary>
    /// <param name="part">What is done.</param>
    /// <param name="work">Does it, and says what was found.</param>
    /// <returns>False where it failed.</returns>
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

    /// <summary>Adds a part that was done before.</summary>
    /// <returns>False where it failed.</returns>
    public bool Add(DrillPart part, DrillFinding finding, TimeSpan duration)
    {
        _checks.Add(new DrillCheck(part, finding.Passed, finding.Detail, duration));
        return finding.Passed != false;
    }
}

/// <summary>What was found in one part of a drill.</summary>
/// <param name="Passed">Null where there is nothing to compare.</param>
/// <param name="Detail">Without keys and values.</param>
internal sealed record DrillFinding(bool? Passed, string Detail);
