namespace EtcdAdmin.Security;

/// <summary>What a new certificate shall say.</summary>
/// <remarks>
/// With authentication enabled and client-cert-auth on, etcd takes the common name of a caller's certificate as its user name,
/// whatever the certificate was made for. Name server and peer certificates after the member, never after an etcd user: a server
/// certificate with the common name <c>root</c> is root.
/// </remarks>
public sealed record CertificateSpec
{
    /// <summary>One year: the default lifetime of a certificate.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(365);

    /// <summary>Makes a description; the factory methods read better.</summary>
    /// <param name="profile">What the certificate is for.</param>
    public CertificateSpec(CertificateProfile profile) => Profile = profile;

    /// <summary>What the certificate is for.</summary>
    public CertificateProfile Profile { get; }

    /// <summary>
    /// The subject's common name, 1 to 64 characters (X.520's bound); null is allowed for clients and gives
    /// <c>client-</c> and the last eight digits of the serial number.
    /// </summary>
    public string? CommonName { get; init; }

    /// <summary>
    /// The host names and IP addresses (v4, v6 without brackets) the holder is reached at; at least one for servers and peers.
    /// <c>*.example.org</c> is taken. Clients have none, unless etcd runs with <c>client-cert-allowed-hostname</c>.
    /// </summary>
    /// <remarks>
    /// A member accepts a peer whose certificate has addresses or names only if one of them is where the connection comes from
    /// (3.5: <c>client/pkg/transport/listener_tls.go</c>); names are looked up in DNS for that. So peers need every address they
    /// may call from.
    /// </remarks>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>True adds <c>localhost</c>, <c>127.0.0.1</c> and <c>::1</c>, so that tools on the member's own host are served.</summary>
    public bool IncludeLocalhost { get; init; }

    /// <summary>The lifetime from now on; more than zero. A certificate never outlives its authority, so it may become shorter.</summary>
    public TimeSpan Validity { get; init; } = DefaultValidity;

    /// <summary>The kind of the new key; the authority's own may differ.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>A certificate a member shows its clients; also good for localhost.</summary>
    /// <param name="memberName">The common name.</param>
    /// <param name="hostNames">Names and addresses clients reach the member at.</param>
    public static CertificateSpec Server(string memberName, params IReadOnlyList<string> hostNames) =>
        new(CertificateProfile.Server) { CommonName = memberName, HostNames = hostNames, IncludeLocalhost = true };

    /// <summary>A certificate a member shows the other members.</summary>
    /// <param name="memberName">The common name.</param>
    /// <param name="hostNames">Names and addresses the other members reach it at, and it calls from.</param>
    public static CertificateSpec Peer(string memberName, params IReadOnlyList<string> hostNames) =>
        new(CertificateProfile.Peer) { CommonName = memberName, HostNames = hostNames };

    /// <summary>A client's certificate.</summary>
    /// <param name="userName">The common name, the etcd user where authentication is on; null makes one up.</param>
    public static CertificateSpec Client(string? userName = null) =>
        new(CertificateProfile.Client) { CommonName = userName };
}
