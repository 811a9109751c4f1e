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

    /// <summary>Deletes the v2 keys after the comparison, and with all keys also the users and roles of API 2. Only for a cluster.</summary>
    public bool ClearsV2 { get; init; }

    /// <summary>What to do with v3 keys that exist with another value.</summary>
    public KeyFiles.ExistingKeyPolicy Existing { get; init; }

    /// <summary>What to do with v2 keys that expire.</summary>
    public KeyFiles.LeasedKeyPolicy Leased { get; init; } = KeyFiles.LeasedKeyPolicy.Grant;
}

/// <summary>The result of a conversion of v2 keys to v3 keys. The counts are those of the import of the v3 keys.</summary>
public sealed record V2Conversion : KeyFiles.KeyImportCounts
{
    /// <summary>A result with the counts of an import.</summary>
    internal V2Conversion(KeyFiles.KeyImportCounts counts)
        : base(counts)
    {
    }

    /// <summary>The cluster, or the backup, with the v2 keys.</summary>
    public required string Source { get; init; }

    /// <summary>The cluster with the v3 keys.</summary>
    public required string Cluster { get; init; }

    /// <summary>
    /// Number of v2 keys that API 2 does not list, because a part of their path begins with an underscore; they are among the keys.
    /// </summary>
    public int HiddenKeys { get; init; }

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
    public override string ToString() => base.ToString();
}
