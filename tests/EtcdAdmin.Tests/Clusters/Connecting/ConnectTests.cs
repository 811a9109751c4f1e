using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Connecting;

public sealed class ConnectTests(OneMember shared) : IClassFixture<OneMember>, IAsyncLifetime
{
    private readonly LocalLab _lab = shared.Lab;
    private EtcdCluster _cluster = null!; // set before every test

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ClusterConnector Connector => new(_lab.Context);

    public async ValueTask InitializeAsync() => _cluster = await shared.GetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task ConnectAsync_CredentialPackage_ReachesTheClusterAndIsSaved()
    {
        CredentialPackageInfo package = await new CredentialExporter(_lab.Context)
            .ExportAsync(_cluster, _lab.Path, new CredentialRequest { UserName = "app" }, Token);

        await Connector.ConnectAsync(new ConnectRequest { Name = "again", CredentialPackage = package.Path }, Token);

        EtcdCluster saved = await _lab.Context.Profiles.LoadAsync("again", Token);
        await saved.Client.Kv.PutAsync("/x", "y", cancellationToken: Token);
        Assert.Equal("CN=app", package.Subject);
        Assert.False(saved.IsManaged);
        Assert.Equal(_cluster.Endpoints, saved.Endpoints);
        string key = Path.Combine(_lab.Context.Profiles.Folder("again"), "pki", "client.key");
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(key));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_lab.Context.Profiles.Folder("again")));
    }

    [Fact]
    public async Task ExportAsync_ValidityAndKeys_AreThoseOfTheRequest()
    {
        CredentialPackageInfo package = await new CredentialExporter(_lab.Context).ExportAsync(
            _cluster, Path.Combine(_lab.Path, "short.tar.gz"),
            new CredentialRequest { UserName = "short", Validity = TimeSpan.FromDays(2), KeyAlgorithm = KeyAlgorithm.Rsa2048 }, Token);

        CredentialPackage read = await CredentialPackage.ReadAsync(package.Path, null, Token);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(read.CertificatePem);
        Assert.Equal(1, CertificateInfo.FromPem(read.CertificatePem).DaysLeft());
        Assert.Equal(2048, certificate.GetRSAPublicKey()!.KeySize); // an RSA key, as asked for
    }

    [Fact]
    public async Task ExportAsync_RequestsThatCannotBeMet_WriteNothing()
    {
        var exporter = new CredentialExporter(_lab.Context);
        string folder = Directory.CreateDirectory(Path.Combine(_lab.Path, "refused")).FullName;
        Task<EtcdException> RefusedAsync(CredentialRequest request) =>
            Assert.ThrowsAsync<EtcdException>(() => exporter.ExportAsync(_cluster, folder, request, Token));

        EtcdException longer = await RefusedAsync(new CredentialRequest { Validity = TimeSpan.FromDays(4000) });
        EtcdException open = await RefusedAsync(new CredentialRequest { Format = CredentialFormat.Pkcs12 });
        EtcdException locked = await RefusedAsync(new CredentialRequest { Password = "secret" });
        EtcdException named = await RefusedAsync(new CredentialRequest { Format = CredentialFormat.KubernetesSecret, SecretName = "A B" });

        Assert.Equal(EtcdErrorIds.CertificateInvalid, longer.ErrorId);
        Assert.Contains("the authority expires on ", longer.Message, StringComparison.Ordinal);
        Assert.Contains("at most 36", longer.NextStep, StringComparison.Ordinal);
        Assert.All([open, locked, named], error => Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId));
        Assert.Contains("needs a password", open.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task DescribeAsync_EtcdctlVariables_AreUnderstood()
    {
        string pki = Path.Combine(_lab.Context.Profiles.Folder("demo"), "pki");
        var environment = new EtcdctlEnvironment(new Dictionary<string, string>
        {
            ["ETCDCTL_ENDPOINTS"] = _cluster.Endpoints[0].Authority,
            ["ETCDCTL_CACERT"] = pki + "/ca.crt",
            ["ETCDCTL_CERT"] = pki + "/client.crt",
            ["ETCDCTL_KEY"] = pki + "/client.key",
            ["ETCDCTL_USER"] = "ann:pass:word",
        });

        EtcdCluster cluster = await Connector.DescribeAsync(new ConnectRequest(), environment, Token);

        Assert.Equal(_cluster.Endpoints, cluster.Endpoints);
        Assert.Equal(new EtcdCredential("ann", "pass:word"), cluster.Credential);
        await new EtcdCluster("plain", cluster.Endpoints) { Tls = cluster.Tls }.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token);
    }

    [Fact]
    public async Task ConnectAsync_NobodyThere_SavesNothing()
    {
        var request = new ConnectRequest { Name = "gone", Endpoints = [$"127.0.0.1:{FreePorts.Take(1)[0]}"] };

        var error = await Assert.ThrowsAsync<EtcdRpcException>(() => Connector.ConnectAsync(request, Token));

        Assert.Equal(EtcdErrorIds.ConnectFailed, error.ErrorId);
        Assert.False(_lab.Context.Profiles.Exists("gone"));
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("ftp://127.0.0.1:2379")]
    [InlineData("http://127.0.0.1:2379/path")]
    public async Task ConnectAsync_BadEndpoint_IsRefused(string endpoint)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => Connector.ConnectAsync(new ConnectRequest { Endpoints = [endpoint] }, Token));

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
    }

    [Fact]
    public async Task ConnectAsync_NameOfAnInstalledCluster_IsRefused()
    {
        var request = new ConnectRequest { Name = "demo", Endpoints = ["http://127.0.0.1:1"] };

        var error = await Assert.ThrowsAsync<EtcdException>(() => Connector.ConnectAsync(request, Token));

        Assert.Equal(EtcdErrorIds.AlreadyExists, error.ErrorId);
        Assert.True((await _lab.Context.Profiles.LoadAsync("demo", Token)).IsManaged);
    }

    [Fact]
    public async Task ToString_ClusterTls_ShowsNoKey()
    {
        EtcdCluster saved = await _lab.Context.Profiles.LoadAsync("demo", Token);

        Assert.DoesNotContain("PRIVATE", saved.Tls!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(typeof(ClusterTls).GetProperties(), property => property.Name.Contains("Key", StringComparison.Ordinal));
    }
}
