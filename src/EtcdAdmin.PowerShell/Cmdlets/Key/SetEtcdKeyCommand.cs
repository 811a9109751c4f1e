using System.Management.Automation;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.PowerShell.Objects;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Writes keys: creates keys that do not exist, and changes the value of keys that exist. Without -Cluster, keys from Get-EtcdKey
/// are written to the cluster that they came from. Every key is written without a lease, whatever value it has now.
/// </summary>
/// <example>
/// <code>Set-EtcdKey -Cluster demo /app/name web</code>
/// <para>Writes one key.</para>
/// </example>
/// <example>
/// <code>Get-EtcdKey -Cluster demo -Prefix /app/ | Set-EtcdKey -Cluster copy</code>
/// <para>Copies keys from one cluster to another, byte for byte.</para>
/// </example>
/// <example>
/// <code>Import-Csv keys.csv | Set-EtcdKey -Cluster demo</code>
/// <para>Writes the keys of a CSV file with the columns Key and Value.</para>
/// </example>
// PowerShell tries the default set first. With another default, keys from the pipeline would be bound as text, not as bytes.
[Cmdlet(VerbsCommon.Set, "EtcdKey", SupportsShouldProcess = true, DefaultParameterSetName = "InputObject")]
[OutputType(typeof(EtcdKey))]
public sealed class SetEtcdKeyCommand : AdminCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. Default for keys from the pipeline: the cluster that each key was
    /// read from.
    /// </summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The key: text or bytes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "Key")]
    [Bytes]
    public BytesArgument Key { get; set; } = null!; // mandatory

    /// <summary>The value: text or bytes. It may be empty.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = "Key")]
    [AllowEmptyString]
    [Bytes]
    public BytesArgument Value { get; set; } = null!; // mandatory

    /// <summary>
    /// Used instead of Key for keys that were stored as objects (Export-Clixml, ConvertTo-Json): their Key is text, and not every
    /// key is text.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Key", DontShow = true)]
    public byte[]? KeyBytes { get; set; }

    /// <summary>Used instead of Value, for the same reason.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Key", DontShow = true)]
    public byte[]? ValueBytes { get; set; }

    /// <summary>A key with its value, from Get-EtcdKey or Get-EtcdSnapshotKey.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public EtcdKeyRecord InputObject { get; set; } = null!; // mandatory

    /// <summary>Returns each key that was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        bool isCopy = ParameterSetName == "InputObject";
        if (isCopy && InputObject.IsKeyOnly) throw WithoutValue(InputObject);
        BytesArgument key = isCopy ? new BytesArgument(InputObject) : KeyBytes is null ? Key : new BytesArgument(KeyBytes);
        ReadOnlyMemory<byte> value = isCopy ? InputObject.ValueBytes : ValueBytes ?? Value.Bytes;
        if (!await ShouldProcessAsync($"key {key} of cluster {cluster.Name}", "Put key").ConfigureAwait(false)) return;
        await cluster.Client.Kv.PutAsync(key.Bytes, value, cancellationToken: stop).ConfigureAwait(false);
        if (PassThru) await WriteNowAsync(cluster, key, stop).ConfigureAwait(false);
    }

    private async Task WriteNowAsync(EtcdCluster cluster, BytesArgument key, CancellationToken stop)
    {
        EtcdKeyValue? now = await cluster.Client.Kv.GetAsync(key.Bytes, stop).ConfigureAwait(false);
        if (now is not null) await WriteAsync(new EtcdKey(cluster, now)).ConfigureAwait(false);
    }

    private static EtcdException WithoutValue(EtcdKeyRecord key) => new(
        EtcdErrorIds.InvalidArgument, $"Key '{key}' was read without its value, so there is no value to write. The key in the cluster is unchanged.")
    {
        Target = key.Key,
        NextStep = "Read the keys without -KeysOnly.",
    };
}
