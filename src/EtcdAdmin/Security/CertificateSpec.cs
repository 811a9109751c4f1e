namespace EtcdAdmin.Security;

/// <summary>The content of a new certificate.</summary>
/// <remarks>With authentication enabled and client-cert-auth on, etcd uses the common name of a caller's certificate as the user name, whatever the
/// purpose of the certificate. Name server and peer certificates after the member, never after an etcd user: a server certificate with the common
/// name <c>root</c> is root.</remarks>
public sealed record CertificateSpec
{
    /// <summary>One year: the default lifetime of a certificate.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(365);

    /// <summary>Makes a specification; prefer the factory methods.</summary>
    /// <param name="profile">The purpose of the certificate.</param>
    public CertificateSpec(CertificateProfile profile) => Profile = profile;

    /// <summary>The purpose of the certificate.</summary>
    public CertificateProfile Profile { get; }

    /// <summary>The subject's common name, 1 to 64 characters (X.520's limit). Null is allowed for clients and gives <c>client-</c> and the last
    /// eight digits of the serial number.</summary>
    public string? CommonName { get; init; }

    /// <summary>The host names and IP addresses (v4, v6 without brackets) of the holder; at least one for servers and peers. <c>*.example.org</c> is
    /// accepted. Clients have none, unless etcd runs with <c>client-cert-allowed-hostname</c>.</summary>
    /// <remarks>If a peer's certificate has addresses or names, a member accepts the peer only if the connection comes from one of them (3.5:
    /// <c>client/pkg/transport/listener_tls.go</c>); names are looked up in DNS. So list every address that a peer may call from.</remarks>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>True adds <c>localhost</c>, <c>127.0.0.1</c> and <c>::1</c>, so that tools on the member's own host can connect.</summary>
    public bool IncludeLocalhost { get; init; }

    /// <summary>The lifetime from now on; more than zero. It is shortened if the authority expires earlier, unless <see
    /// cref="RequiresFullValidity"/>.</summary>
    public TimeSpan Validity { get; init; } = DefaultValidity;

    /// <summary>True refuses a lifetime that ends after the authority's.</summary>
    public bool RequiresFullValidity { get; init; }

    /// <summary>How far the start of the validity is dated back, for hosts with slow clocks; not negative.</summary>
    public TimeSpan Backdate { get; init; } = CertificateAuthority.ClockSkew;

    /// <summary>The type of the new key; the authority's key may have another type.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>A certificate that a member shows its clients; also valid for localhost.</summary>
    /// <param name="memberName">The common name.</param>
    /// <param name="hostNames">Names and addresses of the member for clients.</param>
    public static CertificateSpec Server(string memberName, params IReadOnlyList<string> hostNames) =>
        new(CertificateProfile.Server) { CommonName = memberName, HostNames = hostNames, IncludeLocalhost = true };

    /// <summary>A certificate that a member shows the other members.</summary>
    /// <param name="memberName">The common name.</param>
    /// <param name="hostNames">Names and addresses of the member for the other members, and the addresses it calls from.</param>
    public static CertificateSpec Peer(string memberName, params IReadOnlyList<string> hostNames) =>
        new(CertificateProfile.Peer) { CommonName = memberName, HostNames = hostNames };

    /// <summary>A client's certificate.</summary>
    /// <param name="userName">The common name, which is the etcd user if authentication is on; null generates one.</param>
    public static CertificateSpec Client(string? userName = null) =>
        new(CertificateProfile.Client) { CommonName = userName };
}
