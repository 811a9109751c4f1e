namespace EtcdAdmin.Database.Space;

/// <summary>What takes the space in a database.</summary>
public sealed record SnapshotSpace
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes of the database.</summary>
    public required long DatabaseSize { get; init; }

    /// <summary>Bytes of a page.</summary>
    public required int PageSize { get; init; }

    /// <summary>Bytes of pages that nothing uses: what <c>defrag</c> would give back now.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>Keys that exist.</summary>
    public required long Keys { get; init; }

    /// <summary>Bytes of the newest record of each of them, key and value.</summary>
    public required long LiveBytes { get; init; }

    /// <summary>Puts and deletions on record that a newer one has taken the place of.</summary>
    public required long OldRevisions { get; init; }

    /// <summary>Bytes of those: what compacting at the newest revision, and then <c>defrag</c>, would give back besides.</summary>
    public required long OldBytes { get; init; }

    /// <summary>Bytes of all records that are no keys: leases, users, members.</summary>
    public required long OtherBytes { get; init; }

    /// <summary>The beginnings that keys share, the one that takes the most first.</summary>
    public required IReadOnlyList<PrefixSpace> Prefixes { get; init; }

    /// <summary>The keys that take the most, the largest first.</summary>
    public required IReadOnlyList<KeySpace> LargestKeys { get; init; }

    /// <summary>The keys that were written most often since they were made, the most written first.</summary>
    public required IReadOnlyList<KeySpace> MostWrittenKeys { get; init; }
}

/// <summary>What the keys with one beginning take.</summary>
/// <param name="Prefix">As UTF-8; what is no UTF-8 is replaced by U+FFFD.</param>
/// <param name="Keys">That exist.</param>
/// <param name="Bytes">Of their newest records.</param>
public sealed record PrefixSpace(string Prefix, long Keys, long Bytes);

/// <summary>What one key takes.</summary>
/// <param name="Key">As UTF-8; what is no UTF-8 is replaced by U+FFFD.</param>
/// <param name="Bytes">Of its newest record, key and value.</param>
/// <param name="Version">How many times it was written since it was made.</param>
public sealed record KeySpace(string Key, long Bytes, long Version);
