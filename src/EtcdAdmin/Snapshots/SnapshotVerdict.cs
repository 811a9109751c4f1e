using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Snapshots;

/// <summary>The result of checking a snapshot.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Checks">One check for each part.</param>
/// <param name="Snapshot">The contents of the file; null if the file is too damaged to be read completely.</param>
public sealed record SnapshotVerdict(string Path, IReadOnlyList<SnapshotCheck> Checks, EtcdSnapshot? Snapshot)
{
    /// <summary>Whether the snapshot can be restored: no check failed.</summary>
    public bool Passed => Checks.All(check => check.Passed != false) && Drill?.Passed != false;

    /// <summary>The result of the test restore; null if no test restore was requested.</summary>
    public SnapshotDrillResult? Drill { get; init; }

    /// <summary>Duration of the checks, without the drill.</summary>
    public TimeSpan Duration { get; init; }
}

/// <summary>The verdict on one part of a snapshot.</summary>
/// <param name="Part">The part that was checked.</param>
/// <param name="Passed">Null if there is nothing to check, or if earlier damage prevents the check.</param>
/// <param name="Detail">The finding.</param>
public sealed record SnapshotCheck(SnapshotPart Part, bool? Passed, string Detail);
