using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>Makes sure that the databases have the cluster's member list, before a version that reads it from there.</summary>
/// <param name="state">How far the change has come.</param>
/// <param name="change">The version change.</param>
internal sealed class StoredMembersSteps(UpdateState state, VersionChange change)
{
    /// <summary>Adds the step before the snapshot: all members write the list to their databases again.</summary>
    /// <remarks>Each member has its own database, and etcd 3.5.20 and later correct some of them at startup. So a snapshot of one member does not
    /// show whether the others are right, and the list is written in any case.</remarks>
    public void AddRewriteTo(PlanBuilder plan) => plan.NextStage().Add(
        StepText.Here(
            StepKind.RewriteMembers, $"Let all members write the member list to their databases again: etcd {change.To} reads it there") with
        {
            Subject = $"{change.To}",
        },
        (_, token) => RewriteAsync(token));

    /// <summary>Adds the step after the snapshot, which shows whether that worked.</summary>
    public void AddCheckTo(PlanBuilder plan) => plan.NextStage().Add(
        StepText.Here(StepKind.CheckUpgrade, "Compare the member list in the snapshot with that of the cluster") with
        {
            Subject = $"members {change.To}",
        },
        (_, token) => CheckAsync(token));

    private async Task RewriteAsync(CancellationToken cancellationToken)
    {
        Membership now = await Membership.ReadAsync(state.Context, state.Cluster, cancellationToken).ConfigureAwait(false);
        // Setting the same peer URLs makes etcd write the complete record, with the role. Before 3.5.32 that would promote a learner.
        foreach (Member voter in now.Members.Where(member => !member.IsLearner))
            await state.Cluster.Client.Cluster.UpdateAsync(voter.Id, voter.PeerUrls, cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        Membership now = await Membership.ReadAsync(state.Context, state.Cluster, cancellationToken).ConfigureAwait(false);
        var stored = StoredMembers.Compare(state.Snapshot!.Members, now.Members); // saved by the step before
        if (stored.AreRight) return;
        throw new EtcdException(EtcdErrorIds.UpgradeRefused,
            $"The member list in the database differs from that of cluster '{state.Cluster.Name}': {stored}. "
                + $"etcd {change.To} reads the database, and would not start or bring removed members back. No member was changed.")
        {
            Target = state.Cluster.Name,
            NextStep = $"Update to the newest patch version of etcd {change.From} first; it corrects the list. "
                + "If removed members are still in it, restore a snapshot (Restore-EtcdSnapshot): that makes a new list.",
        };
    }
}
