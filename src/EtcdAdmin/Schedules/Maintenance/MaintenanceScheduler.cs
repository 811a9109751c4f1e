using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Schedules.Maintenance;

/// <summary>
/// Registers and removes maintenance schedules: a systemd timer on each host of a cluster compacts the history and defragments the host's member
/// where a rule says so, one host at a time. Hosts need only the installed etcd; the operator's machine is not needed.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class MaintenanceScheduler(AdminContext context)
{
    // Older members do not report how much of their database is in use.
    private static readonly EtcdVersion Oldest = new(3, 4, 0);

    private readonly ScheduleSteps _steps = new(context);

    /// <summary>Plans to register or change a schedule; asks the hosts, and changes nothing.</summary>
    /// <param name="cluster">A managed cluster on hosts.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>An operation; its plan is empty if all hosts have this schedule already.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged; NotSupported: the members are on this machine, or older than etcd 3.4. SpecInvalid: the times or the window.
    /// QuorumAtRisk: only -AllowLeader can do it. HostNotSupported: a host cannot run it. Or why a host cannot be managed.
    /// </exception>
    /// <exception cref="AggregateException">The errors of several hosts.</exception>
    public async Task<Operation<IReadOnlyList<EtcdMaintenanceSchedule>>> PlanRegisterAsync(
        EtcdCluster cluster, MaintenanceSchedule schedule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.RequireConverted();
        cluster.RequireNoTlsChange();
        IReadOnlyList<MemberPlaces> hosts = ScheduleHosts.Of(cluster, ScheduleKind.Maintenance);
        ClusterSpec spec = cluster.RequireSpec();
        Require(cluster.Name, spec, schedule);
        var reached = new ReachedHosts<(ScheduleFacts Survey, ScheduleFacts Present)>();
        await reached.AskAsync(hosts, schedule.Force, async places => (
            await _steps.SurveyAsync(cluster, places, null, schedule.Times, cancellationToken).ConfigureAwait(false),
            await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        ScheduleSurvey.ThrowIfAny([.. reached.Answers.SelectMany(answer => ScheduleSurvey.Problems(
            answer.Places, answer.Answer.Survey, "do this by itself",
            "choose other times, and register again; or do it from this machine (Optimize-EtcdMember).", "."))]);
        TimeSpan interval = schedule.Times.Interval ?? ScheduleSurvey.ShortestInterval(reached.Answers.Select(answer => answer.Answer.Survey));
        ScheduleChange[] changes =
        [
            .. reached.Answers.Select(answer => new ScheduleChange(
                    answer.Places,
                    new MaintenanceScheduleFiles(answer.Places, schedule, interval, spec.Tuning.EffectiveQuotaBytes, spec.Tls).All,
                    answer.Answer.Present))
                .Where(change => change.IsNeeded),
        ];
        var plan = new PlanBuilder($"Registering the maintenance schedule of cluster {cluster.Name}", cluster.Name);
        _steps.AddStart(
            plan, changes, schedule.Times, $"which {Rules(schedule)}", "see the databases of all members",
            schedule.Keep is { } kept ? $"keep {kept}" : null);
        _steps.AddEnd(plan, changes);
        return new Operation<IReadOnlyList<EtcdMaintenanceSchedule>>(
            plan.Build(),
            reached.Warnings,
            OperationLock.Of(context, cluster.Name, spec.Members),
            again => PlanRegisterAsync(cluster, schedule, again),
            read => new MaintenanceScheduleReader(context).ReadAsync(cluster, read));
    }

    /// <summary>Plans to remove a schedule from the hosts.</summary>
    /// <param name="cluster">A managed cluster on hosts.</param>
    /// <param name="force">Leaves hosts that cannot be managed now unchanged.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, NotSupported; or why a host cannot be managed.</exception>
    /// <exception cref="AggregateException">Several hosts cannot be managed.</exception>
    public async Task<Operation<IReadOnlyList<EtcdMaintenanceSchedule>>> PlanUnregisterAsync(
        EtcdCluster cluster, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return await _steps.PlanRemoveAsync(
            cluster, ScheduleKind.Maintenance, force, _ => "", read => new MaintenanceScheduleReader(context).ReadAsync(cluster, read),
            cancellationToken).ConfigureAwait(false);
    }

    private static string Rules(MaintenanceSchedule schedule)
    {
        string large = schedule.SizeBytes is { } size
            ? $"has {schedule.QuotaPercent} % of its quota or {ByteSizes.Show(size)}"
            : $"has {schedule.QuotaPercent} % of its quota";
        string defragments = $"defragments the member if {schedule.FragmentationPercent} % of its database are free, or the database {large}, and at "
            + $"least {ByteSizes.Show(schedule.MinimumGainBytes)} are released";
        return schedule.Keep is { } keep
            ? $"deletes the history before the newest {keep} revisions if the database {large}, and {defragments}"
            : $"{defragments}; it deletes no history (-Keep)";
    }

    private static void Require(string cluster, ClusterSpec spec, MaintenanceSchedule schedule)
    {
        if (spec.Members.FirstOrDefault(member => spec.VersionOf(member) < Oldest) is { } old)
        {
            throw new EtcdException(EtcdErrorIds.NotSupported,
                $"Member {old.Name} of cluster '{cluster}' runs etcd {spec.VersionOf(old)}, which does not report how much of its database is "
                    + $"in use. The rules of a maintenance schedule need that, so it needs etcd {Oldest} or later.")
            {
                Target = cluster,
                NextStep = $"Update the cluster (Update-EtcdCluster {cluster}), or do it by hand (Optimize-EtcdMember).",
            };
        }

        if (spec.Members.Count > 1 || schedule.AllowLeader) return;
        throw new EtcdException(EtcdErrorIds.QuorumAtRisk,
            $"Cluster '{cluster}' has one member, so it does not serve while that is defragmented, and the schedule would never do it.")
        {
            Target = cluster,
            NextStep = "Choose quiet times, and use -AllowLeader.",
        };
    }
}
