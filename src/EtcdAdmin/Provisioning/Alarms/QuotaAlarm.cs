using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Provisioning.Alarms;

/// <summary>A larger quota alone does not disarm an alarm: etcd keeps the alarm and refuses writes, however much space is free.</summary>
internal static class QuotaAlarm
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <summary>Whether the alarm NOSPACE is armed, and no member would raise it again with the wanted quota.</summary>
    /// <param name="membership">The present cluster.</param>
    /// <param name="wanted">The wanted specification.</param>
    public static bool CanBeDisarmed(Membership membership, ClusterSpec wanted)
    {
        long full = EtcdTuning.FullBytes(wanted.Tuning.EffectiveQuotaBytes);
        return IsArmed(membership.Health.Alarms) && membership.Health.Members.All(member => member.DbSizeBytes < full);
    }

    /// <summary>Adds the steps that disarm the alarm and prove that writes are accepted. Nothing is rolled back from here on, because the members run
    /// with the new quota.</summary>
    public static void AddTo(PlanBuilder plan, AdminContext context, EtcdCluster cluster)
    {
        DisarmStep.AddTo(plan.TidyUp(), cluster, AlarmType.NoSpace);
        VoterWrites.AddTo(plan, context, cluster);
    }

    /// <summary>The warning for a plan that does not disarm the alarm; empty where the quota does not grow, or no NOSPACE alarm is armed.</summary>
    /// <param name="cluster">The present cluster.</param>
    /// <param name="wanted">The wanted specification.</param>
    /// <param name="alarms">The armed alarms; null where they are unknown.</param>
    public static IReadOnlyList<string> Warnings(EtcdCluster cluster, ClusterSpec wanted, IReadOnlyList<MemberAlarm>? alarms) =>
        Grows(cluster, wanted) && IsArmed(alarms)
            ? [$"This quota does not disarm the alarm of cluster '{cluster.Name}'. {AlarmAdvice.Next(AlarmType.NoSpace)}"]
            : [];

    /// <summary>The same; asks the cluster for its alarms.</summary>
    /// <param name="cluster">The present cluster; null for a new one.</param>
    /// <param name="wanted">The wanted specification.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(EtcdCluster? cluster, ClusterSpec wanted, CancellationToken cancellationToken)
    {
        if (cluster is null || !Grows(cluster, wanted)) return [];
        try
        {
            IReadOnlyList<MemberAlarm> alarms =
                await cluster.Client.WithCalls(AnswerLimit, retry: true).Maintenance.AlarmsAsync(cancellationToken).ConfigureAwait(false);
            return Warnings(cluster, wanted, alarms);
        }
        catch (EtcdRpcException)
        {
            return []; // a cluster that does not answer is started first; etcd then reports the alarm itself
        }
    }

    private static bool IsArmed(IReadOnlyList<MemberAlarm>? alarms) => alarms?.Any(alarm => alarm.Type == AlarmType.NoSpace) == true;

    private static bool Grows(EtcdCluster cluster, ClusterSpec wanted) =>
        cluster.Spec is { } old && wanted.Tuning.EffectiveQuotaBytes > old.Tuning.EffectiveQuotaBytes;
}
