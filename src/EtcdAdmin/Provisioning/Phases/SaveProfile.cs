using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Saves the profile with a member that is about to join, so that the same command can carry on after an interruption.</summary>
internal sealed class SaveProfile(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => join is { Record: null };

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) =>
        StepText.Here(StepKind.SaveProfile, $"Save the profile of cluster {Work.Name} with member {member.Name}", member.Name);

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        Work.Context.Profiles.SaveAsync(Work.Cluster!.WithSpec(Work.Spec), cancellationToken); // members join clusters that are there

    /// <inheritdoc/>
    public override StepAction? Undo(MemberSpec member, MemberJoin? join) =>
        join is not { Undo: JoinUndo.Everything, Before: { } before } ? null : async (_, token) =>
    {
        await join.Calls.RequireNoVoteAsync(member, token).ConfigureAwait(false);
        await Work.Context.Profiles.SaveAsync(before, token).ConfigureAwait(false);
    };
}
