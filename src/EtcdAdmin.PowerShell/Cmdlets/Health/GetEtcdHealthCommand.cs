using System.Management.Automation;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Events;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Asks all members of a cluster at once how they are, and gives a verdict on each with its reason. A member that does not answer
/// is a verdict, not an error, and the check takes no longer than the timeout, also where hosts are silent. Clusters that come through the pipeline
/// are checked at the same time, sixteen at once, and written in their order.
///
/// The cluster that answers is compared with its profile. Members that the profile has and the cluster does not are listed as unhealthy. Members that the
/// profile does not have are named in a warning. An alarm makes a member unhealthy, and an alarm of a former member, which can come with a
/// restored snapshot, makes all of them unhealthy: etcd refuses writes while any alarm is armed.
///
/// The members' hosts are asked whether the process runs and how much of the disk is free. A host that does not answer within 2 s is left out if its member is well.
/// </summary>
/// <example>
/// <code>Get-EtcdHealth demo</code>
/// <para>One row per member, under the line that says it all, for instance: Healthy with 3 known peers.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealth demo | Where-Object -Not Healthy | Start-EtcdMember</code>
/// <para>Starts the members that are down.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdHealth -CheckWrite -CheckDisk -WarnDays 60 | Where-Object -Not Healthy</code>
/// <para>A thorough check of all clusters: writes are tried, disks are looked at, and certificates must be valid for 60 days.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdHealth")]
[OutputType(typeof(EtcdHealth))]
public sealed class GetEtcdHealthCommand : ClustersCmdlet<ClusterHealth>
{
    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// How long each member and its host have to answer, all at the same time: seconds or a TimeSpan; by default 5 s. Hashes and test writes
    /// are asked for within the same time.
    /// </summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <summary>
    /// Also compares the hash of all data. Every member walks through its whole database for it, so a large database needs a longer -Timeout. A
    /// member whose hash does not come in time is not healthy, and its reason says so.
    /// </summary>
    [Parameter]
    public SwitchParameter CheckHash { get; set; }

    /// <summary>
    /// Also writes through each voting member. What is written is one key under the prefix etcdadmin/health-check/, bound to a lease of one
    /// minute. The lease is revoked at once, which deletes the key. With authentication, the user needs write permission for that prefix;
    /// without it the member is not healthy, and its reason says so.
    /// </summary>
    [Parameter]
    public SwitchParameter CheckWrite { get; set; }

    /// <summary>Waits for the free disk space of all members on hosts that are managed from here, up to the timeout; without it, hosts of members that are well have 2 s.</summary>
    [Parameter]
    public SwitchParameter CheckDisk { get; set; }

    /// <summary>A member whose certificate is valid for fewer days than this is not healthy, by default 30. With 0, only an expired one counts.</summary>
    [Parameter]
    [ValidateRange(0, 36500)]
    public int WarnDays { get; set; } = HealthOptions.DefaultWarnDays;

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        var options = new HealthOptions { CheckHash = CheckHash, CheckWrite = CheckWrite, CheckDisk = CheckDisk, WarnDays = WarnDays };
        if (Timeout is { } timeout) options = options with { Timeout = timeout };
        var checker = new HealthChecker(Admin);
        return AskAsync(Cluster, (cluster, token) => checker.CheckAsync(cluster, options, token), stop);
    }

    private protected override Task ShowAsync(ClusterHealth found)
    {
        foreach (string warning in found.Warnings) CoreEvents.Report(new WarningEvent(warning));
        return WritePageAsync(found.Members);
    }
}
