using System.Management.Automation;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules;
using EtcdAdmin.Snapshots.Remote;
using EtcdAdmin.Snapshots.Retention;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Lets the hosts of a cluster take snapshots by themselves, with a systemd timer on each. One host acts at a time; if it dies, the next one
/// does. Each snapshot is verified before it gets its name, and only then old ones are removed, by the rules given. Registering again
/// changes what differs, and brings in the hosts of members that were added.
/// </summary>
/// <example>
/// <code>Register-EtcdSnapshotSchedule prod -At 02:30, 14:30 -Keep 4 -KeepDaily 7 -KeepWeekly 4</code>
/// <para>Twice a day, in UTC. A first snapshot is taken at once, as the proof.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster prod | Register-EtcdSnapshotSchedule -Every 1:00:00 -Destination /srv/etcd-snapshots -KeepHourly 24 -WhatIf</code>
/// <para>Shows what would be done on which host.</para>
/// </example>
/// <example>
/// <code>Register-EtcdSnapshotSchedule prod -S3Destination s3://backups/etcd/prod/ -S3Endpoint https://minio.example:9000 -S3Credential backup</code>
/// <para>Every six hours; each snapshot is copied to a store, too. Asks for the secret key.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Register, "EtcdSnapshotSchedule", SupportsShouldProcess = true, DefaultParameterSetName = EverySet)]
[OutputType(typeof(EtcdSnapshotSchedule))]
public sealed class RegisterEtcdSnapshotScheduleCommand : PlannedCmdlet
{
    private const string AtSet = "At";
    private const string EverySet = "Every";
    private const string CalendarSet = "OnCalendar";

    /// <summary>The cluster, as an object or by its name. Its hosts are managed from here.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Times of the day in UTC, for instance 02:30.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AtSet)]
    public TimeOnly[] At { get; set; } = null!; // mandatory

    /// <summary>
    /// How often, counted from midnight UTC: hours or a TimeSpan that divides a day or an hour, at least five minutes; by default every six hours.
    /// </summary>
    [Parameter(ParameterSetName = EverySet)]
    [Hours]
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Calendar expressions of systemd.time(7), for instance 'Mon..Fri 22:00 UTC'; without a time zone each host takes its own.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CalendarSet)]
    [ValidateNotNullOrEmpty]
    public string[] OnCalendar { get; set; } = null!; // mandatory

    /// <summary>Up to how much later each host starts, at random: seconds or a TimeSpan; by default a quarter of the interval, at most ten minutes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? RandomizedDelay { get; set; }

    /// <summary>The folder on the hosts, made for the member's user alone if it is not there; by default /var/backups/etcd- and the cluster's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Each host keeps the newest so many that it took itself. A snapshot stays if any of the rules keeps it; without a rule this is 7.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Keep { get; set; }

    /// <summary>Each host keeps its newest of each of the last so many hours in which it took one.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepHourly { get; set; }

    /// <summary>The same for days.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepDaily { get; set; }

    /// <summary>The same for weeks, from Monday.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepWeekly { get; set; }

    /// <summary>The same for months.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepMonthly { get; set; }

    /// <summary>The same for years.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepYearly { get; set; }

    /// <summary>
    /// User and password where the cluster authenticates; the user needs the role root. They are kept on the hosts, in a file that only the
    /// member's user can read.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>
    /// s3://bucket/prefix/ in an S3-compatible store, below which each host copies what it took, with its notes, as Copy-EtcdSnapshot would. The hosts need curl for that,
    /// new or old. What could not be copied stays on the host, makes the run a failed one, and is copied with the next. In the store nothing is removed. Give each
    /// cluster a prefix of its own: snapshots are named by the second in which they were taken.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? S3Destination { get; set; }

    /// <summary>The URL of a store other than Amazon's, for instance https://minio.example:9000. The hosts must trust its certificate.</summary>
    [Parameter]
    public Uri? S3Endpoint { get; set; }

    /// <summary>The region; by default what AWS_REGION or the profile says here.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? S3Region { get; set; }

    /// <summary>
    /// Access key as user name, secret key as password; needed with -S3Destination. They are kept on the hosts, in a file that only the member's user can read, so
    /// give them keys that may list, read and write there, and nothing else.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? S3Credential { get; set; }

    /// <summary>Takes no first snapshot; then only the next run shows whether one can be taken.</summary>
    [Parameter]
    public SwitchParameter SkipFirstSnapshot { get; set; }

    /// <summary>Leaves hosts that cannot be managed now as they are. Without it, one such host keeps everything where it is.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<IReadOnlyList<EtcdSnapshotSchedule>> operation =
            await new SnapshotScheduler(Admin).PlanRegisterAsync(cluster, Schedule(), stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"The hosts of cluster {cluster.Name} do just that already; nothing to do.").ConfigureAwait(false);
        IReadOnlyList<EtcdSnapshotSchedule>? hosts = operation.Plan.IsEmpty
            ? await operation.RunAsync(CoreEvents, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (hosts is not null) await WritePageAsync(hosts).ConfigureAwait(false);
    }

    private SnapshotSchedule Schedule()
    {
        ScheduleTimes times = ParameterSetName switch
        {
            AtSet => ScheduleTimes.At(At),
            CalendarSet => ScheduleTimes.OnCalendar(OnCalendar),
            _ => ScheduleTimes.Every(Every),
        };
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
            Times = times with { RandomizedDelay = RandomizedDelay },
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
            EtcdErrorIds.InvalidArgument, "-S3Destination is not a place in a store: s3://bucket/prefix/ is.")
        {
            Target = S3Destination.Split('?')[0].Split('@')[^1], // what lets others write there stands around that in URLs
            NextStep = $"Give the bucket and a prefix of the cluster's own, for instance s3://backups/etcd/{Cluster}/, and the URL of the store as -S3Endpoint.",
        };
    }

    private static EtcdCredential? Known(PSCredential? given) => given is null ? null : new EtcdCredential(given.UserName, given.GetNetworkCredential().Password);
}
