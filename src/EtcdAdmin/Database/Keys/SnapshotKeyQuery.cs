using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Database.Keys;

/// <summary>Which keys of a snapshot, and as of when.</summary>
public sealed record SnapshotKeyQuery
{
    /// <summary>Which keys; all unless told otherwise.</summary>
    public KeyRange Range { get; init; } = KeyRange.All;

    /// <summary>As they were at this revision; null for the newest in the file. Older than the last compaction cannot be read.</summary>
    public long? Revision { get; init; }

    /// <summary>Leaves the values out.</summary>
    public bool KeysOnly { get; init; }
}
