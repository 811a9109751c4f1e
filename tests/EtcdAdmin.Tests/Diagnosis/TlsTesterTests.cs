using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Diagnosis.Handshakes;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Client;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Diagnosis;

/// <summary>What Test-EtcdTls says of servers with each fault.</summary>
public sealed class TlsTesterTests(SwapServer swap) : IClassFixture<SwapServer>, IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private LocalLab _lab = null!; // set before every test

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _lab = new LocalLab();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task TestAsync_EachVersion_ShowsTheHandshakeAndThatAClientCertificateIsRequired(string version)
    {
        using var authority = CertificateAuthority.Create("test authority");
        await using EtcdServer server = await EtcdServer.StartAsync(version, new EtcdServerOptions { Authority = authority });
        IssuedCertificate client = authority.Issue(CertificateSpec.Client("me"));
        ConnectRequest request = Request(server, authority.CertificatePem, client.CertificatePem, client.KeyPem);

        EtcdTlsResult good = await OneAsync(request);
        EtcdTlsResult anonymous = await OneAsync(request with { CertificateFile = null, KeyFile = null });

        Assert.True(good.Passed, good.ToString());
        Assert.Matches("^TLS works: the certificate is trusted by .*ca.crt, and the server requires a client certificate and accepts 'CN=me'\\.$",
            good.Verdict);
        Assert.Null(good.NextStep);
        Assert.Matches("^TLS 1\\.[23]$", good.Protocol);
        Assert.StartsWith("TLS_", good.CipherSuite, StringComparison.Ordinal);
        Assert.Equal(("CN=m0", "CN=test authority", true, ClientCertificateDemand.Required, true),
            (good.Subject, good.Issuer, good.Trusted, good.ClientCertificate, good.ClientAccepted));
        Assert.Contains("127.0.0.1", good.Names);
        Assert.Contains("serverAuth", good.Usages);
        Assert.Equal(["CN=test authority"], good.ClientAuthorities);
        Assert.InRange(good.ClockSkew!.Value.TotalMinutes, -1, 1); // a busy machine reads the answer late
        Assert.InRange(good.DaysLeft!.Value, 360, 366);
        Assert.False(anonymous.Passed);
        Assert.StartsWith("The server requires a client certificate and none was given", anonymous.Verdict, StringComparison.Ordinal);
        Assert.Equal((ClientCertificateDemand.Required, (bool?)null, "CN=m0"),
            (anonymous.ClientCertificate, anonymous.ClientAccepted, anonymous.Subject));
    }

    [Theory]
    [InlineData("untrusted", false, "not 'CN=other root', which issued 'CN=middle'")]
    [InlineData("expired", true, "expired on ")]
    [InlineData("future", true, "is not valid before ")]
    [InlineData("name", true, "is not valid for '127.0.0.1', only for n9.example")]
    [InlineData("usage", true, "is not issued for servers (its extended key usage: clientAuth)")]
    public async Task TestAsync_FaultOfTheServer_IsNamedAndEverythingIsShownAllTheSame(string fault, bool trusted, string reason)
    {
        using var other = new TestCertificate(TestCertificate.Root("other root"));
        using var middle = new TestCertificate(TestCertificate.Intermediate("middle", fault == "untrusted" ? other : swap.Root));
        var spec = new TestCertificateSpec("server") { Issuer = middle };
        using var server = new TestCertificate(fault switch
        {
            "expired" => spec with { NotAfter = DateTimeOffset.UtcNow.AddDays(-2) },
            "future" => spec with { NotBefore = DateTimeOffset.UtcNow.AddDays(2) },
            "name" => spec with { Addresses = [], DnsNames = ["n9.example"] },
            "usage" => spec with { Purposes = [TestCertificate.ClientAuth] },
            _ => spec,
        });
        using var client = new TestCertificate(new TestCertificateSpec("me") { Issuer = swap.Root });
        swap.Show(server, middle);

        EtcdTlsResult result = await OneAsync(Request(swap.Server, swap.Root.Pem, client.Pem, client.KeyPem));

        Assert.False(result.Passed);
        Assert.Contains(reason, result.Verdict, StringComparison.Ordinal);
        Assert.NotEmpty(result.NextStep!);
        Assert.Equal(trusted, result.Trusted);
        Assert.Equal(["CN=server", "CN=middle"], result.Chain.Select(one => one.Subject));
        Assert.NotNull(result.Protocol);
        Assert.Equal(ClientCertificateDemand.Required, result.ClientCertificate);
        Assert.True(result.ClientAccepted); // whatever this side thinks of the server
    }

    [Theory]
    [InlineData("foreign", "does not accept the client certificate 'CN=me'")]
    [InlineData("without its chain", "does not accept the client certificate 'CN=me'")]
    [InlineData("expired", "('CN=me') expired on ")]
    [InlineData("usage", "('CN=me') is not issued for clients")]
    public async Task TestAsync_FaultOfTheClientCertificate_NamesItsFileAndWhomTheServerAccepts(string fault, string reason)
    {
        using var other = new TestCertificate(TestCertificate.Root("other root"));
        using var middle = new TestCertificate(TestCertificate.Intermediate("middle", swap.Root));
        using var server = new TestCertificate(new TestCertificateSpec("server") { Issuer = swap.Root });
        var spec = new TestCertificateSpec("me") { Issuer = swap.Root };
        using var client = new TestCertificate(fault switch
        {
            "foreign" => spec with { Issuer = other },
            "without its chain" => spec with { Issuer = middle },
            "expired" => spec with { NotAfter = DateTimeOffset.UtcNow.AddDays(-2) },
            _ => spec with { Purposes = [TestCertificate.ServerAuth] },
        });
        swap.Show(server);
        ConnectRequest request = Request(swap.Server, swap.Root.Pem, client.Pem, client.KeyPem);

        EtcdTlsResult result = await OneAsync(request);

        Assert.False(result.Passed);
        Assert.Contains(reason, result.Verdict, StringComparison.Ordinal);
        Assert.Contains(request.CertificateFile!, result.Verdict, StringComparison.Ordinal);
        Assert.Contains("accepts client certificates of CN=clients' root", result.Verdict, StringComparison.Ordinal);
        Assert.Equal((true, false), (result.Trusted, result.ClientAccepted));
    }

    [Theory]
    [InlineData(-31, "20 days ahead of")]
    [InlineData(300, "300 days behind")]
    public async Task TestAsync_ThisMachinesClockIsWrong_SaysSoByTheServersClock(int days, string difference)
    {
        using var server = new TestCertificate(new TestCertificateSpec("server") { Issuer = swap.Root });
        swap.Show(server);
        // A quarter of a day more: durations are rounded down, and this clock stands still.
        double ahead = days + 0.25;
        var clock = new FixedClock(DateTimeOffset.UtcNow.AddDays(ahead));
        using var client = new TestCertificate(new TestCertificateSpec("me")
        { Issuer = swap.Root, NotBefore = DateTimeOffset.UtcNow.AddYears(-1), NotAfter = DateTimeOffset.UtcNow.AddYears(2) });

        EtcdTlsResult result = (await new TlsTester(_lab.Context with { Clock = clock }, TimeSpan.FromSeconds(10), 30)
            .TestAsync(Request(swap.Server, swap.Root.Pem, client.Pem, client.KeyPem), Token)).Single();

        Assert.False(result.Passed);
        Assert.Contains(difference[..3], result.Verdict, StringComparison.Ordinal);
        Assert.Contains("by the server's clock, the certificate is valid.", result.Verdict, StringComparison.Ordinal);
        Assert.Contains("correct the wrong one", result.NextStep, StringComparison.Ordinal);
        Assert.InRange(result.ClockSkew!.Value.TotalDays, -ahead - 0.01, -ahead + 0.01);
    }

    [Fact]
    public async Task TestAsync_ServerWithoutClientCertificates_SaysThatEveryoneMayConnect()
    {
        using var authority = CertificateAuthority.Create("test authority");
        IssuedCertificate issued = authority.Issue(CertificateSpec.Server("n1", "127.0.0.1"));
        string certificate = Write("n1.crt", issued.CertificatePem), key = Write("n1.key", issued.KeyPem);
        string second = $"https://127.0.0.1:{FreePorts.Take(1)[0]}";
        await using EtcdServer server = await EtcdServer.StartAsync("3.5",
            new EtcdServerOptions { ExtraClientUrls = [second], Arguments = ["--cert-file", certificate, "--key-file", key] });

        var request = new ConnectRequest
        {
            Endpoints = [second, server.Url(0), server.Url(0).Replace("http:", "https:", StringComparison.Ordinal),
                second.Replace("https:", "http:", StringComparison.Ordinal), $"https://127.0.0.1:{FreePorts.Take(1)[0]}"],
            CaFile = Write("ca.crt", authority.CertificatePem),
        };

        IReadOnlyList<EtcdTlsResult> results =
            await new TlsTester(_lab.Context, TimeSpan.FromSeconds(10), warnDays: 1000).TestAsync(request, Token);

        Assert.Equal(5, results.Count);
        Assert.Equal((true, ClientCertificateDemand.NotRequested), (results[0].Passed, results[0].ClientCertificate));
        Assert.Contains("the server asks for no client certificate. The certificate expires in 36", results[0].Verdict, StringComparison.Ordinal);
        Assert.All(results.Skip(1), result => Assert.False(result.Passed));
        Assert.StartsWith("The endpoint answers plain HTTP", results[1].Verdict, StringComparison.Ordinal);
        Assert.StartsWith("The server does not use TLS here (it answers plain HTTP)", results[2].Verdict, StringComparison.Ordinal);
        Assert.StartsWith("The server uses TLS, but the endpoint is http", results[3].Verdict, StringComparison.Ordinal);
        Assert.Contains("Connection refused", results[4].Verdict, StringComparison.Ordinal);
    }

    private async Task<EtcdTlsResult> OneAsync(ConnectRequest request) =>
        (await new TlsTester(_lab.Context, TimeSpan.FromSeconds(10), warnDays: 30).TestAsync(request, Token)).Single();

    private ConnectRequest Request(EtcdServer server, string ca, string certificate, string key) => new()
    {
        Endpoints = [server.Url(0)],
        CaFile = Write("ca.crt", ca),
        CertificateFile = Write("me.crt", certificate),
        KeyFile = Write("me.key", key),
    };

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }
}
