using System.Globalization;

namespace EtcdAdmin.Maintenance.History;

/// <summary>A revision that a cluster is known to have had at a time.</summary>
/// <param name="Time">The time.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Source">Where it was recorded.</param>
internal sealed record RevisionPoint(DateTimeOffset Time, long Revision, string Source)
{
    /// <summary>The source of records of Get-EtcdHealth.</summary>
    public const string HealthHistory = "health history";

    /// <summary>From this time on the cluster had at least this revision, and every later write has a higher one.</summary>
    public DateTimeOffset Certain { get; init; } = Time;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"revision {Revision} of {Time:u} ({Source})");
}
