namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>The v2 keys to convert, and how.</summary>
public sealed record V2ConversionRequest
{
    /// <summary>The path of the key file that keeps the v2 keys; its folder must exist, and the file must not.</summary>
    public required string ExportPath { get; init; }

    /// <summary>Only v2 keys with this prefix, for example <c>/app/</c>; empty is all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The prefix of the v2 keys and its replacement in v3; null changes nothing.</summary>
    public KeyFiles.KeyPrefixMap? Map { get; init; }

    /// <summary>What to do with v3 keys that exist with another value.</summary>
    public KeyFiles.ExistingKeyPolicy Existing { get; init; }

    /// <summary>What to do with v2 keys that expire.</summary>
    public KeyFiles.LeasedKeyPolicy Leased { get; init; } = KeyFiles.LeasedKeyPolicy.Grant;
}

/// <summary>The result of a conversion of v2 keys to v3 keys.</summary>
public sealed record V2Conversion
{
    /// <summary>The cluster, or the backup, with the v2 keys.</summary>
    public required string Source { get; init; }

    /// <summary>The cluster with the v3 keys.</summary>
    public required string Cluster { get; init; }

    /// <summary>Number of v2 keys.</summary>
    public long Keys { get; init; }

    /// <summary>Number of v3 keys that did not exist.</summary>
    public long Created { get; init; }

    /// <summary>Number of v3 keys that had another value or lease.</summary>
    public long Changed { get; init; }

    /// <summary>Number of v3 keys that had the value and a lease already.</summary>
    public long Unchanged { get; init; }

    /// <summary>Number of v3 keys that exist with another value and are kept.</summary>
    public long Kept { get; init; }

    /// <summary>Number of keys that expire and were not converted.</summary>
    public long SkippedLeased { get; init; }

    /// <summary>Number of leases for keys that expire.</summary>
    public int Leases { get; init; }

    /// <summary>Number of v2 directories without keys. v3 has no directories.</summary>
    public int EmptyDirectories { get; init; }

    /// <summary>Whether the v3 keys were read back and compared with the v2 keys.</summary>
    public bool Compared { get; init; }

    /// <summary>Whether the v2 keys, and with all keys also the users and roles of API 2, were deleted.</summary>
    public bool Cleared { get; init; }

    /// <summary>The key file with the v2 keys.</summary>
    public required string Path { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Keys} v2 keys: {Created} created, {Changed} changed, {Unchanged} unchanged, {Kept} kept, {SkippedLeased} that expire skipped");
}
