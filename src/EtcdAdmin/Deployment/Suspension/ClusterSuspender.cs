using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Deployment.Suspension;

/// <summary>Stops all members of a cluster together, the leader last, so that they can be started together again.</summary>
/// <param name="context">The environment.</param>
public sealed class ClusterSuspender(AdminContext context)
{
    /// <summary>Plans the stop; reads the hosts and changes nothing. The cluster need not serve.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where no member runs.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotConverted, EtcdExists and other problems of the hosts.</exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public async Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.RequireSpec();
        cluster.RequireConverted();
        (EtcdCluster saved, InstallState state) = await SuspendedState.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        MemberSpec[] running = [.. saved.RequireSpec().Members.Where(member => state.Running.Contains(member.Name))];
        var plan = new PlanBuilder($"Suspending cluster {saved.Name}", saved.Name);
        if (running.Length > 0) AddTo(plan, saved, running);
        return new Operation<EtcdCluster>(
            plan.Build(),
            running.Length == 0 ? [] : [Warning(saved)],
            OperationLock.Of(context, saved.Name, saved.RequireSpec().Members),
            again => PlanAsync(cluster, again),
            _ => Task.FromResult(saved));
    }

    private void AddTo(PlanBuilder plan, EtcdCluster cluster, MemberSpec[] running)
    {
        var all = new WholeClusterStop(context, cluster, running);
        int up = running.Length;
        foreach (MemberSpec member in running)
        {
            plan.Add(
                member.Step(StepKind.StopMember, $"Stop member {member.Name}, the leader last") with
                {
                    Interrupts = Interruption.Cluster,
                    VotersUp = --up,
                },
                async (_, token) =>
                {
                    await MemberDataCheck.RequireBeforeStopAsync(context, member, token).ConfigureAwait(false);
                    await all.StopAsync(member, token).ConfigureAwait(false);
                },
                (_, token) => all.WasTold(member) ? StartAsync(cluster, member, token) : Task.CompletedTask);
        }

        plan.NextStage().Add(
            StepText.Here(StepKind.ProveStopped, $"Prove that no member of cluster {cluster.Name} runs"), (_, token) => ProveAsync(cluster, token));
    }

    private Task StartAsync(EtcdCluster cluster, MemberSpec member, CancellationToken cancellationToken) => context.ServiceOf(member).StartAsync(
        member, cluster.RequireSpec().InstalledVersionOf(member), DataAtStart.Required, cancellationToken);

    private async Task ProveAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        foreach (MemberSpec member in cluster.RequireSpec().Members)
        {
            MemberServiceState now = await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false);
            if (!now.IsRunning) continue;
            throw new EtcdException(EtcdErrorIds.MemberStopFailed, $"Member {member.Name} of cluster '{cluster.Name}' runs again.")
            {
                Target = member.Name,
                NextStep = $"Somebody else started it on {member.HostName}. Then run the same command again.",
            };
        }
    }

    private static string Warning(EtcdCluster cluster) =>
        $"Cluster '{cluster.Name}' does not serve until Resume-EtcdCluster {cluster.Name}. A host that boots meanwhile starts its member. Schedules "
            + "on the hosts (snapshots, maintenance) report failures meanwhile.";
}
