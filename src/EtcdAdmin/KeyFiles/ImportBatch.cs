using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>A key on its way into a cluster.</summary>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="Key">As it shall be called.</param>
/// <param name="Value">What it shall hold.</param>
/// <param name="Lease">The lease that it had, as the file calls it; none where it shall have none.</param>
/// <param name="Ttl">How long that still lived.</param>
internal sealed record ImportItem(long Line, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, LeaseId Lease, TimeSpan? Ttl);

/// <summary>Keys that are written in one transaction.</summary>
internal sealed record ImportBatch(IReadOnlyList<ImportItem> Items, long SkippedLeased)
{
    /// <summary>The same in two; only for one of several keys.</summary>
    public (ImportBatch First, ImportBatch Second) Halve()
    {
        int half = Items.Count / 2;
        return (new ImportBatch([.. Items.Take(half)], SkippedLeased), new ImportBatch([.. Items.Skip(half)], 0));
    }
}

/// <summary>What is to be done with one key, after looking at the cluster.</summary>
/// <param name="Item">The key.</param>
/// <param name="Found">The mod revision that it has now; 0 where it does not exist.</param>
/// <param name="Action">What is to be done.</param>
internal readonly record struct ImportStep(ImportItem Item, long Found, ImportAction Action);

/// <summary>What is to be done with a key.</summary>
internal enum ImportAction
{
    /// <summary>It is as it shall be.</summary>
    None,

    /// <summary>It does not exist.</summary>
    Create,

    /// <summary>It is to become another.</summary>
    Change,

    /// <summary>It is another, and stays so.</summary>
    Keep,
}
