using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Diagnosis.Bundles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Collects what a diagnosis needs from all hosts and members of a cluster, at the same time, into one .tar.gz file: state of the units, journals,
/// configuration, versions, members, status, alarms, metrics, disks, network, kernel limits, memory, clocks, the files of the data, the dates of
/// certificates, and the differences to the profile. It changes nothing on the hosts.
///
/// Passwords, tokens, private keys and users in URLs are removed before anything is written. Logs can still contain the names of keys: look through a
/// bundle before you pass it on. A host that cannot be read does not stop the others; the index (index.txt, index.json) has the reason. Files that
/// exceed the limits are cut off, and the index says so. Only you can read the file.
/// </summary>
/// <example>
/// <code>Export-EtcdSupportBundle prod</code>
/// <para>Writes etcd-support-prod-(date and time in UTC).tar.gz with the journals of the last 24 hours.</para>
/// </example>
/// <example>
/// <code>Export-EtcdSupportBundle prod ./incident -Since '2026-01-31 03:00' -Until '2026-01-31 05:00'</code>
/// <para>Collects the journals of two hours, into a folder.</para>
/// </example>
/// <example>
/// <code>(Export-EtcdSupportBundle prod).Errors | Format-List Signature, Count, Path, Cause, Command</code>
/// <para>Shows the known errors that the logs of all members contain, and what to do about each.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdSupportBundle", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdSupportBundle))]
public sealed class ExportEtcdSupportBundleCommand : AdminCmdlet
{
    private const long Megabyte = 1L << 20;

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The folder, which is created if needed, or a file name that ends in .tar.gz. Default: the current folder.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = ".";

    /// <summary>The begin of the journals. Default: 24 hours before their end.</summary>
    [Parameter]
    public DateTime? Since { get; set; }

    /// <summary>The end of the journals. Default: now.</summary>
    [Parameter]
    public DateTime? Until { get; set; }

    /// <summary>The most bytes of one file in the bundle, 64KB to 256MB. Logs keep their end. Default: 8MB.</summary>
    [Parameter]
    [ValidateRange(64 * 1024, 256 * (int)Megabyte)]
    public int MaximumFileBytes { get; set; } = 8 * (int)Megabyte;

    /// <summary>The most bytes of all files together before compression, 1MB to 2GB. Default: 128MB.</summary>
    [Parameter]
    [ValidateRange(Megabyte, 2048 * Megabyte)]
    public long MaximumTotalBytes { get; set; } = 128 * Megabyte;

    /// <summary>How long each host may take: seconds or a TimeSpan. Default: 2 minutes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? HostTimeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        var request = new SupportBundleRequest
        {
            Destination = PathOf(Destination)!, // null only for null
            Since = Since,
            Until = Until,
            MaxFileBytes = MaximumFileBytes,
            MaxTotalBytes = MaximumTotalBytes,
        };
        if (HostTimeout is { } limit) request = request with { HostTimeout = limit };
        var exporter = new SupportBundleExporter(Admin);
        if (!await ShouldProcessAsync($"cluster {cluster.Name}", $"Export support bundle to {exporter.PathOf(cluster, request)}")
            .ConfigureAwait(false))
            return;
        await WriteAsync(await exporter.ExportAsync(cluster, request, CoreEvents, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
