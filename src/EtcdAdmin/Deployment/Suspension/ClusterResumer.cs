using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Deployment.Suspension;

/// <summary>Starts all members of a stopped cluster together, and proves that they serve.</summary>
/// <param name="context">The environment.</param>
public sealed class ClusterResumer(AdminContext context)
{
    /// <summary>Plans the start; reads the hosts and changes nothing.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="timeout">How long the members may take to serve.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where all members run.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotConverted; CertificateInvalid: the operator's certificate, without which the
    /// start could not be proved. EtcdExists and other problems of the hosts.</exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public async Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.RequireSpec();
        cluster.RequireConverted();
        (EtcdCluster saved, InstallState state) = await SuspendedState.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        ClientIdentity.Require(saved, context.Clock);
        ClusterSpec spec = saved.RequireSpec();
        MemberSpec[] stopped = [.. spec.Members.Where(member => !state.Running.Contains(member.Name))];
        var plan = new PlanBuilder($"Resuming cluster {saved.Name}", saved.Name);
        int up = state.Running.Count;
        // Together: no member serves before others run.
        foreach (MemberSpec member in stopped)
        {
            plan.Add(
                member.Step(StepKind.StartMember, $"Start member {member.Name}") with { VotersUp = ++up },
                (_, token) => context.ServiceOf(member).StartAsync(member, spec.InstalledVersionOf(member), DataAtStart.Required, token));
        }

        if (stopped.Length > 0)
        {
            plan.NextStage().Add(
                StepText.Here(StepKind.ProveCluster, $"Prove that all {spec.Members.Count} member(s) serve"),
                (_, token) => new HealthGate(context).WaitAsync(saved, timeout, token));
        }

        return new Operation<EtcdCluster>(
            plan.Build(),
            [],
            OperationLock.Of(context, saved.Name, spec.Members),
            again => PlanAsync(cluster, timeout, again),
            _ => Task.FromResult(saved));
    }
}
