using System.Management.Automation;
using EtcdAdmin.Checks;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Nagios;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Makes all checks of a cluster at once, and changes nothing: members, quorum, alarms, versions, advisories, space, disks, latencies,
/// clocks, certificates, snapshots, configuration, permissions, the units, and the etcd section of the CIS Kubernetes Benchmark. Each result is
/// one object with its severity, what was found, the measured facts, and what to do. A check that cannot be made is a result too, and says
/// why; it never hides the others.
///
/// All facts are read once, at the same time. Checks of files, disks and units need hosts that EtcdAdmin manages.
///
/// With -Nagios, the results become one line with performance data, as plugins of Nagios and Icinga print it. $LASTEXITCODE is then 0 (OK),
/// 1 (WARNING), 2 (CRITICAL) or 3 (UNKNOWN), and so is the property ExitCode of the line.
/// </summary>
/// <example>
/// <code>Test-EtcdCluster prod</code>
/// <para>Shows all checks of one cluster.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Test-EtcdCluster | Where-Object NeedsAttention | Format-List</code>
/// <para>Shows what needs attention in all saved clusters, with the remedies.</para>
/// </example>
/// <example>
/// <code>Test-EtcdCluster prod -Check CIS-*, FileModes</code>
/// <para>Shows only the results of some checks.</para>
/// </example>
/// <example>
/// <code>Test-EtcdCluster prod -Nagios; exit $LASTEXITCODE</code>
/// <para>As a script, this is a complete check command for Nagios or Icinga: pwsh -NoProfile -File check-etcd.ps1.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdCluster")]
[OutputType(typeof(EtcdCheck), typeof(string))]
public sealed class TestEtcdClusterCommand : ClustersCmdlet<(string Cluster, IReadOnlyList<EtcdCheck> Checks)>
{
    private int _worstExitCode;

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The names of the checks to show, or wildcard patterns. Default: all.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Check { get; set; }

    /// <summary>The names of checks that are not shown and do not count, or wildcard patterns.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? ExcludeCheck { get; set; }

    /// <summary>Writes one line for Nagios or Icinga instead of the results, and sets $LASTEXITCODE.</summary>
    [Parameter]
    public SwitchParameter Nagios { get; set; }

    /// <summary>How long members and hosts may take to answer: seconds or a TimeSpan. Default: 5 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <summary>A certificate that expires within this many days is a warning, 0 to 36500. Default: 30.</summary>
    [Parameter]
    [ValidateRange(0, 36500)]
    public int WarnDays { get; set; } = HealthOptions.DefaultWarnDays;

    /// <summary>
    /// Folders on this machine with snapshots of the cluster. The snapshots that a schedule saves on the hosts are found without it.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SnapshotPath { get; set; }

    /// <summary>A newest snapshot that is older than this is a warning: hours or a TimeSpan. Default: 26 hours.</summary>
    [Parameter]
    [Hours]
    public TimeSpan? MaxSnapshotAge { get; set; }

    /// <summary>The audit file that Test-EtcdSnapshot -Drill -AuditPath writes. Without it, test restores are not checked.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DrillAuditPath { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        CheckOptions options = Options();
        var checker = new ClusterChecker(Admin);
        if (Nagios) await ReportAsync(checker, options, stop).ConfigureAwait(false);
        else
            await AskAsync(Cluster, async (cluster, token) => (cluster.Name, await checker.CheckAsync(cluster, options, token).ConfigureAwait(false)),
                stop).ConfigureAwait(false);
    }

    private protected override Task ShowAsync((string Cluster, IReadOnlyList<EtcdCheck> Checks) found) => WritePageAsync(found.Checks);

    // For a monitoring system even an unknown cluster is a line and an exit code.
    private async Task ReportAsync(ClusterChecker checker, CheckOptions options, CancellationToken stop)
    {
        NagiosResult result;
        try
        {
            EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
            result = NagiosResult.Of(cluster.Name, await checker.CheckAsync(cluster, options, stop).ConfigureAwait(false));
        }
        catch (EtcdException e)
        {
            result = NagiosResult.Unknown(Cluster.Name, e.Message);
        }

        _worstExitCode = Worse(_worstExitCode, result.ExitCode);
        await OnPipelineAsync(() =>
        {
            SessionState.PSVariable.Set("global:LASTEXITCODE", _worstExitCode);
            WriteObject(Line(result));
        }).ConfigureAwait(false);
    }

    // A text, because PowerShell would break the lines of any other object at the width of a terminal.
    private static PSObject Line(NagiosResult result)
    {
        var line = new PSObject(result.Line);
        line.Properties.Add(new PSNoteProperty(nameof(result.Cluster), result.Cluster));
        line.Properties.Add(new PSNoteProperty(nameof(result.Status), result.Status));
        line.Properties.Add(new PSNoteProperty(nameof(result.ExitCode), result.ExitCode));
        return line;
    }

    // Critical is worse than a warning, which is worse than unknown.
    private static int Worse(int left, int right)
    {
        int[] order = [0, 3, 1, 2];
        return Array.IndexOf(order, left) > Array.IndexOf(order, right) ? left : right;
    }

    private CheckOptions Options()
    {
        var wanted = new NamePatterns(Check);
        NamePatterns? unwanted = ExcludeCheck is null ? null : new NamePatterns(ExcludeCheck);
        var options = new CheckOptions
        {
            WarnDays = WarnDays,
            SnapshotPaths = [.. (SnapshotPath ?? []).Select(path => PathOf(path)!)], // null only for null
            DrillAuditPath = PathOf(DrillAuditPath),
            Includes = name => wanted.Match(name) && unwanted?.Match(name) != true,
        };
        if (Timeout is { } timeout) options = options with { Timeout = timeout };
        return MaxSnapshotAge is { } age ? options with { SnapshotAge = age } : options;
    }
}
