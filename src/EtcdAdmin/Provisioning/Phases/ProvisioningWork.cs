using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>The data that the phases of one plan share: the facts of the plan, and results of earlier phases for later phases.</summary>
/// <param name="context">The context.</param>
/// <param name="options">The options.</param>
/// <param name="state">The state of the hosts, and the wanted specification.</param>
internal sealed class ProvisioningWork(AdminContext context, ProvisioningOptions options, InstallState state)
{
    private QuorumSpare? _spare;

    public AdminContext Context => context;

    public ProvisioningOptions Options => options;

    public InstallState State => state;

    /// <summary>The cluster's name.</summary>
    public string Name => state.ClusterName;

    /// <summary>The changes made by hand in files that will be replaced.</summary>
    public IReadOnlyList<HandEdit> Edits { get; init; } = [];

    /// <summary>The wanted specification, with the version once it is known.</summary>
    public ClusterSpec Spec { get; set; } = state.Wanted;

    /// <summary>The cluster; null until it has a profile.</summary>
    public EtcdCluster? Cluster { get; set; } = state.Existing;

    /// <summary>The programs by platform and version, once they have been provided.</summary>
    public Dictionary<(EtcdPlatform Platform, EtcdVersion Version), EtcdPackage> Packages { get; } = [];

    /// <summary>The version of a member: known from the start, or once the programs have been provided.</summary>
    public EtcdVersion VersionOf(MemberSpec member) => Spec.InstalledVersionOf(member);

    /// <summary>The authority and certificates of the cluster on this machine.</summary>
    public ProfilePki Pki => new(context.Profiles.Folder(Name));

    /// <summary>Checks for all restarts of the plan whether the quorum can spare a member.</summary>
    public QuorumSpare Spare => _spare ??= new QuorumSpare(context, Cluster!.WithSpec(Spec)); // restarted members have a cluster

    /// <summary>Whether a member was restarted, which keeps copies of its former files until the end of the plan.</summary>
    public bool HasRestarted { get; set; }

    /// <summary>Whether a member runs when the plan begins.</summary>
    public bool Runs(MemberSpec member) => state.Running.Contains(member.Name);
}
