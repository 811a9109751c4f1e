using System.Management.Automation;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
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
///
/// Each result is added to the history of a saved cluster (Get-EtcdHealthHistory). From the history, DaysUntilQuota is computed: when the
/// database of a member reaches its quota, if it grows on like this.
///
/// With -Watch, the check is repeated until Ctrl+C. At a terminal the table is painted again each time, with the last changes below it;
/// otherwise, and with -Changes, objects are written.
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
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdHealth -Watch -Interval 30</code>
/// <para>Shows the health of all saved clusters, checked again every 30 s.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealth prod -Watch -Changes | ForEach-Object { "$(Get-Date -Format s) $_" } | Tee-Object -FilePath health.log -Append</code>
/// <para>Logs only what changes.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdHealth", DefaultParameterSetName = OnceSet)]
[OutputType(typeof(EtcdHealth))]
public sealed class GetEtcdHealthCommand : ClustersCmdlet<ClusterHealth>
{
    private const string OnceSet = "Once";
    private const string WatchSet = "Watch";

    private static readonly TimeSpan UsualInterval = TimeSpan.FromMinutes(5);

    private readonly List<ClusterReference> _watched = [];

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
    /// for that prefix; otherwise the member is not healthy. Of etcd 2.3, it is a key of API 2 (etcdadmin-health-check-…) with a TTL of one
    /// minute, deleted at once.
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

    /// <summary>Repeats the check until Ctrl+C.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WatchSet)]
    public SwitchParameter Watch { get; set; }

    /// <summary>The time from the end of one check to the next: seconds or a TimeSpan. Default: 5 minutes.</summary>
    [Parameter(ParameterSetName = WatchSet)]
    [Seconds]
    public TimeSpan? Interval { get; set; }

    /// <summary>Writes a member only when its health, or the reason, has changed; all members at the first check.</summary>
    [Parameter(ParameterSetName = WatchSet)]
    public SwitchParameter Changes { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        if (Watch)
        {
            _watched.Add(Cluster);
            return Task.CompletedTask;
        }

        var recorder = new HealthRecorder(Admin);
        HealthOptions options = Options();
        return AskAsync(Cluster, (cluster, token) => recorder.CheckAsync(cluster, options, token), stop);
    }

    private protected override Task ShowAsync(ClusterHealth found)
    {
        foreach (string warning in found.Warnings) CoreEvents.Report(new WarningEvent(warning));
        return WritePageAsync(found.Members);
    }

    private protected override async Task FinishAsync(CancellationToken stop)
    {
        if (_watched.Count == 0) return;
        var recorder = new HealthRecorder(Admin);
        HealthOptions options = Options();
        var changes = new HealthChanges();
        HealthScreen? screen = Changes ? null : await OnPipelineAsync(() => HealthScreen.Find(this)).ConfigureAwait(false);
        while (true)
        {
            var round = new List<(ClusterHealth Health, IReadOnlyList<EtcdHealth> Changed)>();
            await ForEachAsync(_watched.Select(reference => CheckAsync(reference, recorder, options, stop)).ToArray(), async (check, _) =>
            {
                ClusterHealth health = await check.ConfigureAwait(false);
                round.Add((health, changes.Of(health)));
            }, stop).ConfigureAwait(false);
            if (screen is null)
                await WritePageAsync(round.SelectMany(one => Changes ? one.Changed : one.Health.Members).ToArray()).ConfigureAwait(false);
            else await OnPipelineAsync(() => screen.Paint(this, round, Interval ?? UsualInterval)).ConfigureAwait(false);
            await Task.Delay(Interval ?? UsualInterval, stop).ConfigureAwait(false);
        }
    }

    // The profile may change while it is watched.
    private async Task<ClusterHealth> CheckAsync(
        ClusterReference reference, HealthRecorder recorder, HealthOptions options, CancellationToken stop) =>
        await recorder.CheckAsync(await FindAsync(reference, stop).ConfigureAwait(false), options, stop).ConfigureAwait(false);

    private HealthOptions Options()
    {
        var options = new HealthOptions
        {
            CheckHash = CheckHash || FullHash,
            PrefersCompactedHash = !FullHash,
            CheckWrite = CheckWrite,
            CheckDisk = CheckDisk,
            WarnDays = WarnDays,
        };
        return Timeout is { } timeout ? options with { Timeout = timeout } : options;
    }
}
