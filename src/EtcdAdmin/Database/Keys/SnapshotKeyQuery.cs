using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Database.Keys;

/// <summary>Selects keys of a snapshot and the revision to read them at.</summary>
public sealed record SnapshotKeyQuery
{
    /// <summary>The keys to read; all by default.</summary>
    public KeyRange Range { get; init; } = KeyRange.All;

    /// <summary>
    /// Reads the keys as they were at this revision; null for the newest in the file. Revisions before the last compaction are not available.
    /// </summary>
    public long? Revision { get; init; }

    /// <summary>Leaves out the values.</summary>
    public bool KeysOnly { get; init; }
}
