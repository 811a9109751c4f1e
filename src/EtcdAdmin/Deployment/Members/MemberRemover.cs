using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Deployment.Members;

/// <summary>Removes members from clusters, also lost members, and clears their hosts so that they cannot start again.</summary>
/// <param name="context">The context.</param>
public sealed class MemberRemover(AdminContext context)
{
    /// <summary>Plans the removal; reads the cluster and the member's host, and changes nothing.</summary>
    /// <param name="cluster">Any cluster; hosts are cleared only if they are managed from this machine.</param>
    /// <param name="member">The member: its name, its id in hexadecimal, or its host.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EtcdException">
    /// MemberNotFound, QuorumAtRisk, NotHealthy, ClusterNotFound. HostAuthFailed, HostKeyChanged, SudoFailed and similar: the member's
    /// host can be reached but cannot be managed.
    /// </exception>
    public async Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, string member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentException.ThrowIfNullOrWhiteSpace(member);
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = membership.Cluster;
        cluster.RequireConverted();
        MemberSpec? left = FindUncleared(membership, member);
        MemberTarget target = left is null ? MemberTarget.Find(membership, member) : new MemberTarget(left.Name, null, left);
        Guard(membership, target);

        (string? problem, bool isCutOff) = await FindHostProblemAsync(membership, target, isLeft: left is not null, cancellationToken).ConfigureAwait(
            false);
        EtcdCluster after = After(membership, target, isCutOff);
        var plan = new PlanBuilder($"Removing member {target.Name} from cluster {cluster.Name}", cluster.Name);
        AddSteps(plan, membership, target, after, hostAnswers: problem is null);
        return new Operation<EtcdCluster>(
            plan.Build(),
            problem is not null ? [problem] : target.Spec is null && cluster.IsManaged ? [NotCleared(cluster, target.Name)] : [],
            OperationLock.Of(context, cluster.Name, [.. (problem is null ? cluster : after).Spec?.Members ?? [], .. Reached(left, problem)]),
            again => PlanAsync(cluster, member, again),
            _ => Task.FromResult(after));
    }

    /// <summary>Finds a member that was removed while its host could not be reached: that host must still be cleared.</summary>
    private static MemberSpec? FindUncleared(Membership membership, string wanted)
    {
        ClusterSpec? spec = membership.Cluster.Spec;
        bool isMember = membership.Members.Any(known => known.Name == wanted)
            || spec?.Members.Any(known => known.Name == wanted || known.HostName == wanted) == true;
        return isMember ? null : spec?.Uncleared?.FirstOrDefault(known => known.Name == wanted || known.HostName == wanted);
    }

    private static string NotCleared(EtcdCluster cluster, string member) =>
        $"The profile of cluster '{cluster.Name}' does not have member {member}, so its host is not cleared. "
            + "Its etcd stops once the member is removed; "
        + "its unit, configuration and data are left on the host. "
        + $"To clear the host too, copy the member into the profile first (Set-EtcdConfiguration {cluster.Name} -FromCluster).";

    private static IEnumerable<MemberSpec> Reached(MemberSpec? left, string? problem) => left is not null && problem is null ? [left] : [];

    private void AddSteps(PlanBuilder plan, Membership membership, MemberTarget target, EtcdCluster after, bool hostAnswers)
    {
        var calls = new MembershipSteps(context, after);
        if (target.Member is { } present)
        {
            if (membership.Leader == present && membership.VotersUp > 1 && LeaderMover.CanMove(membership))
            {
                plan.Add(StepText.Here(StepKind.MoveLeader, "Move leadership to another member", target.Name),
                    (_, token) => new LeaderMover(context).MoveAwayAsync(membership.Cluster, present.Id, token));
            }

            int up = membership.VotersUp - (!present.IsLearner && membership.IsUp(present.Id) ? 1 : 0);
            plan.NextStage().Add(
                StepText.Here(StepKind.RemoveMember, $"Remove member {target.Name} from the cluster", target.Name) with
                {
                    Interrupts = Interruption.Member,
                    VotersUp = up,
                },
                (_, token) => calls.RemoveAsync(present.Id, token));
        }

        if (target.Spec is not { } spec) return;
        // The profile comes last: the same command carries on with members that are still in the profile.
        if (hostAnswers)
        {
            bool isFormer = target.Member is null && membership.Cluster.Spec?.Uncleared?.Contains(spec) == true;
            StepText text = spec.Step(
                StepKind.ClearHost, $"Stop {(isFormer ? "the former " : "")}member {spec.Name}, remove it and move its data aside");
            plan.NextStage().Add(text, async (_, token) =>
            {
                await context.ServiceOf(spec).StopAsync(spec, token).ConfigureAwait(false);
                await RetiredMember.ClearAsync(context.HostOf(spec), membership.Cluster.Name, spec, context.Stamp(), token).ConfigureAwait(false);
            });
        }

        plan.NextStage().Add(
            StepText.Here(StepKind.SaveProfile, $"Save the profile of cluster {after.Name} without member {spec.Name}"),
            (_, token) => context.Profiles.SaveAsync(after, token));
        plan.NextStage().Add(
            StepText.Here(StepKind.ProveQuorum, $"Prove that the other {Membership.Count(after.RequireSpec().Members.Count, "member")} agree"),
            (_, token) => calls.ProveQuorumAsync(token));
    }

    private static void Guard(Membership membership, MemberTarget target)
    {
        if (target.Member is not { } member) return;
        if (membership.Members.Count == 1)
        {
            throw membership.AtRisk($"Member {target.Name} is the only member of cluster '{membership.Cluster.Name}'.",
                "To remove the cluster, use Uninstall-EtcdCluster.");
        }

        membership.RequireQuorum("Removing a member");
        if (member.IsLearner) return;
        int voters = membership.Voters - 1;
        int up = membership.VotersUp - (membership.IsUp(member.Id) ? 1 : 0);
        if (voters > 0 && up >= QuorumCount.Of(voters)) return;
        throw membership.AtRisk(
            string.Create(CultureInfo.InvariantCulture,
                $"Without member {target.Name} cluster '{membership.Cluster.Name}' has {Membership.Count(voters, "voter")}, whose quorum is "
                    + $"{QuorumCount.Of(voters)}, and {up} would be up."),
            "Bring the other members up first (Start-EtcdMember). If members that are down are lost for good, remove those before this one.");
    }

    /// <summary>The reason why the member's host is not cleared, and whether the host is unreachable; null where it is cleared.</summary>
    private async Task<(string? Reason, bool IsCutOff)> FindHostProblemAsync(
        Membership membership, MemberTarget target, bool isLeft, CancellationToken cancellationToken)
    {
        if (target.Spec is not { } spec) return (null, false);
        try
        {
            MemberOwnership ownership =
                await new OwnershipReader(context).ReadAsync(membership.Cluster, spec, cancellationToken, membership.Id).ConfigureAwait(false);
            if (!ownership.IsForeign) return (null, false);
            return ($"{spec.HostName} is not cleared, because the etcd there is not member {spec.Name}: "
                + $"the host {ForeignMember.Describe(ownership)}.", false);
        }
        catch (EtcdException e) when (e.Kind == EtcdErrorKind.Connection && !isLeft)
        {
            return ($"{spec.HostName} is not cleared, because it cannot be managed now: {e.Message} If the host comes back, its etcd "
                + "finds that the member was removed, and stops. "
                + $"Then run Remove-EtcdMember {spec.Name} -Cluster {membership.Cluster.Name} again to clear the host.", true);
        }
    }

    private static EtcdCluster After(Membership membership, MemberTarget target, bool isCutOff)
    {
        EtcdCluster cluster = membership.Cluster;
        if (target.Spec is { } spec)
        {
            ClusterSpec without = SpecChanges.Without(cluster.RequireSpec(), spec.Name);
            return cluster.WithSpec(isCutOff ? SpecChanges.NotCleared(without, spec) : SpecChanges.Cleared(without, spec));
        }

        Uri[] others = [.. cluster.Endpoints.Where(endpoint => target.Member?.ClientUrls.Any(url => url.Authority == endpoint.Authority) != true)];
        return others.Length == 0 ? cluster : cluster.Reaching(others);
    }
}
