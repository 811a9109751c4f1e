using System.Security.Cryptography;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Snapshots.Retention;

namespace EtcdAdmin.Schedules;

/// <summary>
/// Registers and removes snapshot schedules: a systemd timer on each host of a cluster takes snapshots, one host at a time. Hosts need only the
/// installed etcd, and curl to copy to a store; the operator's machine is not needed.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class SnapshotScheduler(AdminContext context)
{
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
        IReadOnlyList<SchedulePlaces> hosts = ScheduleHosts.Of(cluster);
        string destination = SpecRules.HostPath(schedule.Destination ?? $"/var/backups/etcd-{cluster.Name}");
        schedule = schedule with { Destination = destination };
        CheckRules(schedule.Rules);
        ScheduleStore? store = ScheduleStore.Of(schedule);
        var reached = new ReachedHosts<(ScheduleFacts Survey, ScheduleFacts Present, EtcdException? Unreached)>();
        await reached.AskAsync(hosts, schedule.Force, async places => (
            await SurveyAsync(cluster, places, destination, schedule.Times, cancellationToken).ConfigureAwait(false),
            await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false),
            store is null ? null : await StoreReach.ProblemAsync(context, places, store, cancellationToken).ConfigureAwait(false))).ConfigureAwait(
                false);
        ThrowIfAny(
        [
            .. reached.Answers.SelectMany(answer => Problems(answer.Places, answer.Answer.Survey)),
            .. reached.Answers.Select(answer => answer.Answer.Unreached).OfType<EtcdException>(),
        ]);
        TimeSpan interval = schedule.Times.Interval ?? ShortestInterval(reached.Answers.Select(answer => answer.Answer.Survey));
        bool tls = cluster.RequireSpec().Tls;
        HostChange[] changes =
        [
            .. reached.Answers.Select(answer =>
                new HostChange(
                    answer.Places, new ScheduleFiles(answer.Places, schedule, destination, store, interval, tls).All, answer.Answer.Present))
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
        var reached = new ReachedHosts<ScheduleFacts>();
        await reached.AskAsync(ScheduleHosts.Of(cluster), force, async places =>
        {
            await new OwnershipReader(context).RequireOursAsync(cluster, [places.Member], cancellationToken).ConfigureAwait(false);
            return await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        var plan = new PlanBuilder($"Removing the snapshot schedule of cluster {cluster.Name}", cluster.Name);
        foreach ((SchedulePlaces places, ScheduleFacts facts) in reached.Answers.Where(answer =>
            answer.Answer.FileHashes.Any(hash => hash.Length > 0)))
        {
            plan.Add(
                places.Member.Step(StepKind.RemoveSchedule, $"Stop and remove {places.Timer}; "
                    + $"snapshots in {facts["destination"] ?? "their folder"} are kept"),
                (_, token) =>
                    RunAsync(places, "remove its snapshot schedule", ScheduleScripts.Remove,
                    [places.Timer, places.Service, places.State, places.Folder, .. places.Files], token));
        }

        return new Operation<IReadOnlyList<EtcdSnapshotSchedule>>(
            plan.Build(),
            reached.Warnings,
            OperationLock.Of(context, cluster.Name, cluster.RequireSpec().Members),
            again => PlanUnregisterAsync(cluster, force, again),
            read => new SnapshotScheduleReader(context).ReadAsync(cluster, read));
    }

    /// <summary>Asks a host whether it can run the schedule, with the cluster's member there.</summary>
    private async Task<ScheduleFacts> SurveyAsync(
        EtcdCluster cluster, SchedulePlaces places, string destination, ScheduleTimes times, CancellationToken cancellationToken)
    {
        await new OwnershipReader(context).RequireOursAsync(cluster, [places.Member], cancellationToken).ConfigureAwait(false);
        return await ScheduleFacts.SurveyAsync(context, places, destination, times, cancellationToken).ConfigureAwait(false);
    }

    private Plan RegisterPlan(string cluster, HostChange[] changes, string destination, ScheduleStore? store, SnapshotSchedule schedule)
    {
        var plan = new PlanBuilder($"Registering the snapshot schedule of cluster {cluster}", cluster);
        foreach (HostChange change in changes)
        {
            SchedulePlaces places = change.Places;
            plan.Add(
                places.Member.Step(StepKind.WriteSchedule,
                    $"Write {places.Service} and {places.Timer}, with their script in {places.Folder}, for snapshots in "
                        + $"{destination}{(store is null ? "" : $" and copies in {store}")}") with
                { Detail = $"{destination} {store}" },
                (_, token) => WriteAsync(change, destination, token),
                (_, token) =>
                    RunAsync(places, "put its snapshot schedule back", ScheduleScripts.PutBack,
                    [places.Timer, places.State, places.Folder, .. places.Files], token));
        }

        plan.NextStage();
        foreach (SchedulePlaces places in changes.Select(change => change.Places))
            plan.Add(
                places.Member.Step(StepKind.CheckSchedule, "Check that the service can take snapshots there"
                    + (store is null ? "" : $", and write to {store}")), (_, token) => RunServiceAsync(places, "check", token));
        plan.NextStage();
        foreach (SchedulePlaces places in changes.Select(change => change.Places))
            plan.Add(places.Member.Step(StepKind.StartTimer, $"Start {places.Timer}: {string.Join(", ", schedule.Times.Calendars)}"), (_, token) =>
                RunAsync(places, "start its timer", ScheduleScripts.Enable, [places.Timer], token));
        if (schedule.RunNow && changes.Length > 0)
        {
            plan.NextStage().Add(
                changes[0].Places.Member.Step(StepKind.TakeSnapshot, "Take a first snapshot and verify it"
                    + (store is null ? "" : $"; copy it to {store}")),
                (_, token) => TakeFirstAsync([.. changes.Select(change => change.Places)], token));
        }

        plan.TidyUp();
        foreach (SchedulePlaces places in changes.Select(change => change.Places).Where(_ => changes.Length > 0))
            plan.Add(places.Member.Step(StepKind.RemoveCopies, "Remove the copies of the old files"), (_, token) =>
                RunAsync(places, "remove the copies of the old files", ScheduleScripts.Settle, [places.Folder, .. places.Files], token));
        return plan.Build();
    }

    private async Task WriteAsync(HostChange change, string destination, CancellationToken cancellationToken)
    {
        SchedulePlaces places = change.Places;
        await RunAsync(
            places, "make the folders of its snapshot schedule", ScheduleScripts.Prepare,
            [places.Member.User ?? "", places.State, destination, places.Folder, .. places.Files], cancellationToken).ConfigureAwait(false);
        await context.HostOf(places.Member).PutFilesAsync("write its snapshot schedule", change.Files, cancellationToken).ConfigureAwait(false);
        await RunAsync(places, "make systemd read its units", ScheduleScripts.Reload, [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Proves the schedule: the service, started as by the timer, must take a valid snapshot. A learner leaves it to the next host.
    /// </summary>
    private async Task TakeFirstAsync(SchedulePlaces[] hosts, CancellationToken cancellationToken)
    {
        string? result = null;
        foreach (SchedulePlaces places in hosts)
        {
            await RunServiceAsync(places, "now", cancellationToken).ConfigureAwait(false);
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

    private Task RunServiceAsync(SchedulePlaces places, string request, CancellationToken cancellationToken) => RunAsync(
        places, $"run {places.Service}", ScheduleScripts.Run, [places.Service, places.State, request, places.Member.User ?? ""], cancellationToken);

    private Task RunAsync(SchedulePlaces places, string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        context.HostOf(places.Member).RunRequiredAsync(action, new HostScript(script) { Arguments = arguments }, cancellationToken);

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

    private static IEnumerable<EtcdException> Problems(SchedulePlaces places, ScheduleFacts survey) => Unable(places, survey).Concat(
        from full in survey.All("full")
        select new EtcdException(EtcdErrorIds.DiskFull, $"{places.Member.HostName} has {full}.")
        {
            Target = places.Member.HostName,
            NextStep = "Free some space there (delete nothing from a member's data folder), or choose a folder on another disk (-Destination). "
                + "Each snapshot needs the database's size, a tenth more, and 64 MB.",
        });

    private static IEnumerable<EtcdException> Unable(SchedulePlaces places, ScheduleFacts survey) =>
        from problem in survey.All("problem")
        select new EtcdException(EtcdErrorIds.HostNotSupported, $"{places.Member.HostName} cannot take snapshots by itself: {problem}.")
        {
            Target = places.Member.HostName,
            NextStep = "Fix the problem on the host, or choose another folder (-Destination) or other times, and register again; "
                + "or save from this machine (Save-EtcdSnapshot).",
        };

    private static void ThrowIfAny(EtcdException[] errors)
    {
        if (errors.Length > 0) throw errors is [var only] ? only : new AggregateException(errors);
    }

    private static TimeSpan ShortestInterval(IEnumerable<ScheduleFacts> hosts) =>
        hosts.Select(host => host.ShortestInterval()).Min() ?? throw new EtcdException(
            EtcdErrorIds.SpecInvalid,
            "These times cannot be used: the hosts' systemd does not report how far apart they are.")
        {
            NextStep = "Use times of the day, an interval, or a calendar expression that repeats.",
        };

    /// <summary>The files that a host gets.</summary>
    private sealed record HostChange(SchedulePlaces Places, IReadOnlyList<HostFile> Files, ScheduleFacts Present)
    {
        public bool IsNeeded => !Present.IsOn || !Present.FileHashes.SequenceEqual(Files.Select(Hash), StringComparer.Ordinal);

        private static string Hash(HostFile file)
        {
            using Stream content = file.Content.Open();
            return Convert.ToHexStringLower(SHA256.HashData(content));
        }
    }
}
