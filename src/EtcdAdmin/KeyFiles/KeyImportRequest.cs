namespace EtcdAdmin.KeyFiles;

/// <summary>The key file to import, and how to import it.</summary>
public sealed record KeyImportRequest
{
    /// <summary>Path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>The format. Null uses the file name: <c>.csv</c> is CSV, every other name is JSON Lines.</summary>
    public KeyFileFormat? Format { get; init; }

    /// <summary>Accepts a file that was written or changed by hand: without its first or last record, or with a wrong checksum.</summary>
    public bool SkipHashCheck { get; init; }

    /// <summary>Imports only keys with this prefix in the file; empty imports all keys.</summary>
    public ReadOnlyMemory<byte> Prefix { get; init; }

    /// <summary>The prefix in the file and its replacement in the cluster; null changes nothing.</summary>
    public KeyPrefixMap? Map { get; init; }

    /// <summary>What to do with keys that exist with another value or lease.</summary>
    public ExistingKeyPolicy Existing { get; init; }

    /// <summary>What to do with keys that had a lease.</summary>
    public LeasedKeyPolicy Leased { get; init; }

    /// <summary>
    /// The largest request that the cluster accepts (<c>--max-request-bytes</c>), in bytes. Null uses the value in the cluster profile, otherwise
    /// etcd's
    /// default of 1.5 MiB. Keys are written in transactions of at most this size and at most 128 keys. A transaction that the server refuses as
    /// too large is split in half.
    /// </summary>
    public int? MaxRequestSize { get; init; }
}

/// <summary>The replacement of a key prefix.</summary>
/// <param name="From">The prefix in the file. Keys with another prefix are not changed.</param>
/// <param name="To">The new prefix.</param>
public sealed record KeyPrefixMap(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> To)
{
    /// <summary>The key with the new prefix.</summary>
    internal ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> key) =>
        key.Span.StartsWith(From.Span) ? (byte[])[.. To.Span, .. key.Span[From.Length..]] : key;
}

/// <summary>What to do with keys that exist with another value or lease.</summary>
public enum ExistingKeyPolicy
{
    /// <summary>If one such key exists, nothing is written.</summary>
    Refuse,

    /// <summary>Such keys are kept unchanged.</summary>
    Keep,

    /// <summary>Such keys get the value and lease of the file.</summary>
    Overwrite,
}

/// <summary>What to do with keys that had a lease. That lease belongs to the cluster of the export.</summary>
public enum LeasedKeyPolicy
{
    /// <summary>Such keys are skipped. They often show that a client is alive, and would show that forever.</summary>
    Skip,

    /// <summary>Such keys are written without a lease.</summary>
    Drop,

    /// <summary>For each lease in the file, a new lease with the same remaining lifetime is granted.</summary>
    Grant,
}
