using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Comparison;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Alarms;

namespace EtcdAdmin.Maintenance.Alarms;

/// <summary>Disarms alarms whose cause is gone, and proves that the cluster accepts writes again.</summary>
/// <param name="context">The context.</param>
public sealed class AlarmClearer(AdminContext context)
{
    /// <summary>Plans the disarming; reads the cluster and changes nothing.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation with the alarms that it disarms. Its plan is empty where the cluster has none.</returns>
    /// <exception cref="EtcdException">NoSpace, Corrupt: the cause remains. KeyNotFound: the named alarm is not armed. NotHealthy.</exception>
    public async Task<Operation<IReadOnlyList<EtcdAlarm>>> PlanAsync(EtcdCluster cluster, AlarmRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = facts.Cluster;
        bool compares = !request.Force && facts.Alarms.Any(alarm => alarm.Type == AlarmType.Corrupt) && request.Alarm != AlarmType.NoSpace;
        DataComparison? data = compares ? await new DataComparer(context).CompareAsync(facts, cancellationToken).ConfigureAwait(false) : null;
        IReadOnlyList<EtcdAlarm> all = AlarmReader.Of(facts, data);
        EtcdAlarm[] chosen = Choose(all, request, cluster);
        if (!request.Force) RequireNoCause(chosen);
        facts.Membership.RequireQuorum("Disarming an alarm");

        var plan = new PlanBuilder($"Disarming alarms of cluster {cluster.Name}", cluster.Name);
        AddTo(plan, cluster, chosen);
        if (chosen.Length > 0 && chosen.Length == all.Count) VoterWrites.AddTo(plan, context, cluster);
        return new Operation<IReadOnlyList<EtcdAlarm>>(
            plan.Build(),
            [.. chosen.Where(alarm => alarm.CauseRemains != false).Select(alarm => alarm.Cause).Distinct()],
            OperationLock.Of(context, cluster.Name, cluster.Spec?.Members ?? []),
            again => PlanAsync(cluster, request, again),
            _ => Task.FromResult<IReadOnlyList<EtcdAlarm>>(chosen));
    }

    /// <summary>Adds a step for each alarm.</summary>
    internal static void AddTo(PlanBuilder plan, EtcdCluster cluster, IEnumerable<EtcdAlarm> alarms)
    {
        plan.NextStage();
        foreach (EtcdAlarm alarm in alarms)
        {
            plan.Add(
                StepText.Here(StepKind.DisarmAlarm, $"Disarm the alarm {AlarmAdvice.Name(alarm.Alarm)} of {alarm.Owner}") with
                {
                    Subject = $"{alarm.MemberId}/{AlarmAdvice.Name(alarm.Alarm)}",
                },
                (_, token) => cluster.Client.Maintenance.DisarmAlarmAsync(alarm.MemberId, alarm.Alarm, token));
        }
    }

    private static EtcdAlarm[] Choose(IReadOnlyList<EtcdAlarm> all, AlarmRequest request, EtcdCluster cluster)
    {
        foreach (string wanted in request.Members.Where(wanted => !all.Any(alarm => Is(alarm, wanted))))
        {
            throw new EtcdException(EtcdErrorIds.RequestRefused, $"No alarm of member '{wanted}' is armed in cluster '{cluster.Name}'.")
            {
                Target = wanted,
                NextStep = all.Count == 0 ? "The cluster has no alarm." : $"Armed are: {string.Join(", ", all)}.",
            };
        }

        return [.. all.Where(alarm => (request.Alarm is not { } type || alarm.Alarm == type)
            && (request.Members.Count == 0 || request.Members.Any(wanted => Is(alarm, wanted))))];
    }

    private static bool Is(EtcdAlarm alarm, string wanted) =>
        alarm.Member == wanted || string.Equals(alarm.MemberId.ToString(), wanted, StringComparison.OrdinalIgnoreCase);

    private static void RequireNoCause(EtcdAlarm[] alarms)
    {
        if (alarms.FirstOrDefault(alarm => alarm.CauseRemains == true || (alarm.Alarm == AlarmType.Corrupt && alarm.CauseRemains is null)) is
            not { } alarm)
            return;
        bool space = alarm.Alarm == AlarmType.NoSpace;
        throw new EtcdException(space ? EtcdErrorIds.NoSpace : EtcdErrorIds.Corrupt,
            $"The alarm {AlarmAdvice.Name(alarm.Alarm)} of cluster '{alarm.Cluster.Name}' was not disarmed. {alarm.Cause}"
                + (space ? " The next write would raise it again." : ""))
        {
            Target = alarm.Cluster.Name,
            NextStep = space
                ? $"Repair-EtcdSpace {alarm.Cluster.Name} makes room and then disarms the alarm. -Force disarms it as it "
                    + "is, for instance to delete keys."
                : $"{alarm.NextStep} -Force disarms the alarm as it is.",
        };
    }
}
