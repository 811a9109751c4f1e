namespace EtcdAdmin.KeyFiles;

/// <summary>How many keys an import has, and what became of them.</summary>
public abstract record KeyImportCounts
{
    /// <summary>Number of keys to import.</summary>
    public long Keys { get; init; }

    /// <summary>Number of keys that did not exist.</summary>
    public long Created { get; init; }

    /// <summary>Number of keys that had another value or lease.</summary>
    public long Changed { get; init; }

    /// <summary>Number of keys that already had the value and lease.</summary>
    public long Unchanged { get; init; }

    /// <summary>Number of keys that exist with another value or lease and are kept.</summary>
    public long Kept { get; init; }

    /// <summary>Number of keys that were skipped because they had a lease.</summary>
    public long SkippedLeased { get; init; }

    /// <summary>The counts in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Keys} keys: {Created} created, {Changed} changed, {Unchanged} unchanged, {Kept} kept, {SkippedLeased} with a lease skipped");
}

/// <summary>The result of an import.</summary>
public sealed record KeyImport : KeyImportCounts
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Name of the cluster.</summary>
    public required string Cluster { get; init; }

    /// <inheritdoc/>
    public override string ToString() => base.ToString();

    /// <summary>Adds two results.</summary>
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
