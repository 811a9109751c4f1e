using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Certificates with their private keys, to encrypt for.</summary>
internal static class TestCertificates
{
    public static X509Certificate2 Rsa(int bits = 2048)
    {
        using var key = RSA.Create(bits);
        var request = new CertificateRequest("CN=backup operator", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public static X509Certificate2 EllipticCurve(X509KeyUsageFlags? usage = null) => OnCurve(ECCurve.NamedCurves.nistP256, usage);

    public static X509Certificate2 OnCurve(ECCurve curve, X509KeyUsageFlags? usage = null)
    {
        using var key = ECDsa.Create(curve);
        var request = new CertificateRequest("CN=backup operator", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (usage is { } flags) request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
