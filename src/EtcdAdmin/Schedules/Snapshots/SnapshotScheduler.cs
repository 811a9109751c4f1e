using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Snapshots.Retention;

namespace EtcdAdmin.Schedules.Snapshots;

/// <summary>
/// Registers and removes snapshot schedules: a systemd timer on each host of a cluster takes snapshots, one host at a time. Hosts need only the
/// installed etcd, and curl to copy to a store; the operator's machine is not needed.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class SnapshotScheduler(AdminContext context)
{
    private readonly ScheduleSteps _steps = new(context);

    /// <summary>Plans to register or change a schedule; asks the hosts, and changes nothing.</summary>
    /// <param name="cluster">A managed cluster on hosts.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>An operation; its plan is empty if all hosts have this schedule already.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged; NotSupported: the members are on this machine. SpecInvalid: the times, the folder, the rules or the store.
    /// HostNotSupported: a host cannot run it. PermissionDenied, TransferFailed: the store, from a host. InvalidArgument: the region is not
    /// known. Or why a host cannot be managed.
    /// </exception>
    /// <exception cref="AggregateException">The errors of several hosts.</exception>
    public async Task<Operation<IReadOnlyList<EtcdSnapshotSchedule>>> PlanRegisterAsync(
        EtcdCluster cluster, SnapshotSchedule schedule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.RequireConverted();
        cluster.RequireNoTlsChange();
        IReadOnlyList<MemberPlaces> hosts = ScheduleHosts.Of(cluster, ScheduleKind.Snapshot);
        string destination = SpecRules.HostPath(schedule.Destination ?? $"/var/backups/etcd-{cluster.Name}");
        schedule = schedule with { Destination = destination };
        CheckRules(schedule.Rules);
        ScheduleStore? store = ScheduleStore.Of(schedule);
        var reached = new ReachedHosts<(ScheduleFacts Survey, ScheduleFacts Present, EtcdException? Unreached)>();
        await reached.AskAsync(hosts, schedule.Force, async places => (
            await _steps.SurveyAsync(cluster, places, destination, schedule.Times, cancellationToken).ConfigureAwait(false),
            await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false),
            store is null ? null : await StoreReach.ProblemAsync(context, places, store, cancellationToken).ConfigureAwait(false))).ConfigureAwait(
                false);
        ScheduleSurvey.ThrowIfAny(
        [
            .. reached.Answers.SelectMany(answer => Problems(answer.Places, answer.Answer.Survey)),
            .. reached.Answers.Select(answer => answer.Answer.Unreached).OfType<EtcdException>(),
        ]);
        TimeSpan interval = schedule.Times.Interval ?? ScheduleSurvey.ShortestInterval(reached.Answers.Select(answer => answer.Answer.Survey));
        bool tls = cluster.RequireSpec().Tls;
        ScheduleChange[] changes =
        [
            .. reached.Answers.Select(answer =>
                new ScheduleChange(
                    answer.Places, new SnapshotScheduleFiles(answer.Places, schedule, destination, store, interval, tls).All, answer.Answer.Present))
                .Where(change => change.IsNeeded),
        ];
        return new Operation<IReadOnlyList<EtcdSnapshotSchedule>>(
            RegisterPlan(cluster.Name, changes, destination, store, schedule),
            reached.Warnings,
            OperationLock.Of(context, cluster.Name, cluster.RequireSpec().Members),
            again => PlanRegisterAsync(cluster, schedule, again),
            read => new SnapshotScheduleReader(context).ReadAsync(cluster, read));
    }

    /// <summary>Plans to remove a schedule from the hosts; the snapshots are kept.</summary>
    /// <param name="cluster">A managed cluster on hosts.</param>
    /// <param name="force">Leaves hosts that cannot be managed now unchanged.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, NotSupported; or why a host cannot be managed.</exception>
    /// <exception cref="AggregateException">Several hosts cannot be managed.</exception>
    public async Task<Operation<IReadOnlyList<EtcdSnapshotSchedule>>> PlanUnregisterAsync(
        EtcdCluster cluster, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return await _steps.PlanRemoveAsync(
            cluster, ScheduleKind.Snapshot, force, facts => $"; snapshots in {facts["destination"] ?? "their folder"} are kept",
            read => new SnapshotScheduleReader(context).ReadAsync(cluster, read), cancellationToken).ConfigureAwait(false);
    }

    private Plan RegisterPlan(string cluster, ScheduleChange[] changes, string destination, ScheduleStore? store, SnapshotSchedule schedule)
    {
        var plan = new PlanBuilder($"Registering the snapshot schedule of cluster {cluster}", cluster);
        _steps.AddStart(
            plan, changes, schedule.Times, $"for snapshots in {destination}{(store is null ? "" : $" and copies in {store}")}",
            $"take snapshots there{(store is null ? "" : $", and write to {store}")}", $"{destination} {store}", destination);
        if (schedule.RunNow && changes.Length > 0)
        {
            plan.NextStage().Add(
                changes[0].Places.Step(StepKind.TakeSnapshot, "Take a first snapshot and verify it"
                    + (store is null ? "" : $"; copy it to {store}")),
                (_, token) => TakeFirstAsync([.. changes.Select(change => change.Places)], token));
        }

        _steps.AddEnd(plan, changes);
        return plan.Build();
    }

    /// <summary>
    /// Proves the schedule: the service, started as by the timer, must take a valid snapshot. A learner leaves it to the next host.
    /// </summary>
    private async Task TakeFirstAsync(SchedulePlaces[] hosts, CancellationToken cancellationToken)
    {
        string? result = null;
        foreach (SchedulePlaces places in hosts)
        {
            await _steps.RunServiceAsync(places, "now", cancellationToken).ConfigureAwait(false);
            ScheduleFacts facts = await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false);
            result = facts["last_result"];
            if (result == "taken") return;
        }

        throw new EtcdException(EtcdErrorIds.StepFailed,
            $"No host of cluster '{hosts[0].Cluster}' took the first snapshot of the schedule ({result ?? "no message"}).")
        {
            Target = hosts[0].Cluster,
            NextStep = "Check with Get-EtcdHealth whether its members vote and serve.",
        };
    }

    private static void CheckRules(RetentionRules rules)
    {
        string? reason = rules.OlderThan is not null ? "hosts cannot delete by age; they count hours, days, weeks, months and years"
            : rules.IsEmpty ? "without a rule the hosts' disks fill up"
            : null;
        if (reason is null) return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid, $"These rules cannot be used on hosts: {reason}.")
        {
            NextStep = "Say how many snapshots are kept: -Keep, -KeepHourly, -KeepDaily, -KeepWeekly, -KeepMonthly, -KeepYearly.",
        };
    }

    private static IEnumerable<EtcdException> Problems(MemberPlaces places, ScheduleFacts survey) => ScheduleSurvey.Problems(
        places, survey, "take snapshots by itself",
        "choose another folder (-Destination) or other times, and register again; or save from this machine (Save-EtcdSnapshot).",
        ", or choose a folder on another disk (-Destination). Each snapshot needs the database's size, a tenth more, and 64 MB.");
}
