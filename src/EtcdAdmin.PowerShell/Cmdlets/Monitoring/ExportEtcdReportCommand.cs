using System.Management.Automation;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Reports;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Writes one file about clusters, to mail and to keep: what needs to be done, with the remedies, then members, certificates, space and
/// latency over time, snapshots and drills, configuration, and the results of all checks (Test-EtcdCluster). All clusters from the pipeline
/// go into the same file, the worst first. A cluster that does not answer is in it too, with the reasons.
///
/// The HTML file has no scripts and loads nothing, so that it works offline and in a mail; it follows the light or dark colours of the
/// reader and prints well. Markdown has the same facts without the charts. JSON has all facts, for other programs.
///
/// The file contains addresses and settings, but no passwords, keys or tokens. Only its owner can read it.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster | Export-EtcdReport -Path ./etcd.html</code>
/// <para>Writes a report about all saved clusters.</para>
/// </example>
/// <example>
/// <code>Export-EtcdReport prod ./prod.md -Force</code>
/// <para>Writes a report as Markdown, and replaces the file of yesterday.</para>
/// </example>
/// <example>
/// <code>Export-EtcdReport prod ./prod.html -SnapshotPath /srv/backups -DrillAuditPath /srv/backups/drills.jsonl</code>
/// <para>Tells the report where the snapshots and the records of drills are.</para>
/// </example>
/// <example>
/// <code>(Get-EtcdCluster | Export-EtcdReport -Path ./etcd.json -Force).Critical</code>
/// <para>Shows how many results are critical.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdReport", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdReport))]
public sealed class ExportEtcdReportCommand : AdminCmdlet
{
    private readonly List<EtcdCluster> _clusters = [];

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The file to write. Its extension is the format: .html, .md or .json.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>The format, if the extension of the file does not name it.</summary>
    [Parameter]
    public ReportFormat? Format { get; set; }

    /// <summary>The title. Default: etcd clusters.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>How far back the recorded health is shown: days or a TimeSpan. Default: 30 days.</summary>
    [Parameter]
    [Days]
    public TimeSpan? History { get; set; }

    /// <summary>Folders on this machine with snapshots of the clusters.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SnapshotPath { get; set; }

    /// <summary>The audit file that Test-EtcdSnapshot -Drill -AuditPath writes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DrillAuditPath { get; set; }

    /// <summary>How long members and hosts may take to answer: seconds or a TimeSpan. Default: 5 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop) => _clusters.Add(await FindAsync(Cluster, stop).ConfigureAwait(false));

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken stop)
    {
        if (_clusters.Count == 0) return;
        ReportRequest request = Request();
        ReportExporter.Check(request);
        if (!await ShouldProcessAsync(request.Path, $"Write a report about {string.Join(", ", _clusters.Select(cluster => cluster.Name).Distinct())}")
            .ConfigureAwait(false))
            return;
        await WriteAsync(await new ReportExporter(Admin).ExportAsync(_clusters, request, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private ReportRequest Request()
    {
        // Null only for null.
        var checks =
            new CheckOptions { SnapshotPaths = [.. (SnapshotPath ?? []).Select(path => PathOf(path)!)], DrillAuditPath = PathOf(DrillAuditPath) };
        if (Timeout is { } timeout) checks = checks with { Timeout = timeout };
        var request = new ReportRequest { Path = PathOf(Path)!, Format = Format, Checks = checks, Overwrite = Force };
        if (Title is { } title) request = request with { Title = title };
        return History is { } age ? request with { HistoryAge = age } : request;
    }
}
