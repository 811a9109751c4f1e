using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client;

/// <summary>Whom to trust and what to show on TLS connections. A plain value: nobody needs to dispose it.</summary>
public sealed record EtcdTls
{
    /// <summary>The only authorities that are trusted; empty trusts the system's.</summary>
    public X509Certificate2Collection CertificateAuthorities { get; init; } = [];

    /// <summary>The certificate to show, with its private key; null shows none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The name the server's certificate must have; null expects the endpoint's host name or address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Reads PEM texts.</summary>
    /// <param name="certificateAuthorities">One or more CA certificates; null trusts the system's.</param>
    /// <param name="clientCertificate">The client certificate; null shows none.</param>
    /// <param name="clientKey">Its private key, not encrypted; null only together with the certificate.</param>
    /// <param name="serverName">See <see cref="ServerName"/>.</param>
    /// <exception cref="EtcdException">CertificateInvalid: a text cannot be read, or key and certificate do not belong together.</exception>
    public static EtcdTls FromPem(
        string? certificateAuthorities, string? clientCertificate = null, string? clientKey = null, string? serverName = null)
    {
        if (clientCertificate is null != clientKey is null)
            throw new ArgumentException("A client certificate and its key are given together or not at all.");

        var authorities = new X509Certificate2Collection();
        Read("CA certificate", () =>
        {
            authorities.ImportFromPem(certificateAuthorities);
            if (certificateAuthorities is not null && authorities.Count == 0)
                throw new CryptographicException("the text holds no certificate");
        });
        X509Certificate2? client = null;
        if (clientCertificate is not null)
            Read("client certificate or key", () => client = Usable(X509Certificate2.CreateFromPem(clientCertificate, clientKey)));
        return new EtcdTls { CertificateAuthorities = authorities, ClientCertificate = client, ServerName = serverName };
    }

    private static void Read(string what, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new EtcdException(EtcdErrorIds.CertificateInvalid, EtcdErrorKind.InvalidData,
                $"The {what} cannot be used: {e.Message}", e);
        }
    }

    // Windows' TLS cannot use a key that exists in memory alone; a round trip through PKCS#12 gives it one in a key store.
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows()) return certificate;
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
