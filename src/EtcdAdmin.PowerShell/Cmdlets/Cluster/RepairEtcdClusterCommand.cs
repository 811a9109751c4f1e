using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Recovery.Quorum;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Rebuilds a cluster that has permanently lost its quorum. The command reads the data of every member it can reach, rebuilds the
/// cluster from the member with the newest data, and lets the other members join again. It deletes no old data: the data of the
/// source is copied, that of the other members is moved aside. Writes that existed only on lost members are gone; the warnings
/// show what is known about them. The command refuses to run if the cluster has its quorum. See about_EtcdQuorumLoss.
/// </summary>
/// <example>
/// <code>Repair-EtcdCluster prod</code>
/// <para>Shows what may be lost and the plan, asks for confirmation, and rebuilds the cluster. After an interruption, run the
/// same command again; it continues.</para>
/// </example>
/// <example>
/// <code>Get-EtcdRecoveryCandidate prod | Where-Object Member -EQ n2 | Repair-EtcdCluster</code>
/// <para>Rebuilds the cluster from the member n2.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Repair, "EtcdCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdCluster))]
public sealed class RepairEtcdClusterCommand : PlannedCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The member to rebuild from, by name or host. Default: the member with the newest data.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Member")]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? From { get; set; }

    /// <summary>
    /// How to rebuild. ForceNewCluster continues with the database and the write-ahead log. Restore uses the database only, and
    /// raises revisions if the installed etcd can. Default: ForceNewCluster if the source is a voting member whose log can be
    /// used, else Restore; see about_EtcdQuorumLoss.
    /// </summary>
    [Parameter]
    public RecoveryMethod? Method { get; set; }

    /// <summary>The file or folder to take etcd from, if a host has lost its programs too.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>The URL of a mirror in the layout of the official releases.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>How long each member may take to serve or to catch up: seconds or a TimeSpan. Default: 10 minutes.</summary>
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
