using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Proves that all members of an installed cluster serve, and records in the profile that it is installed.</summary>
internal sealed class ProveCluster(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool IsOnce => true;

    /// <summary>An installed cluster without changes needs no proof.</summary>
    public override bool OnlyProvesSteps => Work.State.IsInstalled;

    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => join is null;

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) => Text(Work.State.Wanted);

    /// <summary>The text of the step.</summary>
    public static StepText Text(ClusterSpec spec) =>
        StepText.Here(StepKind.ProveCluster, $"Prove that all {spec.Members.Count} member(s) serve, and record the result");

    /// <inheritdoc/>
    public override async Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = Work.Cluster!.WithSpec(Work.Spec with { Installed = true, Former = null }); // it has a profile by now
        await new HealthGate(Work.Context).WaitAsync(cluster, Work.Options.Timeout, cancellationToken).ConfigureAwait(false);
        await Work.Context.Profiles.SaveAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (Work.HasRestarted) await MemberFiles.ForgetConfigsAsync(Work.Context, Work.Spec.Members, cancellationToken).ConfigureAwait(false);
    }
}
