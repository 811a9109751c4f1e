using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning;

/// <summary>Says that a larger quota does not disarm an alarm: etcd keeps it, and goes on refusing writes, whatever room there is.</summary>
internal static class QuotaAlarm
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <summary>The warning of a plan; none where the quota does not grow, or no such alarm is armed.</summary>
    /// <param name="cluster">As it is.</param>
    /// <param name="wanted">As it is to be.</param>
    /// <param name="alarms">What is armed; null where nobody told.</param>
    public static IReadOnlyList<string> Warnings(EtcdCluster cluster, ClusterSpec wanted, IReadOnlyList<MemberAlarm>? alarms) =>
        Grows(cluster, wanted) && alarms?.Any(alarm => alarm.Type == AlarmType.NoSpace) == true
            ? [$"A larger quota does not disarm the alarm of cluster '{cluster.Name}'. {AlarmAdvice.Next(AlarmType.NoSpace)}"]
            : [];

    /// <summary>The same, where the alarms have not been asked for.</summary>
    /// <param name="cluster">As it is; null where it is not there yet.</param>
    /// <param name="wanted">As it is to be.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(EtcdCluster? cluster, ClusterSpec wanted, CancellationToken cancellationToken)
    {
        if (cluster is null || !Grows(cluster, wanted)) return [];
        try
        {
            IReadOnlyList<MemberAlarm> alarms = await cluster.Client.WithCalls(AnswerLimit, retry: true).Maintenance.AlarmsAsync(cancellationToken).ConfigureAwait(false);
            return Warnings(cluster, wanted, alarms);
        }
        catch (EtcdRpcException)
        {
            return []; // a cluster that does not answer is brought up first, and says so itself then
        }
    }

    private static bool Grows(EtcdCluster cluster, ClusterSpec wanted) =>
        cluster.Spec is { } old && wanted.Tuning.EffectiveQuotaBytes > old.Tuning.EffectiveQuotaBytes;
}
