namespace EtcdAdmin.KeyFiles;

/// <summary>What file of keys to import, and how.</summary>
public sealed record KeyImportRequest
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>How it is written; null judges by the name: <c>.csv</c> is CSV, all else is JSON Lines.</summary>
    public KeyFileFormat? Format { get; init; }

    /// <summary>Accepts a file that was written or changed by hand: without its first and last record, or with a checksum that is not its own.</summary>
    public bool SkipHashCheck { get; init; }

    /// <summary>Only keys that begin so in the file; empty is all.</summary>
    public ReadOnlyMemory<byte> Prefix { get; init; }

    /// <summary>What keys begin with in the file, and what they shall begin with instead; null changes nothing.</summary>
    public KeyPrefixMap? Map { get; init; }

    /// <summary>What becomes of keys that exist with another value or lease.</summary>
    public ExistingKeyPolicy Existing { get; init; }

    /// <summary>What becomes of keys that had a lease.</summary>
    public LeasedKeyPolicy Leased { get; init; }

    /// <summary>
    /// The largest request that the cluster takes (<c>--max-request-bytes</c>), in bytes; null is what the profile of the cluster says, else etcd's own, 1.5 MiB.
    /// Keys are written in transactions of at most that, and of at most 128 keys. One that the server refuses as too large is halved.
    /// </summary>
    public int? MaxRequestSize { get; init; }
}

/// <summary>Another beginning for keys.</summary>
/// <param name="From">Keys that begin otherwise stay as they are.</param>
/// <param name="To">What stands there instead.</param>
public sealed record KeyPrefixMap(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> To)
{
    /// <summary>The key as it shall be.</summary>
    internal ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> key) =>
        key.Span.StartsWith(From.Span) ? (byte[])[.. To.Span, .. key.Span[From.Length..]] : key;
}

/// <summary>What becomes of keys that exist with another value or lease.</summary>
public enum ExistingKeyPolicy
{
    /// <summary>One such key, and nothing is written.</summary>
    Refuse,

    /// <summary>They stay as they are.</summary>
    Keep,

    /// <summary>They become as the file has them.</summary>
    Overwrite,
}

/// <summary>What becomes of keys that had a lease, which died with its cluster or is about to.</summary>
public enum LeasedKeyPolicy
{
    /// <summary>They are passed over: mostly somebody was alive as long as they were there, and would seem to be for ever.</summary>
    Skip,

    /// <summary>They are written without a lease.</summary>
    Drop,

    /// <summary>For each lease one is granted that lives as long as that one still did.</summary>
    Grant,
}

/// <summary>What an import comes to.</summary>
public sealed record KeyImport
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>The cluster.</summary>
    public required string Cluster { get; init; }

    /// <summary>How many keys the file holds that were asked for.</summary>
    public long Keys { get; init; }

    /// <summary>Keys that did not exist.</summary>
    public long Created { get; init; }

    /// <summary>Keys that had another value or lease.</summary>
    public long Changed { get; init; }

    /// <summary>Keys that were like that already.</summary>
    public long Unchanged { get; init; }

    /// <summary>Keys that exist with another value or lease and stay so.</summary>
    public long Kept { get; init; }

    /// <summary>Keys that were passed over because they had a lease.</summary>
    public long SkippedLeased { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Keys} keys: {Created} created, {Changed} changed, {Unchanged} unchanged, {Kept} kept, {SkippedLeased} with a lease skipped");

    /// <summary>Both together.</summary>
    internal KeyImport Plus(KeyImport other) => this with
    {
        Keys = Keys + other.Keys,
        Created = Created + other.Created,
        Changed = Changed + other.Changed,
        Unchanged = Unchanged + other.Unchanged,
        Kept = Kept + other.Kept,
        SkippedLeased = SkippedLeased + other.SkippedLeased,
    };
}
