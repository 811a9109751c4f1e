using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Security;

namespace EtcdAdmin.Tests.Security;

public sealed class CertificateAuthorityTests
{
    private static readonly DateTimeOffset Now = new(2030, 5, 6, 7, 8, 9, TimeSpan.Zero);

    public static TheoryData<KeyAlgorithm> Algorithms => [.. Enum.GetValues<KeyAlgorithm>()];

    public static TheoryData<CertificateProfile, string[]> Purposes => new()
    {
        { CertificateProfile.Server, ["serverAuth", "clientAuth"] },
        { CertificateProfile.Peer, ["serverAuth", "clientAuth"] },
        { CertificateProfile.Client, ["clientAuth"] },
    };

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Issue_AnyKeyAlgorithm_ChainsToAuthority(KeyAlgorithm algorithm)
    {
        using var authority = CertificateAuthority.Create("test CA", algorithm);

        IssuedCertificate issued = authority.Issue(CertificateSpec.Server("n1", "n1.example.org") with { KeyAlgorithm = algorithm });

        using var root = X509Certificate2.CreateFromPem(authority.CertificatePem);
        using var leaf = X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        Assert.True(chain.Build(leaf), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.True(leaf.MatchesHostname("n1.example.org", allowWildcards: false));
    }

    [Theory]
    [MemberData(nameof(Purposes))]
    public void Issue_EachProfile_HasItsUsages(CertificateProfile profile, string[] purposes)
    {
        using var authority = CertificateAuthority.Create("test CA");
        var spec = new CertificateSpec(profile) { CommonName = "n1", HostNames = ["10.0.0.1"] };

        CertificateInfo ecdsa = CertificateInfo.FromPem(authority.Issue(spec).CertificatePem);
        CertificateInfo rsa = CertificateInfo.FromPem(
            authority.Issue(spec with { KeyAlgorithm = KeyAlgorithm.Rsa2048 }).CertificatePem);

        Assert.Equal(purposes, ecdsa.ExtendedKeyUsages);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, ecdsa.KeyUsages);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, rsa.KeyUsages);
        Assert.False(ecdsa.IsAuthority);
    }

    [Fact]
    public void Create_Defaults_SelfSignedAuthorityForTenYears()
    {
        using var authority = CertificateAuthority.Create("prod etcd CA", clock: new FixedClock(Now));

        CertificateInfo certificate = authority.Certificate;
        Assert.Equal("CN=prod etcd CA", certificate.Subject);
        Assert.Equal(certificate.Subject, certificate.Issuer);
        Assert.True(certificate.IsAuthority);
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, certificate.KeyUsages);
        Assert.Equal(Now.AddMinutes(-5), certificate.NotBefore);
        Assert.Equal(Now.AddDays(3650), certificate.NotAfter);
        Assert.Equal(3650, certificate.DaysLeft(new FixedClock(Now)));
    }

    [Fact]
    public void Issue_Defaults_OneYearBackdatedWithCriticalConstraints()
    {
        using var authority = CertificateAuthority.Create("test CA", clock: new FixedClock(Now.AddDays(-1)));
        using var today = CertificateAuthority.Load(authority.CertificatePem, authority.ExportKeyPem(), new FixedClock(Now));

        IssuedCertificate issued = today.Issue(CertificateSpec.Client("app"));

        Assert.Equal(Now.AddMinutes(-5), issued.NotBefore);
        Assert.Equal(Now.AddDays(365), issued.NotAfter);
        using var certificate = X509Certificate2.CreateFromPem(issued.CertificatePem);
        Assert.Equal(issued.NotAfter, certificate.NotAfter.ToUniversalTime());
        Assert.Contains(certificate.Extensions, e => e is X509BasicConstraintsExtension { Critical: true, CertificateAuthority: false });
        Assert.Contains(certificate.Extensions, e => e is X509KeyUsageExtension { Critical: true });
        Assert.Equal(
            authority.Certificate.Subject + X509Certificate2.CreateFromPem(authority.CertificatePem).Extensions
                .OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier,
            certificate.Issuer + Convert.ToHexString(certificate.Extensions
                .OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.Span));
    }

    [Fact]
    public void Issue_LongerThanAuthority_EndsWithAuthority()
    {
        using var authority = CertificateAuthority.Create("test CA", validity: TimeSpan.FromDays(30), clock: new FixedClock(Now));

        IssuedCertificate issued = authority.Issue(CertificateSpec.Client("app"));

        Assert.Equal(authority.Certificate.NotAfter, issued.NotAfter);
    }

    [Fact]
    public void Issue_AuthorityExpired_ThrowsCertificateInvalid()
    {
        using var old = CertificateAuthority.Create("test CA", validity: TimeSpan.FromDays(30), clock: new FixedClock(Now));
        using var authority = CertificateAuthority.Load(old.CertificatePem, old.ExportKeyPem(), new FixedClock(Now.AddDays(31)));

        var error = Assert.Throws<EtcdException>(() => authority.Issue(CertificateSpec.Client("app")));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Contains("expired", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Issue_NamesAndAddresses_AllInCertificateOnce()
    {
        using var authority = CertificateAuthority.Create("test CA");
        CertificateSpec spec = CertificateSpec.Server("n1", "N1.example.org", "n1.example.org", "*.etcd.local", "10.1.2.3", "fd00:0:0::7");

        CertificateInfo certificate = CertificateInfo.FromPem(authority.Issue(spec).CertificatePem);

        Assert.Equal(
            ["n1.example.org", "*.etcd.local", "localhost", "10.1.2.3", "fd00::7", "127.0.0.1", "::1"],
            certificate.SubjectAlternativeNames);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("10.1")]
    [InlineData("10.0.0.256")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("[::1]")]
    [InlineData("n1:2379")]
    [InlineData("fe80::1%eth0")]
    [InlineData("-n1")]
    [InlineData("n1..example")]
    [InlineData("n1.example.")]
    [InlineData("https://n1")]
    [InlineData("n*.example")]
    [InlineData("bücher.example")]
    public void Issue_BadHostName_ThrowsArgumentExceptionNamingIt(string name)
    {
        using var authority = CertificateAuthority.Create("test CA");

        var error = Assert.Throws<ArgumentException>(() => authority.Issue(CertificateSpec.Server("n1", name)));

        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Issue_ServerWithoutHostNames_ThrowsArgumentException()
    {
        using var authority = CertificateAuthority.Create("test CA");

        Assert.Throws<ArgumentException>(() => authority.Issue(CertificateSpec.Server("n1")));
    }

    [Fact]
    public void Issue_ClientWithoutName_NamedByItsSerialNumber()
    {
        using var authority = CertificateAuthority.Create("test CA");

        IssuedCertificate issued = authority.Issue(CertificateSpec.Client());

        Assert.Equal($"CN=client-{issued.SerialNumber[^8..].ToLowerInvariant()}", issued.Subject);
    }

    [Fact]
    public void Issue_ManyInParallel_SerialNumbersPositiveAndDistinct()
    {
        using var authority = CertificateAuthority.Create("test CA");

        string[] serials = [.. Enumerable.Range(0, 200).AsParallel().Select(_ => authority.Issue(CertificateSpec.Client()).SerialNumber)];

        Assert.Equal(serials.Length, serials.Distinct(StringComparer.Ordinal).Count());
        Assert.All(serials, serial => Assert.Matches("^[4-7][0-9A-F]{31}$", serial));
    }

    [Fact]
    public void Issue_CommonNameWithSeparators_IsOneName()
    {
        using var authority = CertificateAuthority.Create("test CA");

        IssuedCertificate issued = authority.Issue(CertificateSpec.Client("a, O=system:masters+CN=root"));

        Assert.Equal("a, O=system:masters+CN=root", CertificateInfo.FromPem(issued.CertificatePem).CommonName);
    }

    [Fact]
    public void ToString_IssuedCertificate_HasNoKey()
    {
        using var authority = CertificateAuthority.Create("test CA");

        IssuedCertificate issued = authority.Issue(CertificateSpec.Client("app"));

        Assert.DoesNotContain("PRIVATE", issued.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----\n", issued.KeyPem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_KeyOfAnother_ThrowsCertificateInvalid()
    {
        using var one = CertificateAuthority.Create("one");
        using var two = CertificateAuthority.Create("two");

        var error = Assert.Throws<EtcdException>(() => CertificateAuthority.Load(one.CertificatePem, two.ExportKeyPem()));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
    }

    [Fact]
    public void Load_ClientCertificate_ThrowsCertificateInvalid()
    {
        using var authority = CertificateAuthority.Create("one");
        IssuedCertificate client = authority.Issue(CertificateSpec.Client("app"));

        var error = Assert.Throws<EtcdException>(() => CertificateAuthority.Load(client.CertificatePem, client.KeyPem));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
    }

    [Theory]
    [InlineData(KeyAlgorithm.EcdsaP384)]
    [InlineData(KeyAlgorithm.Rsa2048)]
    public void Load_ExportedAuthority_IssuesUnderTheSameName(KeyAlgorithm algorithm)
    {
        using var original = CertificateAuthority.Create("test CA", algorithm);

        using var loaded = CertificateAuthority.Load(original.CertificatePem, original.ExportKeyPem());

        Assert.Equal(original.Certificate.Thumbprint, loaded.Certificate.Thumbprint);
        Assert.Equal("CN=test CA", CertificateInfo.FromPem(loaded.Issue(CertificateSpec.Client()).CertificatePem).Issuer);
    }
}
