using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>A key to import.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="Key">The key in the cluster.</param>
/// <param name="Value">The new value.</param>
/// <param name="Lease">The lease ID in the file; none to write the key without a lease.</param>
/// <param name="Ttl">The remaining lifetime of that lease.</param>
internal sealed record ImportItem(long Line, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, LeaseId Lease, TimeSpan? Ttl);

/// <summary>The keys of one transaction.</summary>
internal sealed record ImportBatch(IReadOnlyList<ImportItem> Items, long SkippedLeased)
{
    /// <summary>Splits the batch in two. The batch must have more than one key.</summary>
    public (ImportBatch First, ImportBatch Second) Halve()
    {
        int half = Items.Count / 2;
        return (new ImportBatch([.. Items.Take(half)], SkippedLeased), new ImportBatch([.. Items.Skip(half)], 0));
    }
}

/// <summary>The action for one key, after reading the cluster.</summary>
/// <param name="Item">The key.</param>
/// <param name="Found">The key's current mod revision; 0 if the key does not exist.</param>
/// <param name="Action">The action.</param>
internal readonly record struct ImportStep(ImportItem Item, long Found, ImportAction Action);

/// <summary>What to do with a key.</summary>
internal enum ImportAction
{
    /// <summary>The key already has the value and lease.</summary>
    None,

    /// <summary>The key does not exist and is created.</summary>
    Create,

    /// <summary>The key has another value or lease and is changed.</summary>
    Change,

    /// <summary>The key has another value or lease and is kept.</summary>
    Keep,
}
