using System.Globalization;
using System.Management.Automation;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.PowerShell.Objects;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Removes keys from a cluster. Without -Cluster, keys from Get-EtcdKey are removed from the cluster that they came from.</summary>
/// <example>
/// <code>Remove-EtcdKey -Cluster demo /app/name</code>
/// <para>Removes one key.</para>
/// </example>
/// <example>
/// <code>Remove-EtcdKey -Cluster demo -Prefix /app/</code>
/// <para>Removes all keys with the prefix /app/ in one step. The command first shows how many there are, and asks.</para>
/// </example>
// PowerShell tries the default set first. With another default, keys from the pipeline would be bound as text, not as bytes.
[Cmdlet(VerbsCommon.Remove, "EtcdKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "InputObject")]
public sealed class RemoveEtcdKeyCommand : AdminCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. Default for keys from the pipeline: the cluster that each key was
    /// read from.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The exact keys to remove. Wildcards are not supported; use -Prefix.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "Key")]
    [Bytes]
    public BytesArgument[] Key { get; set; } = null!; // mandatory

    /// <summary>
    /// Used instead of Key for keys that were stored as objects (Export-Clixml, ConvertTo-Json): their Key is text, and not every
    /// key is text.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Key", DontShow = true)]
    public byte[]? KeyBytes { get; set; }

    /// <summary>Removes all keys with this prefix.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prefix")]
    [ValidateNotNull]
    [Bytes]
    public BytesArgument Prefix { get; set; } = null!; // mandatory

    /// <summary>A key from Get-EtcdKey.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public EtcdKey InputObject { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        if (ParameterSetName == "Prefix")
        {
            await RemovePrefixAsync(cluster, stop).ConfigureAwait(false);
            return;
        }

        BytesArgument[] keys = ParameterSetName == "InputObject"
            ? [new BytesArgument(InputObject)]
            : KeyBytes is null ? Key : [new BytesArgument(KeyBytes)];
        await ForEachAsync(keys, (key, token) => RemoveOneAsync(cluster, key, token), stop).ConfigureAwait(false);
    }

    private async Task RemoveOneAsync(EtcdCluster cluster, BytesArgument key, CancellationToken stop)
    {
        if (!await ShouldProcessAsync($"key {key} of cluster {cluster.Name}", "Remove key").ConfigureAwait(false)) return;
        DeleteResult result = await cluster.Client.Kv.DeleteAsync(KeyRange.Key(key.Bytes), cancellationToken: stop).ConfigureAwait(false);
        if (result.Deleted == 0) throw EtcdKeys.NotFound(cluster, key);
    }

    private async Task RemovePrefixAsync(EtcdCluster cluster, CancellationToken stop)
    {
        KeyRange range = KeyRange.Prefix(Prefix.Bytes);
        long count = await cluster.Client.Kv.CountAsync(range, cancellationToken: stop).ConfigureAwait(false);
        string target = string.Create(CultureInfo.InvariantCulture, $"{count} key(s) with prefix '{Prefix}' of cluster {cluster.Name}");
        if (count == 0 || !await ShouldProcessAsync(target, "Remove keys").ConfigureAwait(false)) return;
        await cluster.Client.Kv.DeleteAsync(range, cancellationToken: stop).ConfigureAwait(false);
    }
}
