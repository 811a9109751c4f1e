using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>What the phases of one plan share: the facts that it follows from, and what earlier phases found for later ones.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="options">How members come to be.</param>
/// <param name="state">What the hosts have, and what is wanted.</param>
internal sealed class ProvisioningWork(AdminContext context, ProvisioningOptions options, InstallState state)
{
    private QuorumSpare? _spare;

    public AdminContext Context => context;

    public ProvisioningOptions Options => options;

    public InstallState State => state;

    /// <summary>The cluster's name.</summary>
    public string Name => state.ClusterName;

    /// <summary>What was changed by hand in files that are written anew.</summary>
    public IReadOnlyList<HandEdit> Edits { get; init; } = [];

    /// <summary>What is wanted, with the version once it is known.</summary>
    public ClusterSpec Spec { get; set; } = state.Wanted;

    /// <summary>The cluster; null until it has a profile.</summary>
    public EtcdCluster? Cluster { get; set; } = state.Existing;

    /// <summary>The programs, by what they run on; there when they have been provided.</summary>
    public Dictionary<EtcdPlatform, EtcdPackage> Packages { get; } = [];

    /// <summary>The version of the members; there from the start, or when the programs have been provided.</summary>
    public EtcdVersion Version => Spec.Version!.Value; // see above

    /// <summary>The authority and certificates of the cluster on this machine.</summary>
    public ProfilePki Pki => new(context.Profiles.Folder(Name));

    /// <summary>Counts for all restarts of the plan whether the quorum can spare a member.</summary>
    public QuorumSpare Spare => _spare ??= new QuorumSpare(context, Cluster!.WithSpec(Spec)); // restarted members have a cluster

    /// <summary>Whether a member was restarted.</summary>
    public bool HasRestarted => _spare is not null;

    /// <summary>Whether the etcd of a member runs when the plan begins.</summary>
    public bool Runs(MemberSpec member) => state.Running.Contains(member.Name);
}
