using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Proves that a joined member serves.</summary>
internal sealed class ProveMember(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool TidiesUp(MemberJoin? join) => join is { Undo: not JoinUndo.Nothing };

    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => join is not null;

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) => StepText.Here(
        // Only for a joining member.
        StepKind.ProveMember, $"Prove that member {member.Name} serves{(join!.Record is null ? "" : ", and save the profile with it")}", member.Name);

    /// <inheritdoc/>
    public override async Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        await new MemberGate(Work.Context).WaitAsync(join!.After, member, Work.Options.Timeout, cancellationToken).ConfigureAwait(false); // as above
        if (WriteFiles.PutsBack(join)) await new KeptFiles(Work.Context, member).ForgetAsync(cancellationToken).ConfigureAwait(false);
        if (join.Record is { } record) await record(events, cancellationToken).ConfigureAwait(false);
    }
}
