using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Client.Options;

/// <summary>The TLS settings: trusted authorities and the client certificate. A plain value that needs no disposal.</summary>
public sealed record EtcdTls
{
    /// <summary>The only trusted authorities; empty trusts the system's. Each is trusted by itself, as with etcdctl: an intermediate authority needs
    /// no root, and a server's own certificate is allowed too.</summary>
    public X509Certificate2Collection CertificateAuthorities { get; init; } = [];

    /// <summary>The client certificate with its private key; null sends none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The intermediate authorities between the client certificate and the authority that servers trust; they are sent too.</summary>
    public X509Certificate2Collection ClientCertificateIssuers { get; init; } = [];

    /// <summary>The name the server's certificate must have; null expects the endpoint's host name or address.</summary>
    public string? ServerName { get; init; }

    /// <summary>The origin of the certificates and keys, for messages.</summary>
    public EtcdTlsSources Sources { get; init; } = new();

    /// <summary>Reads PEM texts.</summary>
    /// <param name="certificateAuthorities">One or more CA certificates; null trusts the system's.</param>
    /// <param name="clientCertificate">The client certificate, then those of intermediate authorities; null sends none.</param>
    /// <param name="clientKey">Its private key, not encrypted; null only together with the certificate.</param>
    /// <param name="serverName">See <see cref="ServerName"/>.</param>
    /// <param name="sources">The origin of the texts, for messages; null if unknown.</param>
    /// <exception cref="EtcdException">CertificateInvalid: a text cannot be read, or key and certificate do not match.</exception>
    public static EtcdTls FromPem(
        string? certificateAuthorities, string? clientCertificate = null, string? clientKey = null, string? serverName = null,
        EtcdTlsSources? sources = null)
    {
        if (clientCertificate is null != clientKey is null)
            throw new ArgumentException("A client certificate needs its key, and a key needs its certificate.");

        sources ??= new EtcdTlsSources();
        var tls = new EtcdTls
        {
            CertificateAuthorities = certificateAuthorities is null
                ? []
                : PemContent.Certificates(certificateAuthorities, sources.CertificateAuthorities),
            ServerName = serverName,
            Sources = sources,
        };
        if (clientCertificate is null || clientKey is null) return tls;
        PemIdentity client = PemIdentity.Load(clientCertificate, clientKey, sources.ClientCertificate, sources.ClientKey);
        return tls with { ClientCertificate = Usable(client.Certificate), ClientCertificateIssuers = client.Others };
    }

    /// <summary>The authorities that are sent with the client certificate, from its issuer upwards.</summary>
    /// <param name="now">Of several with one name, the one that is valid at this time is sent.</param>
    internal IReadOnlyList<X509Certificate2> AuthoritiesOfClient(DateTimeOffset now) =>
        ClientCertificate is { } certificate ? ClientChain.Up(this, certificate, now) : [];

    // Windows' TLS cannot use a key that exists only in memory; a round trip through PKCS#12 puts it into a key store.
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows()) return certificate;
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
