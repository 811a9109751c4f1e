using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Alarms;

/// <summary>The step that disarms all alarms of a type, for plans that remove what raised them.</summary>
internal static class DisarmStep
{
    /// <summary>Adds the step. Members may raise the alarm until then, so it reads the alarms when it runs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="type">The type of the alarms.</param>
    public static void AddTo(PlanBuilder plan, EtcdCluster cluster, AlarmType type) => plan.NextStage().Add(
        StepText.Here(StepKind.DisarmAlarm, $"Disarm the alarm {AlarmAdvice.Name(type)}, if it is armed") with { Detail = AlarmAdvice.Name(type) },
        async (_, token) =>
        {
            foreach (MemberAlarm alarm in await cluster.Client.Maintenance.AlarmsAsync(token).ConfigureAwait(false))
            {
                if (alarm.Type == type) await cluster.Client.Maintenance.DisarmAlarmAsync(alarm.Member, alarm.Type, token).ConfigureAwait(false);
            }
        });
}
