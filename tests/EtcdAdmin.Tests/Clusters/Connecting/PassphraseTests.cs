using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Client;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Connecting;

/// <summary>Client certificates with encrypted keys, in the formats that openssl and .NET write, at a server that trusts only the root.</summary>
public sealed class PassphraseTests : IClassFixture<SwapServer>, IDisposable
{
    private const string Passphrase = "sésame, ouvre-toi";

    private readonly SwapServer _swap;
    private readonly TempFolder _folder = new();
    private readonly TestCertificate _middle;
    private readonly TestCertificate _mine;

    public PassphraseTests(SwapServer swap)
    {
        _swap = swap;
        _middle = new TestCertificate(TestCertificate.Intermediate("middle", swap.Root));
        _mine = new TestCertificate(new TestCertificateSpec("me") { Issuer = _middle });
    }

    public static TheoryData<string> Kinds =>
    [
        "PKCS#8", "PKCS#8 in DER format", "openssl's older PEM", "certificate and key in one PEM file", "PKCS#12", "PKCS#12 with RC2",
        "PKCS#12 with 3DES",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _mine.Dispose();
        _middle.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Connect_RightPassphrase_SendsTheCertificateWithItsIntermediate(string kind)
    {
        await using var lab = new LocalLab();
        ConnectRequest request = (await RequestAsync(kind, Passphrase)) with { Name = "mine" };

        await new ClusterConnector(lab.Context).ConnectAsync(request, Token);

        EtcdCluster saved = await lab.Context.Profiles.LoadAsync("mine", Token);
        await saved.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token);
        string pki = Path.Combine(lab.Context.Profiles.Folder("mine"), "pki");
        Assert.DoesNotContain("PRIVATE KEY", await File.ReadAllTextAsync(Path.Combine(pki, "client.crt"), Token), StringComparison.Ordinal);
        Assert.DoesNotContain(Passphrase, request.ToString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Connect_WrongOrNoPassphrase_SaysWhichFileNeedsIt(string kind)
    {
        await using var lab = new LocalLab();
        ConnectRequest request = await RequestAsync(kind, "another");
        string file = request.KeyFile ?? request.CertificateFile!; // set for all kinds

        var wrong = await Assert.ThrowsAsync<EtcdException>(() => new ClusterConnector(lab.Context).ConnectAsync(request, Token));
        var none = await Assert.ThrowsAsync<EtcdException>(
            () => new ClusterConnector(lab.Context).ConnectAsync(request with { Passphrase = null }, Token));

        Assert.All([wrong, none], error => Assert.Equal((EtcdErrorIds.CertificateInvalid, file), (error.ErrorId, error.Target)));
        Assert.Contains("the passphrase does not", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("no passphrase was given", none.Message, StringComparison.Ordinal);
        Assert.Contains("-Passphrase", none.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_AuthorityInPkcs12_IsTrusted()
    {
        string store = _folder.File("trust.p12");
        await File.WriteAllBytesAsync(store, _swap.Root.Certificate.Export(X509ContentType.Pkcs12, Passphrase)!, Token);

        string pem = await PemFile.ReadAsync(store, Passphrase, Token);

        Assert.Equal(_swap.Root.Pem, pem);
    }

    private async Task<ConnectRequest> RequestAsync(string kind, string passphrase)
    {
        string ca = await WriteAsync("ca.crt", _swap.Root.Pem);
        string certificate = await WriteAsync("me.crt", _mine.Pem + _middle.Pem);
        string? key = null;
        var secret = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        switch (kind)
        {
            case "PKCS#8":
                key = await WriteAsync("me.key", _mine.Key.ExportEncryptedPkcs8PrivateKeyPem(Passphrase, secret));
                break;
            case "PKCS#8 in DER format":
                key = _folder.File("me.der");
                await File.WriteAllBytesAsync(key, _mine.Key.ExportEncryptedPkcs8PrivateKey(Passphrase, secret), Token);
                break;
            case "openssl's older PEM":
                key = _folder.File("me.key");
                await OpensslAsync("ec", "-in", await WriteAsync("plain.key", _mine.KeyPem), "-aes256", "-passout", "stdin", "-out", key);
                break;
            case "certificate and key in one PEM file":
                certificate = await WriteAsync("both.pem",
                    _mine.Key.ExportEncryptedPkcs8PrivateKeyPem(Passphrase, secret) + "\n" + _mine.Pem + _middle.Pem);
                break;
            default:
                certificate = _folder.File("me.p12");
                string[] older = kind switch
                {
                    "PKCS#12" => [],
                    "PKCS#12 with RC2" => ["-legacy"], // openssl's default before 3.0
                    _ => ["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
                };
                await OpensslAsync(
                ["pkcs12", "-export", "-inkey", await WriteAsync("plain.key", _mine.KeyPem), "-in", _folder.File("me.crt"),
                    "-passout", "stdin", "-out", certificate, .. older]);
                break;
        }

        return new ConnectRequest
        {
            Endpoints = [_swap.Server.Url(0)],
            CaFile = ca,
            CertificateFile = certificate,
            KeyFile = key,
            Passphrase = passphrase,
        };
    }

    private static async Task OpensslAsync(params string[] arguments)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Passphrase + "\n"));
        ProcessResult result = await EtcdBinaries.RunAsync("openssl", arguments, input, Token);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder.File(name), text, Token);
        return _folder.File(name);
    }
}
