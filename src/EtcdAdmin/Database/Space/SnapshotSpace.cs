namespace EtcdAdmin.Database.Space;

/// <summary>The space used in a database.</summary>
public sealed record SnapshotSpace
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes of the database.</summary>
    public required long DatabaseSize { get; init; }

    /// <summary>Bytes of a page.</summary>
    public required int PageSize { get; init; }

    /// <summary>Bytes of unused pages: <c>defrag</c> would release these now.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>Number of existing keys.</summary>
    public required long Keys { get; init; }

    /// <summary>Bytes of the newest record (key and value) of every existing key.</summary>
    public required long LiveBytes { get; init; }

    /// <summary>Number of recorded puts and deletions that a newer record has replaced.</summary>
    public required long OldRevisions { get; init; }

    /// <summary>Bytes of these old records: compaction at the newest revision and then <c>defrag</c> would release these in addition.</summary>
    public required long OldBytes { get; init; }

    /// <summary>Bytes of all records that are not keys: leases, users, members.</summary>
    public required long OtherBytes { get; init; }

    /// <summary>The prefixes that keys share, the largest total first.</summary>
    public required IReadOnlyList<PrefixSpace> Prefixes { get; init; }

    /// <summary>The largest keys, the largest first.</summary>
    public required IReadOnlyList<KeySpace> LargestKeys { get; init; }

    /// <summary>The keys with the most writes since they were created, the most written first.</summary>
    public required IReadOnlyList<KeySpace> MostWrittenKeys { get; init; }
}

/// <summary>The space of all keys with one prefix.</summary>
/// <param name="Prefix">As UTF-8; bytes that are not valid UTF-8 are replaced by U+FFFD.</param>
/// <param name="Keys">Number of existing keys.</param>
/// <param name="Bytes">Bytes of the newest records of these keys.</param>
public sealed record PrefixSpace(string Prefix, long Keys, long Bytes);

/// <summary>The space of one key.</summary>
/// <param name="Key">As UTF-8; bytes that are not valid UTF-8 are replaced by U+FFFD.</param>
/// <param name="Bytes">Bytes of the newest record, key and value.</param>
/// <param name="Version">Number of writes since the key was created.</param>
public sealed record KeySpace(string Key, long Bytes, long Version);
