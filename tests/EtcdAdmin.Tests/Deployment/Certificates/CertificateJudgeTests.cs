using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Deployment.Certificates;

namespace EtcdAdmin.Tests.Deployment.Certificates;

/// <summary>What is wrong with certificates, by real certificates of .NET.</summary>
public sealed class CertificateJudgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ECDsa CaKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly X509Certificate2 Ca = Authority("CN=prod CA", CaKey, days: 3650);

    [Fact]
    public void Find_GoodCertificate_NothingIsWrong() => Assert.Empty(Find(Leaf(Ca, days: 100), [Ca]));

    [Theory]
    [InlineData(-10, -1, "It expired on 2026-05-31 12:00 UTC.")]
    [InlineData(2, 100, "It is not valid before 2026-06-03 12:00 UTC.")]
    [InlineData(-10, 29, "It expires in 29 day(s), on 2026-06-30 12:00 UTC.")]
    public void Find_Dates_AreSaid(int from, int to, string problem) => Assert.Equal([problem], Find(Leaf(Ca, to, from), [Ca]));

    [Fact]
    public void Find_AuthorityOfTheSameNameWithAnotherKey_IsNotTrusted()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(
            ["Its authority 'CN=prod CA' is not trusted: the trusted one of this name has another key."],
            Find(Leaf(Ca, days: 100), [Authority("CN=prod CA", other, days: 3650)]));
    }

    [Fact]
    public void Find_AuthorityRenewedForAShorterTime_ExpiresBeforeTheCertificate() => Assert.Equal(
        ["Its authority expires before it, on 2026-07-21 12:00 UTC."], Find(Leaf(Ca, days: 100), [Authority("CN=prod CA", CaKey, days: 50)]));

    [Fact]
    public void Find_IntermediateAuthorityInItsFile_LeadsToTheTrustedOne()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 between = Sign(new CertificateRequest("CN=between", key, HashAlgorithmName.SHA256), Ca, isAuthority: true, days: 60);
        using X509Certificate2 issuer = between.CopyWithPrivateKey(key);

        X509Certificate2 leaf = Leaf(issuer, days: 50);

        Assert.Empty(Find(leaf, [Ca], between));
        Assert.Equal(["Its authority 'CN=between' is not trusted, but only 'CN=prod CA'."], Find(leaf, [Ca]));
    }

    [Fact]
    public void Find_ShortRsaKey_IsSaid()
    {
        using var rsa = RSA.Create(1024);
        var request = new CertificateRequest("CN=n1", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var issuerKey = RSA.Create(2048);
        using X509Certificate2 issuer = SelfSigned(
            new CertificateRequest("CN=old CA", issuerKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), days: 3650);

        Assert.Equal(
            ["Its RSA key has 1024 bits, fewer than 2048."],
            Find(Sign(request, issuer, isAuthority: false, days: 100), [issuer]));
    }

    private static IReadOnlyList<string> Find(
        X509Certificate2 certificate, IReadOnlyList<X509Certificate2> trusted, params X509Certificate2[] sent) =>
        new CertificateJudge(trusted, Now, warnDays: 30).Find(certificate, sent, CertificateUse.Peer, []);

    private static X509Certificate2 Leaf(X509Certificate2 issuer, int days, int from = -10)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(new CertificateRequest("CN=n1", key, HashAlgorithmName.SHA256), issuer, isAuthority: false, days, from);
    }

    private static X509Certificate2 Authority(string name, ECDsa key, int days) =>
        SelfSigned(new CertificateRequest(name, key, HashAlgorithmName.SHA256), days);

    private static X509Certificate2 SelfSigned(CertificateRequest request, int days)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddDays(-365), Now.AddDays(days));
    }

    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 issuer, bool isAuthority, int days, int from = -10)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        return request.Create(issuer, Now.AddDays(from), Now.AddDays(days), RandomNumberGenerator.GetBytes(8));
    }
}
