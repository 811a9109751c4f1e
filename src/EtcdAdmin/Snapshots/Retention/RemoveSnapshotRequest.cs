namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Which snapshots shall go.</summary>
public sealed record RemoveSnapshotRequest
{
    /// <summary>Files; with <see cref="Rules"/> also folders, whose snapshots are all looked at.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>What stays; null removes just the named files.</summary>
    public RetentionRules? Rules { get; init; }

    /// <summary>Removes named files without seeing that a valid one stays. Not for rules.</summary>
    public bool Force { get; init; }

    /// <summary>Removes what interrupted saves have left there more than a day ago.</summary>
    public bool RemovePartial { get; init; }
}
