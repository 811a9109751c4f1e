using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Rpc;

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

    private static X509Certificate2Collection Issuers(EtcdTls tls, X509Certificate2 certificate, DateTimeOffset now)
    {
        X509Certificate2[] valid = [.. tls.ClientCertificateIssuers.Where(issuer => issuer.NotBefore <= now.LocalDateTime && now.LocalDateTime <= issuer.NotAfter)];
        if (valid.Length == 0) return tls.ClientCertificateIssuers;
        IReadOnlyList<X509Certificate2>? path = CertificatePaths.Find(certificate, valid, [.. tls.CertificateAuthorities]).FirstOrDefault(found => found.Count > 1);
        return path is null ? [.. valid] : [.. path.Skip(1)];
    }
}
