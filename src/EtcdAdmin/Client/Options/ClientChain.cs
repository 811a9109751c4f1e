using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Options;

/// <summary>What a client sends of itself: its certificate and the intermediate authorities above it.</summary>
internal static class ClientChain
{
    /// <summary>Makes it; null where no certificate is shown.</summary>
    /// <remarks>
    /// Go sends all that stands in the file, and the server looks for a way. .NET sends one way. Where the file has several (renewed
    /// or cross-signed authorities), that is the one that is valid now and leads to an authority that we trust ourselves, since a
    /// cluster mostly has one for servers and clients.
    /// </remarks>
    public static SslStreamCertificateContext? Create(EtcdTls? tls, DateTimeOffset now) => tls?.ClientCertificate is { } certificate
        ? SslStreamCertificateContext.Create(certificate, Issuers(tls, certificate, now), offline: true)
        : null;

    /// <summary>
    /// The authorities of the file from the client's certificate up, by the names of issuers; of several with one name, the first that is valid
    /// now. One that is not valid stands in it only where the file has no other of its name.
    /// </summary>
    public static IReadOnlyList<X509Certificate2> Up(EtcdTls tls, X509Certificate2 certificate, DateTimeOffset now)
    {
        var up = new List<X509Certificate2>();
        for (X509Certificate2 last = certificate; !CertificatePaths.Issued(last, last);)
        {
            X509Certificate2[] issuers = [.. tls.ClientCertificateIssuers.Where(issuer => CertificatePaths.Issued(issuer, last) && !up.Contains(issuer))];
            if ((issuers.FirstOrDefault(issuer => IsValid(issuer, now)) ?? issuers.FirstOrDefault()) is not { } next) break;
            up.Add(next);
            last = next;
        }

        return up;
    }

    private static X509Certificate2Collection Issuers(EtcdTls tls, X509Certificate2 certificate, DateTimeOffset now)
    {
        X509Certificate2[] valid = [.. tls.ClientCertificateIssuers.Where(issuer => IsValid(issuer, now))];
        IReadOnlyList<X509Certificate2>? path = CertificatePaths.Find(certificate, valid, [.. tls.CertificateAuthorities]).FirstOrDefault(found => found.Count > 1);
        if (path is not null) return [.. path.Skip(1)];
        // What is not valid by our clock may be by the server's, and then it is needed; else the server can say what is wrong with it.
        return Up(tls, certificate, now) is { Count: > 0 } up ? [.. up] : tls.ClientCertificateIssuers;
    }

    private static bool IsValid(X509Certificate2 certificate, DateTimeOffset now) =>
        certificate.NotBefore <= now.LocalDateTime && now.LocalDateTime <= certificate.NotAfter;
}
