using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Security;

/// <summary>Authorities of operators: in PEM and PKCS#12 files, below a root, encrypted.</summary>
public sealed class AuthorityFileTests : IDisposable
{
    private readonly OwnAuthorities _own = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _own.Dispose();

    [Theory]
    [InlineData("pkcs8")]
    [InlineData("traditional")]
    [InlineData("plain")]
    public async Task ReadAsync_PemWithKeyOfOpenssl_Issues(string kind)
    {
        string plain = _own.Write("plain.key", _own.Intermediate.KeyPem), key = _own.Folder.File("ca.key");
        await OwnAuthorities.OpensslAsync(["pkey", "-in", plain, "-out", key, .. kind switch
        {
            "pkcs8" => ["-aes256", "-passout", "pass:sécret"],
            "traditional" => ["-aes256", "-traditional", "-passout", "pass:sécret"],
            _ => Array.Empty<string>(),
        }]);
        // The order of the certificates does not matter: the key says which one is the authority.
        string file = _own.Write("ca.crt", _own.Root.Pem + _own.Intermediate.Pem);

        using CertificateAuthority authority = await AuthorityFile.ReadAsync(file, key, "sécret", null, Token);

        Assert.Equal("CN=Example etcd CA", authority.Certificate.Subject);
        Assert.Equal("CN=Example root", CertificateInfo.FromPem(authority.CertificatePem).Subject);
        Assert.Equal(_own.Intermediate.Pem, authority.ChainPem);
        Assert.EndsWith(_own.Intermediate.Pem, authority.Issue(CertificateSpec.Client("app")).CertificatePem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modern")]
    [InlineData("legacy")]
    public async Task ReadAsync_Pkcs12OfOpenssl_Issues(string kind)
    {
        string[] options = kind == "modern" ? [] : ["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"];
        string file = await _own.Pkcs12Async("ca.p12", _own.Intermediate, _own.Root.Pem, "secret", options);

        using CertificateAuthority authority = await AuthorityFile.ReadAsync(file, null, "secret", null, Token);

        Assert.Equal(("CN=Example etcd CA", _own.Root.Pem), (authority.Certificate.Subject, authority.CertificatePem));
        Assert.Equal(_own.Intermediate.KeyPem, authority.ExportKeyPem());
    }

    [Fact]
    public async Task Issue_IntermediateAuthority_OpensslVerifiesEachPurpose()
    {
        using CertificateAuthority authority = _own.Load();
        string root = _own.Write("root.crt", authority.CertificatePem), chain = _own.Write("chain.crt", authority.ChainPem);
        foreach (CertificateProfile profile in Enum.GetValues<CertificateProfile>())
        {
            string leaf = _own.Write("leaf.crt", authority.Issue(
                new CertificateSpec(profile) { CommonName = "n1", HostNames = ["127.0.0.1"], IncludeLocalhost = true }).CertificatePem);
            string[] purposes = profile == CertificateProfile.Client ? ["sslclient"] : ["sslclient", "sslserver"];

            foreach (string purpose in purposes)
                await OwnAuthorities.OpensslAsync("verify", "-x509_strict", "-purpose", purpose, "-CAfile", root, "-untrusted", chain, leaf);
        }
    }

    [Fact]
    public async Task ReadAsync_FilesThatCannotBeUsed_SayWhy()
    {
        string root = _own.Write("root.crt", _own.Root.Pem), both = _own.Write("both.crt", _own.Intermediate.Pem + _own.Root.Pem);
        string alone = _own.Write("alone.crt", _own.Intermediate.Pem);
        string key = _own.Write("ca.key", _own.Intermediate.KeyPem), rootKey = _own.Write("root.key", _own.Root.KeyPem);
        using var expired = new TestCertificate(TestCertificate.Root("Old") with { NotAfter = DateTimeOffset.UtcNow.AddDays(-1) });
        string old = _own.Write("old.pem", expired.Pem + expired.KeyPem);
        using var oldRoot = new TestCertificate(TestCertificate.Root("Old root") with { NotAfter = DateTimeOffset.UtcNow.AddDays(-1) });
        using var below = new TestCertificate(TestCertificate.Intermediate("Below", oldRoot));
        string belowOld = _own.Write("below.pem", below.Pem + oldRoot.Pem + below.KeyPem);
        using var leaf = new TestCertificate(new TestCertificateSpec("leaf") { Issuer = _own.Root });
        string server = _own.Write("leaf.pem", leaf.Pem + _own.Root.Pem + leaf.KeyPem);
        string p12 = await _own.Pkcs12Async("ca.p12", _own.Intermediate, _own.Root.Pem, "secret");
        string encrypted = _own.Folder.File("encrypted.key");
        await OwnAuthorities.OpensslAsync("pkey", "-in", key, "-aes256", "-passout", "pass:secret", "-out", encrypted);

        await RefusedAsync(old, null, null, "expired on");
        await RefusedAsync(belowOld, null, null, "the certificate of CN=Old root expired on");
        await RefusedAsync(alone, rootKey, null, "does not match a certificate");
        await RefusedAsync(root, key, null, "does not match a certificate");
        await RefusedAsync(root, null, null, "it has no private key");
        await RefusedAsync(alone, key, null, "the root authority is missing: 'CN=Example etcd CA' was issued by 'CN=Example root'");
        await RefusedAsync(server, null, null, "not an authority's");
        await RefusedAsync(p12, null, null, "it is a PKCS#12 file with a passphrase");
        await RefusedAsync(p12, null, "wrong", "the passphrase does not open this PKCS#12 file");
        await RefusedAsync(both, encrypted, null, "encrypted with a passphrase, and no passphrase was given");
        await RefusedAsync(both, encrypted, "wrong", "the passphrase does not decrypt its private key");
        await RefusedAsync(_own.Folder.File("nothing.crt"), null, null, "does not exist");
    }

    [Fact]
    public void ExportKeyPem_Passphrase_OnlyItDecrypts()
    {
        using var authority = CertificateAuthority.Create(
            new AuthoritySpec { Subject = "CN=prod CA, O=Example", KeyAlgorithm = KeyAlgorithm.EcdsaP384, Backdate = TimeSpan.FromHours(2) });

        string pem = authority.ExportKeyPem("secret");

        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", pem, StringComparison.Ordinal);
        Assert.Equal(authority.ExportKeyPem(), EncryptedKey.DecryptAll(pem, "ca.key", "secret").TrimEnd() + "\n");
        Assert.Throws<EtcdException>(() => EncryptedKey.DecryptAll(pem, "ca.key", "other"));
        Assert.Equal(("CN=prod CA, O=Example", "prod CA"), (authority.Certificate.Subject, authority.Certificate.CommonName));
        Assert.InRange(authority.Certificate.NotBefore, DateTimeOffset.UtcNow.AddHours(-2.1), DateTimeOffset.UtcNow.AddHours(-1.9));
        Assert.Throws<ArgumentException>(() => CertificateAuthority.Create(new AuthoritySpec { Subject = "XX==,O" }));
    }

    private static async Task RefusedAsync(string path, string? keyPath, string? passphrase, string reason)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => AuthorityFile.ReadAsync(path, keyPath, passphrase, null, Token));
        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.NextStep);
        Assert.DoesNotContain("PRIVATE", error.ToString(), StringComparison.Ordinal);
    }
}
