using System.Collections.ObjectModel;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Options for creating members.</summary>
internal sealed record ProvisioningOptions
{
    /// <summary>An authority of the operator's own; null creates one for a new cluster.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>The authority of a new cluster whose key is elsewhere, with the certificates that it signed; null for one that issues them here.
    /// </summary>
    public SignedPki? Signed { get; init; }

    /// <summary>Certificates of members that were signed elsewhere, by name. Those of other members are issued here.</summary>
    public IReadOnlyDictionary<string, MemberCertificates> Certificates { get; init; } = ReadOnlyDictionary<string, MemberCertificates>.Empty;

    /// <summary>An authority of the operator's own for peers; null creates one for a new cluster where peers have a separate one.</summary>
    public CertificateAuthority? PeerAuthority { get; init; }

    /// <summary>The source of etcd. Its version is used only where the cluster has no version yet.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>The algorithm of new keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long members have to serve, or to catch up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Allows settings that can lose data.</summary>
    public bool ForceSettings { get; init; }

    /// <summary>The hosts whose devices are formatted even if they are not empty.</summary>
    public IReadOnlySet<string> HostsToForce { get; init; } = new HashSet<string>();

    /// <summary>Whether EtcdAdmin chose free ports for the members, so that a later plan may have other ports.</summary>
    public bool ChoosesPorts { get; init; }
}
