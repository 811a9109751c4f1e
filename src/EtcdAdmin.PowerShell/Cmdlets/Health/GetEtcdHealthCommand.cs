using System.Management.Automation;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Events;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Checks the health of all members of a cluster, and gives the reason for each result. A member that does not answer is a
/// result, not an error. All members are checked at the same time, so the check of a cluster never takes longer than -Timeout.
/// Clusters from the pipeline are checked 16 at a time; the results are written in the order of the clusters.
///
/// The cluster is compared with its profile. A member that is in the profile but not in the cluster is unhealthy. Members that
/// the profile does not have are named in a warning. An alarm makes its member unhealthy. An alarm of a former member, which can
/// come with a restored snapshot, makes all members unhealthy, because etcd refuses writes while the alarm of any member is
/// armed.
///
/// The hosts of the members report whether the process runs and how much disk space is free. If a member is healthy and its host
/// does not answer within 2 s, the facts about the host are left out.
/// </summary>
/// <example>
/// <code>Get-EtcdHealth demo</code>
/// <para>Shows one row for each member, below a summary such as: Healthy with 3 known peers.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealth demo | Where-Object -Not Healthy | Start-EtcdMember</code>
/// <para>Starts those unhealthy members that are stopped. Members that are already running are not touched.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdHealth -CheckWrite -CheckDisk -WarnDays 60 | Where-Object -Not Healthy</code>
/// <para>Checks all clusters thoroughly: tests writes and disks, and requires certificates that are valid for at least 60
/// days.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdHealth")]
[OutputType(typeof(EtcdHealth))]
public sealed class GetEtcdHealthCommand : ClustersCmdlet<ClusterHealth>
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// How long members and hosts may take to answer: seconds or a TimeSpan. The time covers the whole check, including
    /// -CheckHash, -FullHash and -CheckWrite. Default: 5 s.
    /// </summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <summary>
    /// Also compares the hash of the data between members. Since etcd 3.5.5, members keep a hash from each compaction until they are
    /// restarted; if all members still have it, it is compared, which costs them nothing. Otherwise, or while the alarm CORRUPT is
    /// armed, each member reads its whole database, so a large database needs a longer -Timeout. A member that does not report its
    /// hash in time is not healthy. HashRevision in the output shows up to which revision the data was compared.
    /// </summary>
    [Parameter]
    public SwitchParameter CheckHash { get; set; }

    /// <summary>
    /// Also compares the hash of all data as it is now, even if all members have one from their last compaction.
    /// </summary>
    [Parameter]
    public SwitchParameter FullHash { get; set; }

    /// <summary>
    /// Also tests a write through each voting member. The test writes one key below etcdadmin/health-check/, with a lease of one
    /// minute. The lease is revoked at once, which deletes the key. If authentication is enabled, the user needs write permission
    /// for that prefix; otherwise the member is not healthy.
    /// </summary>
    [Parameter]
    public SwitchParameter CheckWrite { get; set; }

    /// <summary>
    /// Also waits, up to -Timeout, until every host of a cluster that Install-EtcdCluster installed has reported its free disk
    /// space. Without it, hosts of healthy members have 2 s to answer.
    /// </summary>
    [Parameter]
    public SwitchParameter CheckDisk { get; set; }

    /// <summary>
    /// A member whose certificate expires within this many days is not healthy, 0 to 36500. With 0, only expired certificates
    /// count. Default: 30.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 36500)]
    public int WarnDays { get; set; } = HealthOptions.DefaultWarnDays;

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        var options = new HealthOptions
        {
            CheckHash = CheckHash || FullHash,
            PrefersCompactedHash = !FullHash,
            CheckWrite = CheckWrite,
            CheckDisk = CheckDisk,
            WarnDays = WarnDays,
        };
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
