using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Recovery.Quorum;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>
/// What happens to the other members after a snapshot was restored to one member: they join again empty, one by one, or leave the cluster. These
/// steps are not rolled back: the restored member already serves, and Repair-EtcdCluster continues an interrupted restore.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="specs">The cluster before and right after the restore.</param>
/// <param name="input">What is restored.</param>
/// <param name="stamp">The mark in the names of the folders that keep the other members' data.</param>
internal sealed class RestoreGrowth(AdminContext context, RestoreSpecs specs, RestoreInput input, string stamp)
{
    // As for Add-EtcdMember: the data comes over the network.
    private static readonly TimeSpan UsualPatience = TimeSpan.FromMinutes(10);

    private readonly RecoverySpecs _growing = RecoverySpecs.Resume(specs.Restored, specs.Others);

    private MemberRejoin? _rejoining;

    /// <summary>What the operator should know about the hosts.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>The cluster at the end.</summary>
    public ClusterSpec Final => Joins ? _growing.Final : specs.Restored;

    /// <summary>The profile's specification once the restored member serves.</summary>
    public ClusterSpec Alone => Joins ? _growing.After(0, RecoveryMethod.Restore, stamp) : specs.Restored;

    /// <summary>Where the data of the other members is kept.</summary>
    public IReadOnlyList<RestoreArchive> Archives(MemberSpec member) => [new RestoreArchive(member, stamp) { Retired = !Joins }];

    private TimeSpan Patience => input.Request.HealthTimeout > UsualPatience ? input.Request.HealthTimeout : UsualPatience;

    private bool Joins => specs.Others.Count > 0 && !input.Request.NoRejoin;

    /// <summary>Reads the hosts of the members that join again.</summary>
    /// <exception cref="EtcdException">The problem of one host.</exception>
    /// <exception cref="AggregateException">Several problems.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (!Joins) return;
        EtcdCluster known = input.Cluster.WithSpec(specs.Old with { Members = [.. specs.All] });
        InstallState state =
            await InstallState.ReadAsync(context, input.Cluster.Name, known, _growing.Final, [.. specs.All], cancellationToken).ConfigureAwait(false);
        Warnings = new Preflight(context, state) { Joining = true }.Check(_growing.Joining);
        state = state with { Running = new HashSet<string>() }; // the steps run after all members stopped
        var provisioner = new MemberProvisioner(new ProvisioningWork(context, new ProvisioningOptions { Timeout = Patience }, state));
        await provisioner.PrepareAsync(_growing.Joining, cancellationToken).ConfigureAwait(false);
        _rejoining = new MemberRejoin(context, input.Proof.Of(input.Cluster), provisioner)
        {
            AsideMark = RestoreArchive.Mark,
            AsideStamp = stamp,
        };
    }

    /// <summary>Adds the steps, after the proof of the restored member.</summary>
    public void AddTo(PlanBuilder plan)
    {
        if (specs.Others.Count == 0) return;
        plan.TidyUp();
        if (!Joins)
        {
            MemberRetirement.AddTo(plan, context, input.Cluster.Name, specs.Others, stamp, keepsFiles: !input.Request.SkipBackup);
            return;
        }

        for (int i = 0; i < _growing.Joining.Count; i++)
        {
            int number = i + 1;
            _rejoining!.AddTo(plan, _growing.Steps[i], _growing.Joining[i], number + 1, (_, token) => context.Profiles.SaveAsync( // prepared
                input.Cluster.WithSpec(_growing.After(number, RecoveryMethod.Restore, stamp)), token));
        }

        var proof = new RecoveryProof(context, input.Proof.Of(input.Cluster.WithSpec(_growing.Final)), Patience);
        plan.NextStage().Add(
            StepText.Here(StepKind.ProveCluster, "Prove quorum and equal data on all members, and record it"),
            async (events, token) =>
            {
                await proof.CompleteAsync(events, token).ConfigureAwait(false);
                await context.Profiles.SaveAsync(input.Cluster.WithSpec(_growing.Final with { Recovery = null }), token).ConfigureAwait(false);
            });
    }
}
