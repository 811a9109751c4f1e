using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Certificates with their private keys, to encrypt for.</summary>
internal static class TestCertificates
{
    public static X509Certificate2 Rsa(int bits = 2048)
    {
        using var key = RSA.Create(bits);
        return new CertificateRequest("CN=backup operator", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public static X509Certificate2 EllipticCurve(X509KeyUsageFlags? usage = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=backup operator", key, HashAlgorithmName.SHA256);
        if (usage is { } flags) request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
