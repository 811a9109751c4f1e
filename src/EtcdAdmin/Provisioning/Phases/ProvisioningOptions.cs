using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>How members come to be, besides what they are.</summary>
internal sealed record ProvisioningOptions
{
    /// <summary>Where etcd comes from. Its version counts only where the cluster has none yet.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>The kind of new keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long members have to serve, or to catch up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Takes settings that can cost data.</summary>
    public bool ForceSettings { get; init; }

    /// <summary>The hosts whose devices are formatted whatever is on them.</summary>
    public IReadOnlySet<string> HostsToForce { get; init; } = new HashSet<string>();

    /// <summary>Whether members got ports that were free, whichever these are by now.</summary>
    public bool ChoosesPorts { get; init; }
}
