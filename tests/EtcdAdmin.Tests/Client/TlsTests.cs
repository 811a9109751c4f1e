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

    [Fact]
    public async Task Calls_PlainServerOnHttps_SayToUseHttp()
    {
        EtcdServer server = await SharedAsync("3.5");
        using var authority = CertificateAuthority.Create("test authority");

        EtcdRpcException error = await FailAsync(
            server, authority.ClientTls(), new UriBuilder(server.Endpoints[0]) { Scheme = "https" }.Uri);

        Assert.Equal(EtcdErrorIds.TlsFailed, error.ErrorId);
        Assert.Contains("http://", error.NextStep, StringComparison.Ordinal);
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

    private async Task<EtcdRpcException> FailAsync(EtcdServer server, EtcdTls? tls, Uri? endpoint = null)
    {
        EtcdClient client = Track(server.Connect(o => o with { Tls = tls, Endpoints = [endpoint ?? server.Endpoints[0]] }));
        return await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.PutAsync("k", "v", cancellationToken: Stop));
    }
}
