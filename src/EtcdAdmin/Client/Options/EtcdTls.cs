using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Client.Options;

/// <summary>Whom to trust and what to show on TLS connections. A plain value: nobody needs to dispose it.</summary>
public sealed record EtcdTls
{
    /// <summary>
    /// The only authorities that are trusted; empty trusts the system's. Each is trusted by itself, as etcdctl does it: an
    /// intermediate authority needs no root beside it, and a server's own certificate may stand here too.
    /// </summary>
    public X509Certificate2Collection CertificateAuthorities { get; init; } = [];

    /// <summary>The certificate to show, with its private key; null shows none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The intermediate authorities between the client certificate and the one that servers trust; they are shown too.</summary>
    public X509Certificate2Collection ClientCertificateIssuers { get; init; } = [];

    /// <summary>The name the server's certificate must have; null expects the endpoint's host name or address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Where the material comes from, for messages.</summary>
    public EtcdTlsSources Sources { get; init; } = new();

    /// <summary>Reads PEM texts.</summary>
    /// <param name="certificateAuthorities">One or more CA certificates; null trusts the system's.</param>
    /// <param name="clientCertificate">The client certificate, then those of intermediate authorities; null shows none.</param>
    /// <param name="clientKey">Its private key, not encrypted; null only together with the certificate.</param>
    /// <param name="serverName">See <see cref="ServerName"/>.</param>
    /// <param name="sources">Where the texts come from, for messages; null where nothing is known.</param>
    /// <exception cref="EtcdException">CertificateInvalid: a text cannot be read, or key and certificate do not belong together.</exception>
    public static EtcdTls FromPem(
        string? certificateAuthorities, string? clientCertificate = null, string? clientKey = null, string? serverName = null,
        EtcdTlsSources? sources = null)
    {
        if (clientCertificate is null != clientKey is null)
            throw new ArgumentException("A client certificate and its key are given together or not at all.");

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

    /// <summary>The authorities that are shown with the client certificate, from the one that issued it upwards.</summary>
    /// <param name="now">Of several with one name, the one that is valid then is shown.</param>
    internal IReadOnlyList<X509Certificate2> AuthoritiesOfClient(DateTimeOffset now) =>
        ClientCertificate is { } certificate ? ClientChain.Up(this, certificate, now) : [];

    // Windows' TLS cannot use a key that exists in memory alone; a round trip through PKCS#12 gives it one in a key store.
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows()) return certificate;
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
