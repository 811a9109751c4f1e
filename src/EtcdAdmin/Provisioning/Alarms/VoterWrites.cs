using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Provisioning.Alarms;

/// <summary>The last step of a plan that disarms an alarm: every voter is proved to accept a write.</summary>
internal static class VoterWrites
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Adds the step.</summary>
    public static void AddTo(PlanBuilder plan, AdminContext context, EtcdCluster cluster) => plan.NextStage().Add(
        StepText.Here(StepKind.ProveWrites, "Prove that every voter accepts writes, with a test key"),
        async (events, token) => await ProveAsync(await Membership.ReadAsync(context, cluster, token).ConfigureAwait(false), events, token)
            .ConfigureAwait(false));

    private static async Task ProveAsync(Membership membership, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = membership.Cluster;
        EtcdHealth[] voters = [.. membership.Health.Members.Where(member => member is { IsLearner: not true, Reachable: true, Endpoint: not null })];
        WriteProbe[] writes = await Task.WhenAll(voters.Select(member => WriteProbe.WriteAsync(
            () => cluster.Client.ForEndpoint(member.Endpoint!).WithCalls(Limit, retry: false), // they have one
            cluster.Credential?.UserName, cancellationToken))).ConfigureAwait(false);
        string[] failed = [.. voters.Zip(writes)
            .Where(pair => pair.Second.Written == false).Select(pair => $"{pair.First.Member}: {pair.Second.Trouble}")];
        if (failed.Length > 0)
        {
            throw new EtcdException(EtcdErrorIds.NotHealthy, $"Cluster '{cluster.Name}' does not accept writes. {string.Join("; ", failed)}")
            {
                Target = cluster.Name,
                NextStep = $"See which alarms are armed (Get-EtcdAlarm {cluster.Name}), then run the same command again.",
            };
        }

        foreach (string skipped in writes.Where(write => write.Written is null).Select(write => write.Trouble!).Distinct()) events.Warning(skipped);
    }
}
