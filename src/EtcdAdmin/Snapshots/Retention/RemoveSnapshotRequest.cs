namespace EtcdAdmin.Snapshots.Retention;

/// <summary>The snapshots to remove.</summary>
public sealed record RemoveSnapshotRequest
{
    /// <summary>Files; with <see cref="Rules"/> also folders with snapshots.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The rules for the snapshots to keep; null removes exactly the named files.</summary>
    public RetentionRules? Rules { get; init; }

    /// <summary>Removes named files without checking that a valid snapshot is kept. Not for rules.</summary>
    public bool Force { get; init; }

    /// <summary>Also deletes leftovers of interrupted saves that are older than a day.</summary>
    public bool RemovePartial { get; init; }
}
