using System.Management.Automation;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.PowerShell.Objects;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Compares a snapshot with another snapshot or with a live cluster, key by key. It lists the keys that were added, removed or
/// changed from the older to the newer side. Both sides are read in key order and need little memory, whatever their size.
/// </summary>
/// <example>
/// <code>Compare-EtcdSnapshot ./before.db ./after.db</code>
/// <para>Lists the differences between two snapshots.</para>
/// </example>
/// <example>
/// <code>Compare-EtcdSnapshot ./before.db -Cluster prod | Where-Object Change -eq Removed</code>
/// <para>Lists the keys that are in the snapshot and no longer in the live cluster.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "EtcdSnapshot", DefaultParameterSetName = "File")]
[OutputType(typeof(EtcdKeyDifference))]
public sealed class CompareEtcdSnapshotCommand : SnapshotCmdlet
{
    private const int PageSize = 128;

    /// <summary>The snapshot file of the older side, in any format.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "FullName")]
    [ValidateNotNullOrEmpty]
    public string ReferencePath { get; set; } = null!; // mandatory

    /// <summary>The snapshot file of the newer side, in any format.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "File")]
    [ValidateNotNullOrEmpty]
    public string DifferencePath { get; set; } = null!; // mandatory

    /// <summary>The live cluster to compare with, as the newer side: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Cluster")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// Compares with the cluster as it was at this revision, which must not be compacted. Default: the current revision.
    /// </summary>
    [Parameter(ParameterSetName = "Cluster")]
    [ValidateRange(1L, long.MaxValue)]
    public long? Revision { get; set; }

    /// <summary>Compares only keys with this prefix. Default: all keys.</summary>
    [Parameter]
    [Bytes]
    public BytesArgument? Prefix { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        OpenSnapshot reference = await OpenAsync(PathOf(ReferencePath)!, stop).ConfigureAwait(false); // null only for null
        await using (reference.ConfigureAwait(false))
        {
            if (ParameterSetName == "File")
            {
                OpenSnapshot difference = await OpenAsync(PathOf(DifferencePath)!, stop).ConfigureAwait(false); // null only for null
                await using (difference.ConfigureAwait(false))
                {
                    await CompareAsync(reference, difference.ReadKeysAsync(Query, stop), stop).ConfigureAwait(false);
                }
            }
            else
            {
                EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
                await CompareAsync(
                    reference, cluster.Client.Kv.RangeAsync(Range, new RangeOptions { Revision = Revision ?? 0 }, stop), stop).ConfigureAwait(false);
            }
        }
    }

    private KeyRange Range => Prefix is null ? KeyRange.All : KeyRange.Prefix(Prefix.Bytes);

    private SnapshotKeyQuery Query => new() { Range = Range };

    private async Task CompareAsync(OpenSnapshot reference, IAsyncEnumerable<EtcdKeyValue> after, CancellationToken stop)
    {
        IAsyncEnumerable<EtcdKeyValue> before = reference.ReadKeysAsync(Query, stop);
        var page = new List<EtcdKeyDifference>(PageSize);
        await foreach (KeyDifference difference in KeyComparer.CompareAsync(before, after, stop).ConfigureAwait(false))
        {
            page.Add(new EtcdKeyDifference(difference));
            if (page.Count < PageSize) continue;
            await WritePageAsync(page).ConfigureAwait(false);
            page.Clear();
        }

        await WritePageAsync(page).ConfigureAwait(false);
    }
}
