using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The steps by which a member joins a rebuilt cluster: empty, without a vote until it has caught up.</summary>
/// <remarks>
/// None of them is taken back when a later one fails: what has joined by then serves, and the same command carries on with the rest.
/// </remarks>
internal sealed class MemberRejoin(AdminContext context, EtcdCluster cluster, InstallSteps install, InstallState state, TimeSpan timeout)
{
    /// <summary>What the place of its earlier data is marked with, before the time.</summary>
    public string AsideMark { get; init; } = "before-repair";

    /// <summary>The time in that mark; null is when it is moved.</summary>
    public string? AsideStamp { get; init; }

    /// <summary>See <see cref="MemberInstallation.IsProvided"/>.</summary>
    public bool IsProvided { get; init; }

    private readonly bool _learns = cluster.RequireSpec().Version >= Membership.FirstWithLearners;

    /// <summary>Takes back what an attempt that was broken off left of a member.</summary>
    public void AddRemoval(PlanBuilder plan, MemberSpec member, Member? present)
    {
        if (present is not null)
        {
            var calls = new MembershipSteps(context, cluster);
            plan.NextStage().Add(
                StepText.Here($"Remove member {member.Name} from the cluster", member.Name),
                (_, token) => calls.RemoveAsync(present.Id, token));
        }

        // Whether it runs or not: one that dies and is started over and over runs at one look and does not at the next.
        plan.NextStage().Add(Text(member, $"Stop member {member.Name}, if it runs"), (_, token) => context.ServiceOf(member).StopAsync(member, token));
    }

    /// <summary>Adds the steps of one member.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="spec">The cluster with it.</param>
    /// <param name="member">The member.</param>
    /// <param name="votersUp">How many are up once it votes.</param>
    /// <param name="save">Records that it has joined.</param>
    public void AddTo(PlanBuilder plan, ClusterSpec spec, MemberSpec member, int votersUp, StepAction save)
    {
        EtcdCluster after = cluster.WithSpec(spec);
        EtcdCluster before = after.Reaching([.. spec.Members.Where(other => other.Name != member.Name).Select(other => other.ClientUrl(spec.Tls))]);
        var calls = new MembershipSteps(context, before);
        new MemberInstallation(context, install, state) { AsideMark = AsideMark, AsideStamp = AsideStamp, IsProvided = IsProvided }.AddTo(plan, member, joining: true);
        plan.NextStage().Add(
            StepText.Here($"Add member {member.Name} to the cluster {(_learns ? "without" : "with")} a vote", member.Name),
            (_, token) => calls.AddAsync(member, _learns, token));
        plan.NextStage().Add(Text(member, $"Start member {member.Name}"), (_, token) => install.StartAsync(member, DataAtStart.MayBeCreated, token));
        plan.NextStage();
        if (_learns)
        {
            plan.Add(
                Text(member, $"Wait until member {member.Name} has caught up, and give it its vote") with { VotersUp = votersUp },
                (events, token) => calls.PromoteAsync(member, timeout, events, token));
        }
        else
        {
            plan.Add(
                Text(member, $"Wait until member {member.Name} follows") with { VotersUp = votersUp },
                (_, token) => calls.FollowAsync(member, timeout, token));
        }

        plan.NextStage().Add(
            StepText.Here($"Prove that member {member.Name} serves, and save the profile with it", member.Name),
            async (events, token) =>
            {
                await new MemberGate(context).WaitAsync(after, member, timeout, token).ConfigureAwait(false);
                await save(events, token).ConfigureAwait(false);
            });
    }

    private static StepText Text(MemberSpec member, string action) => new(member.HostName, action) { Member = member.Name };
}
