using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Security;
using EtcdAdmin.Text;
using YamlDotNet.Serialization;

namespace EtcdAdmin.Tests.Security;

/// <summary>Credentials as PKCS#12 files and Kubernetes secrets.</summary>
public sealed class CredentialFormatTests : IDisposable
{
    private readonly PackageSample _sample = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData(Pkcs12Encryption.Modern, "PBES2, PBKDF2, AES-256-CBC", "sha256")]
    [InlineData(Pkcs12Encryption.Legacy, "pbeWithSHA1And3-KeyTripleDES-CBC", "sha1")]
    public async Task WritePkcs12Async_EachEncryption_OpensslAndDotNetReadIt(Pkcs12Encryption encryption, string expected, string mac)
    {
        CredentialPackageInfo info = await _sample.Package.WritePkcs12Async(
            _sample.Folder.Path, "pässword", encryption, overwrite: false, null, Token);

        ProcessResult shown = await OpensslAsync("pkcs12", "-in", info.Path, "-passin", "pass:pässword", "-nodes", "-info");
        X509Certificate2Collection loaded = X509CertificateLoader.LoadPkcs12CollectionFromFile(info.Path, "pässword");
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(_sample.Package.KeyPem);
        using X509Certificate2 own = Assert.Single(loaded, one => one.HasPrivateKey);

        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains(expected, shown.Error, StringComparison.Ordinal);
        Assert.Contains($"MAC: {mac}", shown.Error, StringComparison.Ordinal);
        Assert.Contains("BEGIN PRIVATE KEY", shown.Output, StringComparison.Ordinal);
        Assert.Equal(_sample.Folder.File("etcd_credentials.p12"), info.Path);
        Assert.Equal(AtomicFile.OwnerOnly, UnixMode.Of(info.Path));
        Assert.Equal(("CN=app", 2), (own.Subject, loaded.Count));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), own.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Contains(loaded, one => one.Subject == "CN=test CA");
        Assert.Throws<CryptographicException>(() => X509CertificateLoader.LoadPkcs12CollectionFromFile(info.Path, "other"));
    }

    [Fact]
    public async Task WriteSecretAsync_Manifest_HasTheFilesAndTheEndpoints()
    {
        CredentialPackageInfo info = await _sample.Package.WriteSecretAsync(
            _sample.Folder.Path, new KubernetesSecret("etcd.app-1", "1000"), overwrite: false, null, Token);

        string text = await File.ReadAllTextAsync(info.Path, Token);
        var manifest = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(text);
        var metadata = (Dictionary<object, object>)manifest["metadata"];
        var data = (Dictionary<object, object>)manifest["data"];
        Assert.Equal(("v1", "Secret", "kubernetes.io/tls"), (manifest["apiVersion"], manifest["kind"], manifest["type"]));
        Assert.Equal(("etcd.app-1", "1000"), (metadata["name"], metadata["namespace"]));
        Assert.Contains("namespace: '1000'", text, StringComparison.Ordinal); // without quotes it would be a number
        Assert.Equal(
            [_sample.Package.AuthorityPem, _sample.Package.CertificatePem, _sample.Package.KeyPem,
                "https://n1.example:2379,https://10.0.0.2:443,https://[fd00::3]:2379"],
            new[] { "ca.crt", "tls.crt", "tls.key", "endpoints" }
                .Select(name => Encoding.UTF8.GetString(Convert.FromBase64String((string)data[name]))));
        Assert.Equal(_sample.Folder.File("etcd_credentials.yaml"), info.Path);
        Assert.Equal(AtomicFile.OwnerOnly, UnixMode.Of(info.Path));
    }

    [Theory]
    [InlineData("Upper", null)]
    [InlineData("a_b", null)]
    [InlineData("-a", null)]
    [InlineData("a..b", null)]
    [InlineData("a\nb", null)]
    [InlineData("ok", "two.parts")]
    [InlineData("ok", "x'y")]
    public void Check_NamesThatKubernetesRefuses_AreRefused(string name, string? space)
    {
        var error = Assert.Throws<EtcdException>(new KubernetesSecret(name, space).Check);

        Assert.Equal((EtcdErrorIds.SpecInvalid, space ?? name), (error.ErrorId, error.Target));
    }

    [Fact]
    public async Task WritePkcs12Async_FileExists_IsKept()
    {
        string path = _sample.Folder.File("mine.p12");
        await File.WriteAllTextAsync(path, "mine", Token);

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => _sample.Package.WritePkcs12Async(path, "secret", Pkcs12Encryption.Modern, overwrite: false, null, Token));

        Assert.Equal((EtcdErrorIds.FileExists, "mine"), (error.ErrorId, await File.ReadAllTextAsync(path, Token)));
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
