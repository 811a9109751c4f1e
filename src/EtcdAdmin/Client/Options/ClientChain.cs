using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Certificates;

namespace EtcdAdmin.Client.Options;

/// <summary>The certificates that a client sends: its own and those of intermediate authorities.</summary>
internal static class ClientChain
{
    /// <summary>Makes the chain; null without a client certificate.</summary>
    /// <remarks>Go sends all certificates of the file, and the server searches for a path. .NET sends one path. If the file has several (renewed or
    /// cross-signed authorities), the path is used that is valid now and leads to an authority that the client itself trusts, since a cluster usually
    /// has one authority for servers and clients.</remarks>
    public static SslStreamCertificateContext? Create(EtcdTls? tls, DateTimeOffset now) => tls?.ClientCertificate is { } certificate
        ? SslStreamCertificateContext.Create(certificate, Issuers(tls, certificate, now), offline: true)
        : null;

    /// <summary>The authorities of the file from the client's certificate upwards, by the names of issuers; of several with one name, the first that
    /// is valid now. An invalid one is used only if the file has no other with its name.</summary>
    public static IReadOnlyList<X509Certificate2> Up(EtcdTls tls, X509Certificate2 certificate, DateTimeOffset now)
    {
        var up = new List<X509Certificate2>();
        for (X509Certificate2 last = certificate; !CertificatePaths.Issued(last, last);)
        {
            X509Certificate2[] issuers =
            [
                .. tls.ClientCertificateIssuers.Where(issuer => CertificatePaths.Issued(issuer, last) && !up.Contains(issuer)),
            ];
            if ((issuers.FirstOrDefault(issuer => IsValid(issuer, now)) ?? issuers.FirstOrDefault()) is not { } next) break;
            up.Add(next);
            last = next;
        }

        return up;
    }

    private static X509Certificate2Collection Issuers(EtcdTls tls, X509Certificate2 certificate, DateTimeOffset now)
    {
        X509Certificate2[] valid = [.. tls.ClientCertificateIssuers.Where(issuer => IsValid(issuer, now))];
        IReadOnlyList<X509Certificate2>? path = CertificatePaths.Find(certificate, valid, [.. tls.CertificateAuthorities]).FirstOrDefault(found =>
            found.Count > 1);
        if (path is not null) return [.. path.Skip(1)];
        // A certificate that is invalid by this machine's clock may be valid by the server's, and then it is needed; otherwise the server's error
        // names it.
        return Up(tls, certificate, now) is { Count: > 0 } up ? [.. up] : tls.ClientCertificateIssuers;
    }

    private static bool IsValid(X509Certificate2 certificate, DateTimeOffset now) =>
        certificate.NotBefore <= now.LocalDateTime && now.LocalDateTime <= certificate.NotAfter;
}
