using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Schedules;

/// <summary>The steps that register and remove a schedule of any kind.</summary>
/// <param name="context">The environment.</param>
internal sealed class ScheduleSteps(AdminContext context)
{
    /// <summary>Asks a host whether it can run a schedule, with the cluster's member there.</summary>
    public async Task<ScheduleFacts> SurveyAsync(
        EtcdCluster cluster, MemberPlaces places, string? destination, ScheduleTimes times, CancellationToken cancellationToken)
    {
        await new OwnershipReader(context).RequireOursAsync(cluster, [places.Member], cancellationToken).ConfigureAwait(false);
        return await ScheduleFacts.SurveyAsync(context, places, destination, times, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the steps until the timers run: write, check, start.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="changes">The hosts.</param>
    /// <param name="times">The times of the timers.</param>
    /// <param name="purpose">What the schedule is for, as the end of a sentence about its files.</param>
    /// <param name="check">What the service checks, as the end of a sentence.</param>
    /// <param name="detail">What else the operator confirms.</param>
    /// <param name="destination">A folder that the service writes to; null for none.</param>
    /// <param name="request">The request of the run that checks: "check", or "now" if only a complete run can show that it works.</param>
    public void AddStart(
        PlanBuilder plan, IReadOnlyList<ScheduleChange> changes, ScheduleTimes times, string purpose, string check, string? detail,
        string? destination = null, string request = "check")
    {
        foreach (ScheduleChange change in changes)
        {
            SchedulePlaces places = change.Places;
            plan.Add(
                places.Step(
                    StepKind.WriteSchedule, $"Write {places.Service} and {places.Timer}, with their script in {places.Folder}, {purpose}") with
                { Detail = detail },
                (_, token) => WriteAsync(change, destination, token),
                (_, token) =>
                    RunAsync(places, $"put its {places.Kind.Title} back", ScheduleScripts.PutBack,
                    [places.Timer, places.State, places.Folder, .. places.Files], token));
        }

        plan.NextStage();
        foreach (SchedulePlaces places in changes.Select(change => change.Places))
            plan.Add(places.Step(StepKind.CheckSchedule, $"Check that the service can {check}"), (_, token) =>
                RunServiceAsync(places, request, token));
        plan.NextStage();
        foreach (SchedulePlaces places in changes.Select(change => change.Places))
            plan.Add(places.Step(StepKind.StartTimer, $"Start {places.Timer}: {string.Join(", ", times.Calendars)}"), (_, token) =>
                RunAsync(places, "start its timer", ScheduleScripts.Enable, [places.Timer], token));
    }

    /// <summary>Adds the steps after which the old files cannot be put back.</summary>
    public void AddEnd(PlanBuilder plan, IReadOnlyList<ScheduleChange> changes)
    {
        plan.TidyUp();
        foreach (SchedulePlaces places in changes.Select(change => change.Places))
            plan.Add(places.Step(StepKind.RemoveCopies, "Remove the copies of the old files"), (_, token) =>
                RunAsync(places, "remove the copies of the old files", ScheduleScripts.Settle, [places.Folder, .. places.Files], token));
    }

    /// <summary>Plans to remove a schedule from the hosts.</summary>
    /// <typeparam name="T">What is read afterwards.</typeparam>
    /// <param name="cluster">A managed cluster on hosts.</param>
    /// <param name="kind">The schedule.</param>
    /// <param name="force">Leaves hosts that cannot be managed now unchanged.</param>
    /// <param name="kept">What is kept, as the end of a sentence.</param>
    /// <param name="readAsync">Reads the result.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Operation<T>> PlanRemoveAsync<T>(
        EtcdCluster cluster, ScheduleKind kind, bool force, Func<ScheduleFacts, string> kept, Func<CancellationToken, Task<T>> readAsync,
        CancellationToken cancellationToken)
    {
        cluster.RequireConverted();
        var reached = new ReachedHosts<ScheduleFacts>();
        await reached.AskAsync(ScheduleHosts.Of(cluster, kind), force, async places =>
        {
            await new OwnershipReader(context).RequireOursAsync(cluster, [places.Member], cancellationToken).ConfigureAwait(false);
            return await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        var plan = new PlanBuilder($"Removing the {kind.Title} of cluster {cluster.Name}", cluster.Name);
        foreach ((SchedulePlaces places, ScheduleFacts facts) in reached.Answers.Where(answer =>
            answer.Answer.FileHashes.Any(hash => hash.Length > 0)))
        {
            plan.Add(
                places.Step(StepKind.RemoveSchedule, $"Stop and remove {places.Timer}{kept(facts)}"),
                (_, token) =>
                    RunAsync(places, $"remove its {kind.Title}", ScheduleScripts.Remove,
                    [places.Timer, places.Service, places.State, places.Folder, .. places.Files], token));
        }

        return new Operation<T>(
            plan.Build(),
            reached.Warnings,
            OperationLock.Of(context, cluster.Name, cluster.RequireSpec().Members),
            again => PlanRemoveAsync(cluster, kind, force, kept, readAsync, again),
            readAsync);
    }

    /// <summary>Runs the service to its end, as the timer would.</summary>
    public Task RunServiceAsync(SchedulePlaces places, string request, CancellationToken cancellationToken) => RunAsync(
        places, $"run {places.Service}", ScheduleScripts.Run, [places.Service, places.State, request, places.User ?? ""], cancellationToken);

    private async Task WriteAsync(ScheduleChange change, string? destination, CancellationToken cancellationToken)
    {
        SchedulePlaces places = change.Places;
        await RunAsync(
            places, $"make the folders of its {places.Kind.Title}", ScheduleScripts.Prepare,
            [places.User ?? "", places.State, destination ?? "", places.Folder, .. places.Files], cancellationToken).ConfigureAwait(false);
        await places.HostIn(context).PutFilesAsync($"write its {places.Kind.Title}", change.Files, cancellationToken).ConfigureAwait(false);
        await RunAsync(places, "make systemd read its units", ScheduleScripts.Reload, [], cancellationToken).ConfigureAwait(false);
    }

    private Task RunAsync(SchedulePlaces places, string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        places.HostIn(context).RunRequiredAsync(action, places.Sent(script, arguments), cancellationToken);
}
