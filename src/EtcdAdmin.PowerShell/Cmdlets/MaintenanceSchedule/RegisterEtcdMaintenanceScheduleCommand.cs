using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Schedules.Maintenance;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Schedules maintenance on the hosts of a cluster, with a systemd timer on each host. Each host looks at the database of its member. Where a rule
/// says so, it deletes old history and defragments the member, and it disarms the alarm NOSPACE when there is space again.
///
/// One host at a time acts, under a lock in etcd, and only while all members serve. Leadership moves away from a member before it is defragmented.
/// While the alarm CORRUPT is armed, nothing is done. Run the command again to change the schedule, or to add the hosts of new members.
/// </summary>
/// <example>
/// <code>Register-EtcdMaintenanceSchedule prod -At 02:30 -Window 2:00:00</code>
/// <para>Each night from 02:30 UTC, members are defragmented of whose database half is free, or that have 75 % of their quota.</para>
/// </example>
/// <example>
/// <code>Register-EtcdMaintenanceSchedule prod -OnCalendar 'Sun 03:00 UTC' -QuotaPercent 50 -Keep 10000</code>
/// <para>On Sundays, if a database has half of its quota, also deletes all history but the newest 10,000 revisions. Use -Keep only if nothing else
/// compacts the cluster; Kubernetes does.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Register-EtcdMaintenanceSchedule -FragmentationPercent 30 -MinimumGainBytes 500MB -WhatIf</code>
/// <para>Shows for all saved clusters what would be done on which host.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Register, "EtcdMaintenanceSchedule", SupportsShouldProcess = true, DefaultParameterSetName = EverySet)]
[OutputType(typeof(EtcdMaintenanceSchedule))]
public sealed class RegisterEtcdMaintenanceScheduleCommand : RegisterScheduleCmdlet
{
    /// <summary>
    /// How long after its start a run may begin to defragment: hours or a TimeSpan. A run that has to wait longer for the other hosts fails, and the
    /// next one does the work. Default: one hour, or the time between two runs if that is shorter.
    /// </summary>
    [Parameter]
    [Hours]
    public TimeSpan? Window { get; set; }

    /// <summary>A member is defragmented if at least this part of its database is free, 1 to 100. Default: 50.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int FragmentationPercent { get; set; } = MaintenanceSchedule.UsualFragmentationPercent;

    /// <summary>
    /// A database of this size counts as large, for instance 4GB: its history is compacted (with -Keep), and it is defragmented if that releases at
    /// least a tenth. Default: no such rule.
    /// </summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue / 1000)]
    public long? SizeBytes { get; set; }

    /// <summary>A database that has this part of its quota counts as large too, 1 to 100. Default: 75.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int QuotaPercent { get; set; } = MaintenanceSchedule.UsualQuotaPercent;

    /// <summary>The least number of bytes that a defragmentation must release, for instance 500MB. Default: 64MB.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue / 1000)]
    public long MinimumGainBytes { get; set; } = MaintenanceSchedule.UsualGainBytes;

    /// <summary>
    /// Deletes all history but the newest N revisions if a database is large, or the alarm NOSPACE is armed. Watches that start at an older revision
    /// then end with an error. Without it, no history is deleted.
    /// </summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? Keep { get; set; }

    /// <summary>
    /// Defragments a leader without moving leadership away first. Writes wait meanwhile, or until the others have elected a new leader. Needed for a
    /// cluster with one member.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowLeader { get; set; }

    /// <summary>
    /// How long a defragmentation may take: seconds or a TimeSpan. One that takes longer continues, and the run fails. Default: 1 minute, and 1 s for
    /// every 4 MB of the database.
    /// </summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        var schedule = new MaintenanceSchedule
        {
            Times = Times(TimeSpan.FromDays(1)),
            Window = Window,
            FragmentationPercent = FragmentationPercent,
            SizeBytes = SizeBytes,
            QuotaPercent = QuotaPercent,
            MinimumGainBytes = MinimumGainBytes,
            Keep = Keep,
            AllowLeader = AllowLeader,
            TimeLimit = Timeout,
            Credential = Known(Credential),
            Force = Force,
        };
        Operation<IReadOnlyList<EtcdMaintenanceSchedule>> operation =
            await new MaintenanceScheduler(Admin).PlanRegisterAsync(cluster, schedule, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
            await SayAsync($"The hosts of cluster {cluster.Name} already have this schedule; nothing to do.").ConfigureAwait(false);
        IReadOnlyList<EtcdMaintenanceSchedule>? hosts = operation.Plan.IsEmpty
            ? await operation.RunAsync(CoreEvents, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (hosts is not null) await WritePageAsync(hosts).ConfigureAwait(false);
    }
}
