using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>The certificates of a cluster that an authority signed whose key is elsewhere. They have been checked.</summary>
/// <param name="Authority">The root authority that members and clients trust.</param>
/// <param name="AuthorityPem">Its certificate.</param>
/// <param name="Members">The certificates and keys of the members, by name.</param>
/// <param name="Client">The operator's client certificate and its key.</param>
internal sealed record SignedPki(
    CertificateInfo Authority, string AuthorityPem, IReadOnlyDictionary<string, MemberCertificates> Members, IssuedCertificate Client)
{
    /// <summary>Whether a member has its certificates already.</summary>
    /// <param name="member">Its name.</param>
    /// <param name="serverCertificate">Its present certificate for clients.</param>
    /// <param name="peerCertificate">Its present certificate for the other members.</param>
    public bool Has(string member, string serverCertificate, string peerCertificate) => Members.TryGetValue(member, out MemberCertificates? own)
        && IsSame(serverCertificate, own.Server) && IsSame(peerCertificate, own.Peer);

    /// <summary>Whether a certificate is the operator's.</summary>
    public bool IsClient(string? certificatePem) => IsSame(certificatePem, Client);

    private static bool IsSame(string? pem, IssuedCertificate issued) =>
        CertificateInfo.TryFromPem(pem)?.Thumbprint == issued.Thumbprint;
}
