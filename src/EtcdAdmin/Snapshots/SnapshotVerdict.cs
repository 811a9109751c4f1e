using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Snapshots;

/// <summary>What checking a snapshot came to.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Checks">One for each part.</param>
/// <param name="Snapshot">What the file holds; null where it is too damaged to be read whole.</param>
public sealed record SnapshotVerdict(string Path, IReadOnlyList<SnapshotCheck> Checks, EtcdSnapshot? Snapshot)
{
    /// <summary>Nothing speaks against restoring it.</summary>
    public bool Passed => Checks.All(check => check.Passed != false) && Drill?.Passed != false;

    /// <summary>What came of restoring it by trial; null where that was not asked for.</summary>
    public SnapshotDrillResult? Drill { get; init; }

    /// <summary>How long the checks took, the drill not counted.</summary>
    public TimeSpan Duration { get; init; }
}

/// <summary>One part of a snapshot, and its verdict.</summary>
/// <param name="Part">What was checked.</param>
/// <param name="Passed">Null where there is nothing to check, or where it could not be got to for what is damaged before.</param>
/// <param name="Detail">What was found.</param>
public sealed record SnapshotCheck(SnapshotPart Part, bool? Passed, string Detail);
