using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class TlsTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task Calls_RightAndWrongCertificates_WorkOrSayWhatIsWrong(string version)
    {
        using var authority = CertificateAuthority.Create("test authority");
        using var other = CertificateAuthority.Create("another authority");
        EtcdServer server = await StartAsync(version, new EtcdServerOptions { Authority = authority });

        EtcdClient client = Track(server.Connect());
        EtcdRpcException unknownCa = await FailAsync(server, other.ClientTls(authority));
        EtcdRpcException noCertificate = await FailAsync(server, EtcdTls.FromPem(authority.CertificatePem));
        EtcdRpcException foreignCertificate = await FailAsync(server, authority.ClientTls(other));
        EtcdRpcException systemOnly = await FailAsync(server, tls: null);
        EtcdRpcException plain = await FailAsync(server, authority.ClientTls(), new UriBuilder(server.Endpoints[0]) { Scheme = "http" }.Uri);

        await client.Kv.PutAsync(Prefix, "v", cancellationToken: Stop);
        Assert.All([unknownCa, noCertificate, foreignCertificate, systemOnly, plain],
            e => Assert.True(e is { ErrorId: EtcdErrorIds.TlsFailed, NotApplied: true, NextStep.Length: > 0 }, e.ToString()));
        Assert.Contains("issued by 'CN=test authority', is not trusted", unknownCa.Message, StringComparison.Ordinal);
        Assert.Contains("requires a client certificate", noCertificate.Message, StringComparison.Ordinal);
        Assert.Contains("does not accept the client certificate", foreignCertificate.Message, StringComparison.Ordinal);
        Assert.Contains("uses TLS", plain.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_CertificateForOtherName_SayTheNamesAndWorkWithServerName()
    {
        using var authority = CertificateAuthority.Create("test authority");
        EtcdServer server = await StartAsync("3.5", new EtcdServerOptions { Authority = authority, ServerNames = ["etcd.example", "n1.example"] });

        EtcdRpcException error = await FailAsync(server, authority.ClientTls());
        EtcdClient client = Track(server.Connect(o => o with { Tls = authority.ClientTls() with { ServerName = "n1.example" } }));

        Assert.Equal(EtcdErrorIds.TlsFailed, error.ErrorId);
        Assert.Contains("not valid for '127.0.0.1', only for etcd.example, n1.example", error.Message, StringComparison.Ordinal);
        await client.Kv.PutAsync(Prefix, "v", cancellationToken: Stop);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task Calls_PlainServerOnHttps_SayToUseHttp(string version)
    {
        EtcdServer server = await SharedAsync(version);
        using var authority = CertificateAuthority.Create("test authority");

        EtcdRpcException error = await FailAsync(
            server, authority.ClientTls(), new UriBuilder(server.Endpoints[0]) { Scheme = "https" }.Uri);

        Assert.Equal(EtcdErrorIds.TlsFailed, error.ErrorId);
        Assert.Contains("does not use TLS here (it answers plain HTTP)", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Use {server.Url(0)} ", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_ServerOfAnotherProtocolOnHttps_SayThatItIsNotTls()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Task greeting = GreetAsync(other);
        using var client = new EtcdClient(new EtcdClientOptions
        {
            Endpoints = [new Uri($"https://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}")],
            Retry = false,
        });

        var error = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.GetAsync("k", Stop));

        Assert.Equal(EtcdErrorIds.TlsFailed, error.ErrorId);
        Assert.Contains("does not answer with TLS", error.Message, StringComparison.Ordinal);
        other.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => greeting); // the listener ended
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task Calls_ClientCertificateOfAnIntermediate_WorkWithItInTheFileAndSayThatItIsMissing(string version)
    {
        using var root = new TestCertificate(TestCertificate.Root("root"));
        using var middle = new TestCertificate(TestCertificate.Intermediate("middle", root));
        using var mine = new TestCertificate(new TestCertificateSpec("me") { Issuer = middle });
        using var authority = CertificateAuthority.Load(root.Pem, root.KeyPem);
        EtcdServer server = await StartAsync(version, new EtcdServerOptions { Authority = authority }); // trusts the root only
        var sources = new EtcdTlsSources("my/ca.crt", "my/client.crt", "my/client.key");
        EtcdClient client = Track(server.Connect(o => o with
        {
            Tls = EtcdTls.FromPem(root.Pem, mine.Pem + middle.Pem, mine.KeyPem, sources: sources),
        }));

        await client.Kv.PutAsync(Prefix, "v", cancellationToken: Stop);
        EtcdRpcException error = await FailAsync(server, EtcdTls.FromPem(root.Pem, mine.Pem, mine.KeyPem, sources: sources));

        Assert.Equal(EtcdErrorIds.TlsFailed, error.ErrorId);
        Assert.Contains("does not accept the client certificate 'CN=me' in 'my/client.crt', issued by 'CN=middle'", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("If 'CN=middle' is an intermediate authority, append its certificate to 'my/client.crt'", error.NextStep,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromPem_NoCertificateInText_ThrowsCertificateInvalid()
    {
        EtcdException error = Assert.Throws<EtcdException>(() => EtcdTls.FromPem("nothing"));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
    }

    [Fact]
    public void FromPem_KeyOfAnotherCertificate_ThrowsCertificateInvalid()
    {
        using var authority = CertificateAuthority.Create("test authority");

        EtcdException error = Assert.Throws<EtcdException>(
            () => EtcdTls.FromPem(
                authority.CertificatePem,
                authority.Issue(CertificateSpec.Client("a")).CertificatePem,
                authority.Issue(CertificateSpec.Client("b")).KeyPem));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
    }

    // As an ssh server does: it speaks first.
    private static async Task GreetAsync(TcpListener listener)
    {
        while (true)
        {
            using TcpClient client = await listener.AcceptTcpClientAsync(Stop);
            await client.GetStream().WriteAsync("SSH-2.0-OpenSSH_10.0\r\n"u8.ToArray(), Stop);
            client.Client.Shutdown(SocketShutdown.Send);
        }
    }

    private async Task<EtcdRpcException> FailAsync(EtcdServer server, EtcdTls? tls, Uri? endpoint = null)
    {
        EtcdClient client = Track(server.Connect(o => o with { Tls = tls, Endpoints = [endpoint ?? server.Endpoints[0]] }));
        return await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.PutAsync("k", "v", cancellationToken: Stop));
    }
}
