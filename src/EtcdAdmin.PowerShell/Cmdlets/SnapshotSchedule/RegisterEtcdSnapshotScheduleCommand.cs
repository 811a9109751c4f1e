using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Snapshots.Remote;
using EtcdAdmin.Snapshots.Retention;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Schedules snapshots on the hosts of a cluster, with a systemd timer on each host. One host at a time takes the snapshot; if it
/// fails, the next host takes it. Each snapshot is verified before it gets its name. Old snapshots are removed, by the retention
/// rules, only after that. Run the command again to change the schedule, or to add the hosts of new members.
/// </summary>
/// <example>
/// <code>Register-EtcdSnapshotSchedule prod -At 02:30, 14:30 -Keep 4 -KeepDaily 7 -KeepWeekly 4</code>
/// <para>Takes snapshots twice a day, in UTC. The command takes a first snapshot at once, as a test.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster prod | Register-EtcdSnapshotSchedule -Every 1:00:00 -Destination /srv/etcd-snapshots -KeepHourly 24 -WhatIf</code>
/// <para>Shows the plan: what would be done on which host.</para>
/// </example>
/// <example>
/// <code>Register-EtcdSnapshotSchedule prod -S3Destination s3://backups/etcd/prod/ -S3Endpoint https://minio.example:9000 -S3Credential backup</code>
/// <para>Takes a snapshot every six hours and copies it to a store. The command asks for the secret key.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Register, "EtcdSnapshotSchedule", SupportsShouldProcess = true, DefaultParameterSetName = EverySet)]
[OutputType(typeof(EtcdSnapshotSchedule))]
public sealed class RegisterEtcdSnapshotScheduleCommand : RegisterScheduleCmdlet
{
    /// <summary>
    /// The folder for snapshots on the hosts. It is created if needed, and only the member's user can read it. Default:
    /// /var/backups/etcd-NAME, with the name of the cluster.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>
    /// Keeps the newest N snapshots on each host. Only snapshots taken by that host are counted. A snapshot is kept if any rule
    /// keeps it. Default: 7, if no rule is given.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Keep { get; set; }

    /// <summary>Keeps the newest snapshot of each hour on each host, for the last N hours that have snapshots.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepHourly { get; set; }

    /// <summary>Keeps the newest snapshot of each day on each host, for the last N days that have snapshots.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepDaily { get; set; }

    /// <summary>
    /// Keeps the newest snapshot of each week on each host, for the last N weeks that have snapshots. Weeks begin on Monday.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepWeekly { get; set; }

    /// <summary>Keeps the newest snapshot of each month on each host, for the last N months that have snapshots.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepMonthly { get; set; }

    /// <summary>Keeps the newest snapshot of each year on each host, for the last N years that have snapshots.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepYearly { get; set; }

    /// <summary>
    /// The place in an S3-compatible store to which each host copies its snapshots and their manifests: s3://bucket/prefix/. Give
    /// each cluster its own prefix, because snapshots are named by the second in which they were taken. The hosts need curl, of
    /// any version. If a copy fails, the run fails; the snapshot stays on the host and is copied with the next run. Nothing is
    /// ever removed from the store.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? S3Destination { get; set; }

    /// <summary>
    /// The URL of the store, for instance https://minio.example:9000. The hosts must trust its certificate. Default: Amazon S3.
    /// </summary>
    [Parameter]
    public Uri? S3Endpoint { get; set; }

    /// <summary>The region of the store. Default: AWS_REGION on this machine, else the region of the AWS profile.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? S3Region { get; set; }

    /// <summary>
    /// The access key as user name and the secret key as password. Needed with -S3Destination. They are stored on the hosts, in a
    /// file that only root and the member's user can read, so use keys that may only list, read and write below the prefix.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? S3Credential { get; set; }

    /// <summary>Does not take the first snapshot, which is a test. Only the first run of the timer then shows whether the schedule works.</summary>
    [Parameter]
    public SwitchParameter SkipFirstSnapshot { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<IReadOnlyList<EtcdSnapshotSchedule>> operation =
            await new SnapshotScheduler(Admin).PlanRegisterAsync(cluster, Schedule(), stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
            await SayAsync($"The hosts of cluster {cluster.Name} already have this schedule; nothing to do.").ConfigureAwait(false);
        IReadOnlyList<EtcdSnapshotSchedule>? hosts = operation.Plan.IsEmpty
            ? await operation.RunAsync(CoreEvents, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (hosts is not null) await WritePageAsync(hosts).ConfigureAwait(false);
    }

    private SnapshotSchedule Schedule()
    {
        var rules = new RetentionRules
        {
            Keep = Keep,
            KeepHourly = KeepHourly,
            KeepDaily = KeepDaily,
            KeepWeekly = KeepWeekly,
            KeepMonthly = KeepMonthly,
            KeepYearly = KeepYearly,
        };
        var schedule = new SnapshotSchedule
        {
            Times = Times(TimeSpan.FromHours(6)),
            Destination = Destination,
            Store = Store(),
            StoreOptions = new S3Options { Endpoint = S3Endpoint, Region = S3Region, Credential = Known(S3Credential) },
            Credential = Known(Credential),
            RunNow = !SkipFirstSnapshot,
            Force = Force,
        };
        return rules.IsEmpty ? schedule : schedule with { Rules = rules };
    }

    private S3Location? Store()
    {
        if (S3Destination is null) return null;
        return S3Location.TryParse(S3Destination, out S3Location? place) ? place : throw new EtcdException(
            EtcdErrorIds.InvalidArgument, "-S3Destination is not a valid destination. It must have the format s3://bucket/prefix/.")
        {
            Target = S3Destination.Split('?')[0].Split('@')[^1], // query and user information of URLs may hold secrets
            NextStep =
                $"Give the bucket and a prefix for this cluster, for instance s3://backups/etcd/{Cluster}/, and the URL of the store as -S3Endpoint.",
        };
    }
}
