using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The alarms that come with a snapshot. A restored cluster has new members, so the members that raised them do not exist in it, but etcd
/// refuses writes while any alarm is armed.</summary>
/// <param name="context">The environment.</param>
/// <param name="input">What is restored.</param>
/// <param name="restored">The cluster right after the restore.</param>
internal sealed class RestoreAlarms(AdminContext context, RestoreInput input, EtcdCluster restored)
{
    private ClusterSpec Spec => restored.RequireSpec();

    private bool IsFormer(MemberAlarm alarm) => Spec.Members.All(member => RestoredIdentity.MemberId(Spec, member) != alarm.Member);

    /// <summary>Warns of alarms that are kept.</summary>
    public IEnumerable<string> Warnings => input.Info.Alarms.Where(alarm => !IsFormer(alarm)).Select(alarm => alarm.Type).Distinct().Select(alarm =>
        $"'{input.Info.Path}' was taken with the alarm {AlarmAdvice.Name(alarm)} of a member that the restored cluster has too, so the alarm "
            + "stays armed. "
            + AlarmAdvice.Next(alarm));

    /// <summary>
    /// Adds the step that disarms alarms of members that the restored cluster does not have; none if the snapshot has no such alarm.
    /// </summary>
    public void AddTo(PlanBuilder plan)
    {
        string[] names = [.. input.Info.Alarms.Where(IsFormer)
            .Select(alarm => AlarmAdvice.Name(alarm.Type)).Distinct().Order(StringComparer.Ordinal)];
        if (names.Length == 0) return;
        plan.NextStage().Add(
            StepText.Here(StepKind.DisarmAlarm,
                $"Disarm the alarm {string.Join(" and ", names)} in the snapshot, because the members that raised it "
                    + "are not in the restored cluster") with
            {
                Detail = string.Join(',', names),
            },
            (_, token) => DisarmAsync(token));
    }

    /// <summary>Warns of the alarms that are armed at the end: a cluster that refuses writes looks like a failed restore.</summary>
    public async Task WarnAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdCluster asked = input.Proof.Of(restored);
        try
        {
            IReadOnlyList<MemberAlarm> alarms = await asked.Client.Maintenance.AlarmsAsync(cancellationToken).ConfigureAwait(false);
            foreach (AlarmType alarm in alarms.Select(alarm => alarm.Type).Distinct())
                events.Warning($"The restored cluster '{asked.Name}' has the alarm {AlarmAdvice.Name(alarm)}. {AlarmAdvice.Next(alarm)}");
        }
        catch (EtcdRpcException)
        {
            // The restore is proved; Get-EtcdHealth shows alarms too.
        }
    }

    private async Task DisarmAsync(CancellationToken cancellationToken)
    {
        EtcdCluster asked = input.Proof.Of(restored);
        await new HealthGate(context).WaitAsync(asked, input.Request.HealthTimeout, cancellationToken).ConfigureAwait(false);
        foreach (MemberAlarm alarm in await asked.Client.Maintenance.AlarmsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (IsFormer(alarm)) await asked.Client.Maintenance.DisarmAlarmAsync(alarm.Member, alarm.Type, cancellationToken).ConfigureAwait(false);
        }
    }
}
