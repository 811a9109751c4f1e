using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>Compares the member list in the saved snapshot with the cluster's, and lets etcd write it again where it differs.</summary>
/// <param name="state">How far the change has come.</param>
/// <param name="change">The version change.</param>
/// <param name="snapshots">The folder of the snapshots.</param>
internal sealed class StoredMembersStep(UpdateState state, VersionChange change, string snapshots)
{
    /// <summary>Adds the step; the snapshot has been saved.</summary>
    public void AddTo(PlanBuilder plan) => plan.NextStage().Add(
        StepText.Here(StepKind.CheckUpgrade, $"Compare the members in the database, which etcd {change.To} reads, with those of the cluster") with
        {
            Subject = $"members {change.To}",
        },
        RunAsync);

    private async Task RunAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        Membership now = await Membership.ReadAsync(state.Context, state.Cluster, cancellationToken).ConfigureAwait(false);
        StoredMembers stored = Compare(now);
        if (stored is { AreRight: false, Left.Count: 0 })
        {
            events.Message($"The member list in the database is written again: {stored}.");
            // Setting the same peer URLs makes etcd write the whole record, role included.
            foreach (Member member in stored.Wrong)
                await state.Cluster.Client.Cluster.UpdateAsync(member.Id, member.PeerUrls, cancellationToken).ConfigureAwait(false);
            state.Snapshot = await UpdateSnapshots.SaveAsync(state.Context, state.Cluster, snapshots, events, cancellationToken).ConfigureAwait(false);
            stored = Compare(now);
        }

        if (stored.AreRight) return;
        throw new EtcdException(EtcdErrorIds.UpgradeRefused,
            $"The member list in the database differs from that of cluster '{state.Cluster.Name}': {stored}. etcd {change.To} reads the database, and would "
                + "not start or bring removed members back. No member was changed.")
        {
            Target = state.Cluster.Name,
            NextStep = $"Update to the newest patch version of etcd {change.From} first; it corrects the list. If removed members stay there, restore a "
                + "snapshot (Restore-EtcdSnapshot): that makes a new list.",
        };
    }

    private StoredMembers Compare(Membership now) => StoredMembers.Compare(state.Snapshot!, now.Members); // saved by the step before
}
