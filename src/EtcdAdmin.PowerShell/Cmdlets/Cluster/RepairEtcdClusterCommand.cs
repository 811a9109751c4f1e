using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Quorum;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Rebuilds a cluster that has lost its quorum for good. Reads the data of every member that can be reached, takes that of the member that
/// is furthest ahead, and lets the others join again. All data is put aside first, nothing is deleted. What was on lost members alone is
/// lost; the warnings say what is known of it. A cluster that has its quorum is refused: about_EtcdQuorumLoss.
/// </summary>
/// <example>
/// <code>Repair-EtcdCluster prod</code>
/// <para>Says what would be lost, shows the plan, asks, and carries it out. Broken off, the same command carries on.</para>
/// </example>
/// <example>
/// <code>Get-EtcdRecoveryCandidate prod | Where-Object Member -EQ n2 | Repair-EtcdCluster</code>
/// <para>Rebuilds from a member of one's own choice.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Repair, "EtcdCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdCluster))]
public sealed class RepairEtcdClusterCommand : PlannedCmdlet
{
    /// <summary>The cluster, as an object or by its name. Its hosts are managed from here.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The member to rebuild from, by its name or host; by default the one that is furthest ahead.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Member")]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? From { get; set; }

    /// <summary>
    /// ForceNewCluster goes on with database and log, Restore takes the database alone and raises revisions where it can. By default the
    /// first where the log is whole, else the second.
    /// </summary>
    [Parameter]
    public RecoveryMethod? Method { get; set; }

    /// <summary>The file or folder to take etcd from if a host has lost it too.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>A mirror in the layout of the official releases.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>How long each member may take to serve or to catch up: seconds or a TimeSpan; by default 10 minutes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<EtcdCluster> operation = await new ClusterRepairer(Admin).PlanAsync(cluster, Request(), CoreEvents, stop).ConfigureAwait(false);
        EtcdCluster? repaired = await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (repaired is not null) await WriteAsync(repaired).ConfigureAwait(false);
    }

    private RepairClusterRequest Request()
    {
        var request = new RepairClusterRequest
        {
            From = From,
            Method = Method,
            Package = new PackageRequest { Path = PathOf(Package), BaseUrl = PackageUrl },
        };
        return Timeout is { } timeout ? request with { Timeout = timeout } : request;
    }
}
