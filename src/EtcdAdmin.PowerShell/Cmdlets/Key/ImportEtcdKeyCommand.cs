using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Imports the keys of a file from Export-EtcdKey into a cluster. The command first verifies the whole file, and compares each
/// key with the cluster. Keys that are already the same are skipped, so after an interruption the same command continues. If a
/// key exists with another value, nothing is written, unless -IfAbsent or -Force is given.
/// </summary>
/// <example>
/// <code>Import-EtcdKey ./app.jsonl -Cluster staging -WhatIf</code>
/// <para>Shows how many keys would be created and changed, and how many are already the same.</para>
/// </example>
/// <example>
/// <code>Import-EtcdKey ./app.jsonl -Cluster staging -Prefix /app/ -MapPrefix /app/, /copy/ -Force</code>
/// <para>Imports the keys below /app/ as keys below /copy/, and replaces existing values.</para>
/// </example>
[Cmdlet(VerbsData.Import, "EtcdKey", SupportsShouldProcess = true)]
[OutputType(typeof(KeyImport))]
public sealed class ImportEtcdKeyCommand : AdminCmdlet
{
    /// <summary>The file from Export-EtcdKey. Accepts the output of Export-EtcdKey and Get-ChildItem.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>The cluster to import into: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Imports only keys that have this prefix in the file, before -MapPrefix is applied.</summary>
    [Parameter]
    [Bytes]
    public BytesArgument? Prefix { get; set; }

    /// <summary>Two prefixes, old and new: a key that starts with the old prefix is imported with the new prefix instead.</summary>
    [Parameter]
    [ValidateCount(2, 2)]
    public BytesArgument[]? MapPrefix { get; set; }

    /// <summary>Imports only keys that do not exist in the cluster. Existing keys keep their values.</summary>
    [Parameter]
    public SwitchParameter IfAbsent { get; set; }

    /// <summary>Replaces the values of existing keys with those in the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// What to do with keys that had a lease. Skip does not import them, because such keys usually exist only as long as the
    /// client that wrote them is alive. Drop imports them without a lease. Grant imports them with a new lease that has the
    /// remaining time of the old lease. Default: Skip.
    /// </summary>
    [Parameter]
    public LeasedKeyPolicy Lease { get; set; }

    /// <summary>The file format: JsonLines or Csv. Default: chosen by the file name.</summary>
    [Parameter]
    public KeyFileFormat? Format { get; set; }

    /// <summary>
    /// Accepts a file without a checksum, for instance one that was written or edited by hand. Nothing then shows whether keys
    /// are missing.
    /// </summary>
    [Parameter]
    public SwitchParameter SkipHashCheck { get; set; }

    /// <summary>
    /// The largest request that the cluster accepts, in bytes (its setting max-request-bytes), 16384 to 1073741824. If the
    /// cluster accepts less, the command uses smaller requests. It tests whether the largest key fits before it writes any key.
    /// Default: the value that was set with EtcdAdmin, else etcd's default of 1.5 MiB.
    /// </summary>
    [Parameter]
    [ValidateRange(16 * 1024, 1 << 30)]
    public int? MaxRequestSize { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        if (IfAbsent && Force)
            throw new ArgumentException("-IfAbsent and -Force cannot be used together: one keeps existing keys, the other replaces them.");
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        KeyImportRequest request = Request();
        var importer = new KeyImporter(cluster, request, CoreEvents);
        KeyImport survey = await importer.SurveyAsync(stop).ConfigureAwait(false);
        if (!await ShouldProcessAsync($"cluster {cluster.Name}", $"Import {request.Path}, {survey}").ConfigureAwait(false)) return;
        await WriteAsync(await importer.ImportAsync(stop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private KeyImportRequest Request() => new()
    {
        Path = PathOf(Path)!, // null only for null
        Format = Format,
        SkipHashCheck = SkipHashCheck,
        Prefix = Prefix?.Bytes ?? default,
        Map = MapPrefix is [var from, var to] ? new KeyPrefixMap(from.Bytes, to.Bytes) : null,
        Existing = IfAbsent ? ExistingKeyPolicy.Keep : Force ? ExistingKeyPolicy.Overwrite : ExistingKeyPolicy.Refuse,
        Leased = Lease,
        MaxRequestSize = MaxRequestSize,
    };
}
