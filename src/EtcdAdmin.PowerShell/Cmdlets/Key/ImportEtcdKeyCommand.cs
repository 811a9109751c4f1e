using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Writes the keys of a file from Export-EtcdKey into a cluster. All of the file is checked first, and what would become of each key is
/// looked up: keys that are like the file already are left alone, so the same command carries on after an interruption. Keys that exist
/// with another value are refused unless -IfAbsent or -Force says what becomes of them.
/// </summary>
/// <example>
/// <code>Import-EtcdKey ./app.jsonl -Cluster staging -WhatIf</code>
/// <para>Says how many keys would be created and changed, and how many are there already.</para>
/// </example>
/// <example>
/// <code>Import-EtcdKey ./app.jsonl -Cluster staging -Prefix /app/ -MapPrefix /app/, /copy/ -Force</code>
/// <para>Puts the keys below /copy/ that were below /app/, in place of those that are there.</para>
/// </example>
[Cmdlet(VerbsData.Import, "EtcdKey", SupportsShouldProcess = true)]
[OutputType(typeof(KeyImport))]
public sealed class ImportEtcdKeyCommand : AdminCmdlet
{
    /// <summary>The file; Export-EtcdKey and Get-ChildItem pass it on.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Only keys that begin so in the file.</summary>
    [Parameter]
    [Bytes]
    public BytesArgument? Prefix { get; set; }

    /// <summary>Two beginnings: keys that begin with the first in the file begin with the second in the cluster.</summary>
    [Parameter]
    [ValidateCount(2, 2)]
    public BytesArgument[]? MapPrefix { get; set; }

    /// <summary>Keys that exist stay as they are.</summary>
    [Parameter]
    public SwitchParameter IfAbsent { get; set; }

    /// <summary>Keys that exist become as the file has them.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// What becomes of keys that had a lease: Skip passes them over, as mostly somebody was alive as long as they were there; Drop writes them
    /// without a lease; Grant gives them a new one that lives as long as the old one still did.
    /// </summary>
    [Parameter]
    public LeasedKeyPolicy Lease { get; set; }

    /// <summary>The format; by default what the file's name says.</summary>
    [Parameter]
    public KeyFileFormat? Format { get; set; }

    /// <summary>Accepts a file that was written or changed by hand, without the checksum that tells whether something is missing.</summary>
    [Parameter]
    public SwitchParameter SkipHashCheck { get; set; }

    /// <summary>
    /// The largest request that the cluster takes, in bytes (its max-request-bytes). By default what was set with EtcdAdmin, else etcd's own, 1.5 MiB. A
    /// cluster that takes less gets smaller requests by itself. Whether it takes the largest key is tried before the first is written.
    /// </summary>
    [Parameter]
    [ValidateRange(16 * 1024, 1 << 30)]
    public int? MaxRequestSize { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        if (IfAbsent && Force) throw new ArgumentException("-IfAbsent and -Force say opposite things of keys that exist.");
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
