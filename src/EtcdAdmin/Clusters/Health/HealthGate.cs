using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Waits until every member of a managed cluster's specification exists, answers and has a quorum.</summary>
internal sealed class HealthGate(AdminContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Short, so that a member which accepts connections but does not answer yet does not use up the wait.</summary>
    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(2), LookAtProcesses = false, SavesRevision = false };

    /// <summary>Returns when all members serve.</summary>
    /// <exception cref="EtcdException">MemberStartFailed: an etcd process ended. NotHealthy: not in time, with the reason for every
    /// member.</exception>
    public async Task WaitAsync(EtcdCluster cluster, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var checker = new HealthChecker(context);
        var ended = new EndedProcess(context, cluster.RequireSpec().Members);
        long start = context.Clock.GetTimestamp();
        while (true)
        {
            ClusterHealth health = await checker.CheckAsync(cluster, Options, cancellationToken).ConfigureAwait(false);
            if (IsWhole(cluster, health)) return;
            await ended.ThrowIfEndedAsync(cancellationToken).ConfigureAwait(false);
            if (context.Clock.GetElapsedTime(start) >= timeout)
            {
                await ended.ThrowIfItHasEverEndedAsync(cancellationToken).ConfigureAwait(false);
                throw NotHealthy(cluster, health, timeout);
            }

            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsWhole(EtcdCluster cluster, ClusterHealth health) =>
        health.Members.All(member => member.Serves) && health.Members.Select(member => member.Member).Order(StringComparer.Ordinal)
            .SequenceEqual(cluster.RequireSpec().Members.Select(member => member.Name).Order(StringComparer.Ordinal));

    private static EtcdException NotHealthy(EtcdCluster cluster, ClusterHealth health, TimeSpan timeout)
    {
        string reasons = string.Join("; ", health.Members.Where(member => !member.Serves).Select(member => $"{member.Member}: {member.Reason}"));
        return new EtcdException(EtcdErrorIds.NotHealthy,
            $"Cluster '{cluster.Name}' did not become healthy within {timeout.TotalSeconds:0} s: {health.Summary}. {reasons}".TrimEnd())
        {
            Target = cluster.Name,
            NextStep = "Read the members' logs, then run the same command again; it continues from here.",
        };
    }
}
