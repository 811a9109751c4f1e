using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Security;

public sealed class CertificateFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("test CA");

    public static TheoryData<KeyAlgorithm, CertificateProfile> Kinds => new(
        from algorithm in new[] { KeyAlgorithm.EcdsaP256, KeyAlgorithm.EcdsaP384, KeyAlgorithm.Rsa2048 }
        from profile in Enum.GetValues<CertificateProfile>()
        select (algorithm, profile));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Write_CertificateAndKey_HaveTheirModes()
    {
        string folder = _folder.File("pki");
        IssuedCertificate issued = _authority.Issue(CertificateSpec.Client("app"));

        PrivateFolder.Create(folder);
        await PemFile.WriteCertificateAsync(Path.Combine(folder, "client.crt"), issued.CertificatePem, Token);
        await PemFile.WriteKeyAsync(Path.Combine(folder, "client.key"), issued.KeyPem, Token);

        Assert.Equal(AtomicFile.OwnerOnlyFolder, UnixMode.Of(folder));
        Assert.Equal(AtomicFile.Public, UnixMode.Of(Path.Combine(folder, "client.crt")));
        Assert.Equal(AtomicFile.OwnerOnly, UnixMode.Of(Path.Combine(folder, "client.key")));
        Assert.Equal(issued.Thumbprint, (await CertificateInfo.ReadAsync(Path.Combine(folder, "client.crt"), Token)).Thumbprint);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Issue_EachProfile_OpensslAgreesOnPurpose(KeyAlgorithm algorithm, CertificateProfile profile)
    {
        using var authority = CertificateAuthority.Create("test CA", algorithm);
        IssuedCertificate issued = authority.Issue(
            new CertificateSpec(profile) { CommonName = "n1", HostNames = ["127.0.0.1"], KeyAlgorithm = algorithm });
        await PemFile.WriteCertificateAsync(_folder.File("ca.crt"), authority.CertificatePem, Token);
        await PemFile.WriteCertificateAsync(_folder.File("leaf.crt"), issued.CertificatePem, Token);
        await PemFile.WriteKeyAsync(_folder.File("leaf.key"), issued.KeyPem, Token);

        bool client = await OpensslVerifiesAsync("sslclient");
        bool server = await OpensslVerifiesAsync("sslserver");
        ProcessResult key = await OpensslAsync("pkey", "-in", _folder.File("leaf.key"), "-check", "-noout");

        Assert.True(client);
        Assert.Equal(profile is not CertificateProfile.Client, server);
        Assert.Equal(0, key.ExitCode);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("hello", "no certificate in PEM format")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n", "a private key, but a certificate is expected")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "damaged")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n", "cut off")]
    public async Task ReadAsync_NoCertificate_ThrowsWithPathAndReason(string content, string reason)
    {
        string path = _folder.File("x.crt");
        await File.WriteAllTextAsync(path, content, Token);

        var error = await Assert.ThrowsAsync<EtcdException>(() => CertificateInfo.ReadAsync(path, Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Equal(path, error.Target);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_FileMissing_ThrowsCertificateInvalid()
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => CertificateInfo.ReadAsync(_folder.File("none.crt"), Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
    }

    [Fact]
    public void KeyMatches_OwnKey_Returns()
    {
        IssuedCertificate issued = _authority.Issue(CertificateSpec.Client("app"));

        CertificateCheck.KeyMatches(issued.CertificatePem, issued.KeyPem, "client.crt");
    }

    [Fact]
    public void KeyMatches_OtherKey_ThrowsWithoutTheKey()
    {
        IssuedCertificate one = _authority.Issue(CertificateSpec.Client("one"));
        IssuedCertificate two = _authority.Issue(CertificateSpec.Client("two"));

        var error = Assert.Throws<EtcdException>(() => CertificateCheck.KeyMatches(one.CertificatePem, two.KeyPem, "client.crt"));

        Assert.Contains("does not match", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-traditional")]
    [InlineData("-aes256 -passout pass:secret")]
    public async Task KeyMatches_OtherKeyFormats_ReadsThemOrSaysWhyNot(string options)
    {
        IssuedCertificate issued = _authority.Issue(CertificateSpec.Client("app"));
        await PemFile.WriteKeyAsync(_folder.File("client.key"), issued.KeyPem, Token);
        ProcessResult converted = await OpensslAsync(["pkey", "-in", _folder.File("client.key"), .. options.Split(' ')]);

        Exception? error = Record.Exception(() => CertificateCheck.KeyMatches(issued.CertificatePem, converted.Output, "client.crt"));

        if (options == "-traditional") Assert.Null(error);
        else Assert.Contains("passphrase", Assert.IsType<EtcdException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsValidNow_OutsideItsTime_ThrowsWithTheDate()
    {
        CertificateInfo certificate = CertificateInfo.FromPem(_authority.Issue(CertificateSpec.Client("app")).CertificatePem);

        var late = Assert.Throws<EtcdException>(
            () => CertificateCheck.IsValidNow(certificate, "x.crt", new FixedClock(certificate.NotAfter.AddSeconds(1))));
        var early = Assert.Throws<EtcdException>(
            () => CertificateCheck.IsValidNow(certificate, "x.crt", new FixedClock(certificate.NotBefore.AddSeconds(-1))));

        Assert.Contains($"expired on {certificate.NotAfter:u}", late.Message, StringComparison.Ordinal);
        Assert.Contains($"not valid before {certificate.NotBefore:u}", early.Message, StringComparison.Ordinal);
        Assert.Equal(-1, certificate.DaysLeft(new FixedClock(certificate.NotAfter.AddSeconds(1))));
    }

    private async Task<bool> OpensslVerifiesAsync(string purpose)
    {
        ProcessResult result = await OpensslAsync(
            "verify", "-x509_strict", "-purpose", purpose, "-CAfile", _folder.File("ca.crt"), _folder.File("leaf.crt"));
        return result.ExitCode == 0;
    }

    private static async Task<ProcessResult> OpensslAsync(params string[] arguments)
    {
        try
        {
            return await ProcessRunner.RunAsync(new ProcessCommand("openssl", arguments), Token);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.HostCommandFailed)
        {
            Assert.Skip("openssl not found: install it to compare with its opinion.");
            throw;
        }
    }
}
