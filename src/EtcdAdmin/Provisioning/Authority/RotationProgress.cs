using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>How far the replacement of an authority has come: an interrupted one is continued.</summary>
/// <param name="scope">What the authority is for.</param>
/// <param name="authority">The certificates of the new authority, its root last; null if it does not exist yet.</param>
/// <param name="signed">The certificates that it signed elsewhere; null if this machine issues them.</param>
/// <param name="trust">Which authorities and certificates the members have now.</param>
internal sealed class RotationProgress(
    AuthorityScope scope, string? authority, SignedPki? signed, IReadOnlyDictionary<string, TrustFacts> trust)
{
    /// <summary>Whether the new authority exists, and this machine trusts it.</summary>
    public bool HasBegun => authority is not null;

    /// <summary>Whether a member must still be made to trust the new authority beside the present one.</summary>
    public bool LacksTrust(MemberSpec member) => trust[member.Name].LacksTrust(scope, authority);

    /// <summary>Whether a member must still get certificates of the new authority.</summary>
    public bool LacksCertificates(MemberSpec member) => trust[member.Name] is var facts && signed is null
        ? facts.LacksCertificates(scope, authority)
        : !HasBegun || !signed.Has(member.Name, facts.ServerCertificate, facts.PeerCertificate);

    /// <summary>Whether a member still runs with the trust in others.</summary>
    public bool TrustsOthers(MemberSpec member) => trust[member.Name].TrustsOthers(scope, authority);

    /// <summary>Whether the operator must still get a certificate of the new authority.</summary>
    public bool LacksClient(EtcdCluster cluster) => scope.Clients && (authority is null
        || !(signed?.IsClient(cluster.Tls?.CertificatePem) ?? CertificateBundle.IsIssuedBy(cluster.Tls?.CertificatePem, authority)));
}
