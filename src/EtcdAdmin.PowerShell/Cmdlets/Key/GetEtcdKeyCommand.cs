using System.Management.Automation;
using System.Runtime.CompilerServices;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.PowerShell.Objects;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Gets keys and values from a cluster, in key order and in a consistent view as of one revision. Keys are read in pages and
/// passed on as they arrive. A million keys need little memory, and Select-Object -First 10 reads only a page or two.
/// </summary>
/// <example>
/// <code>Get-EtcdKey -Cluster demo /app/name</code>
/// <para>Gets one key.</para>
/// </example>
/// <example>
/// <code>Get-EtcdKey -Cluster demo -Prefix /app/ -KeysOnly | Measure-Object</code>
/// <para>Counts the keys with the prefix /app/.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdKey", DefaultParameterSetName = "Key")]
[OutputType(typeof(EtcdKey))]
public sealed class GetEtcdKeyCommand : AdminCmdlet
{
    // Crossing to the pipeline thread once for so many keys costs next to nothing, and even large values stay within bounds.
    private const int PageSize = 128;

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The exact keys to get. Wildcards are not supported; use -Prefix.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "Key")]
    [Bytes]
    public BytesArgument[] Key { get; set; } = null!; // mandatory

    /// <summary>Gets all keys with this prefix.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prefix")]
    [ValidateNotNull]
    [Bytes]
    public BytesArgument Prefix { get; set; } = null!; // mandatory

    /// <summary>Gets all keys of the cluster.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    /// <summary>
    /// Gets the keys as they were at this revision, which must not be compacted. Default: the current revision.
    /// </summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? Revision { get; set; }

    /// <summary>Gets the keys without their values.</summary>
    [Parameter]
    public SwitchParameter KeysOnly { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        switch (ParameterSetName)
        {
            case "Prefix":
                await WriteRangeAsync(cluster, KeyRange.Prefix(Prefix.Bytes), stop).ConfigureAwait(false);
                break;
            case "All":
                await WriteRangeAsync(cluster, KeyRange.All, stop).ConfigureAwait(false);
                break;
            default:
                await ForEachAsync(Key, (key, token) => WriteOneAsync(cluster, key, token), stop).ConfigureAwait(false);
                break;
        }
    }

    private async Task WriteOneAsync(EtcdCluster cluster, BytesArgument key, CancellationToken stop)
    {
        if (await WriteRangeAsync(cluster, KeyRange.Key(key.Bytes), stop).ConfigureAwait(false) == 0) throw EtcdKeys.NotFound(cluster, key);
    }

    private async Task<long> WriteRangeAsync(EtcdCluster cluster, KeyRange range, CancellationToken stop)
    {
        var options = new RangeOptions { Revision = Revision ?? 0, KeysOnly = KeysOnly };
        long written = 0;
        var page = new List<EtcdKey>(PageSize);
        IAsyncEnumerator<EtcdKeyValue> keys = cluster.Client.Kv.RangeAsync(range, options, stop).GetAsyncEnumerator(stop);
        await using ConfiguredAsyncDisposable end = keys.ConfigureAwait(false);
        while (true)
        {
            ValueTask<bool> next = keys.MoveNextAsync();
            // What is there is passed on before waiting for more.
            if (page.Count == PageSize || (page.Count > 0 && !next.IsCompleted))
            {
                await WritePageAsync(page).ConfigureAwait(false);
                written += page.Count;
                page.Clear();
            }

            if (!await next.ConfigureAwait(false)) break;
            page.Add(new EtcdKey(cluster, keys.Current, KeysOnly));
        }

        await WritePageAsync(page).ConfigureAwait(false);
        return written + page.Count;
    }
}
