using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Converts keys of etcd's API 2 to v3 keys. The v2 keys come from a running cluster that serves API 2 (etcd 2.3 to 3.5), or
/// from a backup in the style of etcd 2 (-Path). They are written to a key file that you keep, imported as v3 keys, and
/// compared. The path of a v2 key becomes its v3 key. A key that expires gets a lease with the time that is left. v3 has no
/// directories, so empty ones are only counted. With -ClearV2, the v2 keys are deleted afterwards, so that etcd 3.6 can start.
/// </summary>
/// <example>
/// <code>Convert-EtcdV2Store prod -WhatIf</code>
/// <para>Shows how many v2 keys of the cluster would be converted, and how many v3 keys exist already.</para>
/// </example>
/// <example>
/// <code>Convert-EtcdV2Store prod -ExportPath ./prod-v2.jsonl -ClearV2</code>
/// <para>Converts all v2 keys of a cluster within the cluster, keeps them in a file, and clears the v2 store.</para>
/// </example>
/// <example>
/// <code>Convert-EtcdV2Store old -Destination new -Prefix /app/ -MapPrefix /app/, /registry/app/</code>
/// <para>Converts the v2 keys below /app/ of one cluster to v3 keys below /registry/app/ of another.</para>
/// </example>
/// <example>
/// <code>Convert-EtcdV2Store -Path ./etcd-backup.tar.gz -Destination new</code>
/// <para>Converts the v2 keys of a backup that was made with 'etcdctl backup'. No etcd is needed to read it.</para>
/// </example>
[Cmdlet(VerbsData.Convert, "EtcdV2Store", SupportsShouldProcess = true, DefaultParameterSetName = ClusterSet)]
[OutputType(typeof(V2Conversion))]
public sealed class ConvertEtcdV2StoreCommand : SnapshotCmdlet
{
    private const string ClusterSet = "Cluster";
    private const string BackupSet = "Path";

    /// <summary>The cluster with the v2 keys: an object, or the name of a saved cluster. It must serve API 2.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ClusterSet)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// A backup in the style of etcd 2: the folder of 'etcdctl backup', a copy of a data directory, or a tar, tar.gz or zip archive
    /// of one, also encrypted (-Passphrase, -DecryptionCertificate).
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = BackupSet)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>The cluster for the v3 keys. Default: the cluster with the v2 keys. A backup needs a destination.</summary>
    [Parameter(ParameterSetName = ClusterSet)]
    [Parameter(Mandatory = true, ParameterSetName = BackupSet)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference? Destination { get; set; }

    /// <summary>Converts only v2 keys with this prefix, for example /app/. Default: all keys.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Prefix { get; set; }

    /// <summary>Two prefixes, old and new: a v2 key that starts with the old prefix gets the new prefix instead.</summary>
    [Parameter]
    [ValidateCount(2, 2)]
    public BytesArgument[]? MapPrefix { get; set; }

    /// <summary>
    /// The file that keeps the v2 keys with their indexes and remaining times, for Import-EtcdKey. Default: a file in the current
    /// folder with the name of the cluster and the time.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ExportPath { get; set; }

    /// <summary>
    /// What to do with v2 keys that expire. Grant gives each a lease with the time that is left. Drop makes it permanent. Skip
    /// does not convert it. Default: Grant.
    /// </summary>
    [Parameter]
    public LeasedKeyPolicy Lease { get; set; } = LeasedKeyPolicy.Grant;

    /// <summary>Converts only keys that do not exist as v3 keys. Existing keys keep their values.</summary>
    [Parameter]
    public SwitchParameter IfAbsent { get; set; }

    /// <summary>Replaces the values of existing v3 keys.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Deletes the v2 keys after the comparison, and their directories. A key that was changed meanwhile is kept and reported.
    /// Without -Prefix, users and roles of API 2 are deleted too. A client of API 2 then finds nothing.
    /// </summary>
    [Parameter(ParameterSetName = ClusterSet)]
    public SwitchParameter ClearV2 { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        if (IfAbsent && Force)
            throw new ArgumentException("-IfAbsent and -Force cannot be used together: one keeps existing keys, the other replaces them.");
        if (ClearV2 && (IfAbsent || Lease != LeasedKeyPolicy.Grant)) throw Incomplete();
        EtcdCluster? source = ParameterSetName == ClusterSet ? await FindAsync(Cluster, stop).ConfigureAwait(false) : null;
        EtcdCluster target = Destination is null ? source! : await FindAsync(Destination, stop).ConfigureAwait(false); // one of them is set
        V2ConversionRequest request = Request(source?.Name ?? "backup");
        V2Converter converter = source is null
            // Null only for null.
            ? V2Converter.OfBackup(Admin, PathOf(Path)!, await SecretsAsync(stop).ConfigureAwait(false), target, request, CoreEvents)
            : V2Converter.OfCluster(Admin, source, target, request, CoreEvents);
        V2Conversion? result = await CarryOutAsync(await converter.PlanAsync(stop).ConfigureAwait(false), stop).ConfigureAwait(false);
        if (result is not null) await WriteAsync(result).ConfigureAwait(false);
    }

    private V2ConversionRequest Request(string name) => new()
    {
        ExportPath = PathOf(ExportPath) ?? PathOf($"{name}-v2-keys-{Admin.Clock.GetUtcNow():yyyyMMdd-HHmmss}.jsonl")!, // null only for null
        Prefix = Prefix ?? "",
        Map = MapPrefix is [var from, var to] ? new KeyPrefixMap(from.Bytes, to.Bytes) : null,
        Existing = IfAbsent ? ExistingKeyPolicy.Keep : Force ? ExistingKeyPolicy.Overwrite : ExistingKeyPolicy.Refuse,
        Leased = Lease,
        ClearsV2 = ClearV2,
    };

    private static EtcdException Incomplete() => new(
        EtcdErrorIds.InvalidArgument, "-ClearV2 deletes keys only after all of them have been converted with their values and lifetimes.")
    {
        NextStep = "Use -ClearV2 without -IfAbsent, and without -Lease Skip or -Lease Drop.",
    };
}
