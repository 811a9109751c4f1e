using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Clusters.Health;

/// <summary>The health of clusters that others installed, of which nothing but addresses is known.</summary>
public sealed class ForeignHealthTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AdminContext Context => new(new EtcdAdminHome(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task CheckAsync_ThroughALearnerAlone_AllMembersAreCounted(string version)
    {
        await using EtcdServer server = await EtcdServer.StartAsync(version);
        int[] ports = FreePorts.Take(2);
        var client = new Uri($"http://127.0.0.1:{ports[0]}");
        var peer = new Uri($"http://127.0.0.1:{ports[1]}");
        using EtcdClient voter = server.Connect();
        MemberId voterId = (await voter.Maintenance.StatusAsync(Token)).Header.MemberId;
        MemberAddResult added = await voter.Cluster.AddLearnerAsync([peer], Token);
        var learner = new EtcdServerProcess(server.Binaries.Etcd);
        learner.Start(
        [
            "--name", "learner", "--data-dir", _folder.File("learner"), "--initial-cluster-state", "existing",
            "--listen-client-urls", Text(client), "--advertise-client-urls", Text(client),
            "--listen-peer-urls", Text(peer), "--initial-advertise-peer-urls", Text(peer),
            "--initial-cluster", string.Join(
                ',', added.Members.Select(member => $"{(member.IsStarted ? member.Name : "learner")}={Text(member.PeerUrls[0])}")),
        ]);
        try
        {
            var through = new EtcdCluster("through", [client]);
            await Poll.UntilAsync(async () => (await CheckAsync(through)).Members.Any(member => member.IsLearner == true), Token);

            ClusterHealth health = await CheckAsync(through);

            Assert.Equal("UnHealthy with 2 known peers", health.Summary);
            Assert.True(health.Members.Single(member => member.IsLearner == true).Healthy);
            EtcdHealth other = health.Members.Single(member => member.IsLearner is null);
            Assert.Equal((voterId, false), (other.MemberId!.Value, other.Healthy));
            Assert.StartsWith("not checked: ", other.Reason, StringComparison.Ordinal);
            Assert.Equal("Healthy with 2 known peers", (await CheckAsync(new EtcdCluster("both", [client, server.Endpoints[0]]))).Summary);
            // Who else there is stands in its metrics; where these do not come, nobody waits for them.
            await using var way = new CutOffWay("GET /metrics");
            way.LeadTo(client);
            ClusterHealth cut = await CheckAsync(new EtcdCluster("cut", [way.Address]), new HealthOptions { Timeout = TimeSpan.FromSeconds(1) })
                .WaitAsync(TimeSpan.FromSeconds(10), Token);
            Assert.Equal("UnHealthy with 2 known peers", cut.Summary); // its leader stands in its status
        }
        finally
        {
            await learner.KillAsync();
        }
    }

    [Fact]
    public async Task CheckAsync_AddressOfAnotherCluster_IsNotHealthy()
    {
        await using EtcdServer one = await EtcdServer.StartAsync("3.5");
        await using EtcdServer two = await EtcdServer.StartAsync("3.5");

        ClusterHealth health = await CheckAsync(new EtcdCluster("mixed", [one.Endpoints[0], two.Endpoints[0]]));

        Assert.Equal("UnHealthy with 2 known peers", health.Summary);
        EtcdHealth other = health.Members.Single(member => !member.Healthy);
        Assert.Equal((bool?)false, other.IsMember);
        Assert.StartsWith("another cluster answers at its address: member ", other.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, "its certificate expires in less than one day, on ")]
    [InlineData(36, "its certificate expires in 1 day, on ")]
    [InlineData(29 * 24, "its certificate expires in 28 days, on ")]
    public async Task CheckAsync_CertificateNearItsEnd_IsNotHealthyUntilItIsRenewed(int hours, string reason)
    {
        using CertificateAuthority authority = CertificateAuthority.Create("ca");
        var options = new EtcdServerOptions { Authority = authority, ServerValidity = TimeSpan.FromHours(hours) };
        await using EtcdServer server = await EtcdServer.StartAsync("3.5", options);
        EtcdCluster cluster = Secure(server, authority, CertificateSpec.Client("tester"));

        EtcdHealth near = Assert.Single((await CheckAsync(cluster)).Members);
        EtcdHealth unwatched = Assert.Single((await CheckAsync(cluster, new HealthOptions { WarnDays = 0 })).Members);
        IssuedCertificate renewed = authority.Issue(CertificateSpec.Server("m0", "127.0.0.1"));
        await PemFile.WriteKeyAsync(Path.Combine(server.Folder, "m0-Server.key"), renewed.KeyPem, Token);
        await PemFile.WriteCertificateAsync(Path.Combine(server.Folder, "m0-Server.crt"), renewed.CertificatePem, Token);
        EtcdHealth after = Assert.Single((await CheckAsync(cluster)).Members);

        Assert.StartsWith(reason, near.Reason, StringComparison.Ordinal);
        Assert.Equal((false, true, true, (hours - 1) / 24), (near.Healthy, near.Reachable, near.Serves, near.CertificateDaysLeft));
        Assert.Equal((true, "leader"), (unwatched.Healthy, unwatched.Reason));
        Assert.Equal((true, "leader", 364), (after.Healthy, after.Reason, after.CertificateDaysLeft)); // the connection is the one from before
    }

    [Fact]
    public async Task CheckAsync_OwnCertificateNearItsEnd_IsAWarning()
    {
        using CertificateAuthority authority = CertificateAuthority.Create("ca");
        await using EtcdServer server = await EtcdServer.StartAsync("3.5", new EtcdServerOptions { Authority = authority });
        EtcdCluster cluster = Secure(server, authority, CertificateSpec.Client("tester") with { Validity = TimeSpan.FromDays(3.5) });

        ClusterHealth health = await CheckAsync(cluster);

        Assert.Equal("Healthy with 1 known peer", health.Summary);
        Assert.StartsWith(
            "The client certificate 'tester' for cluster 'secure' expires in 3 days, on ", Assert.Single(health.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_AuthorityNearItsEnd_IsNotHealthyUnlessItIsRenewed()
    {
        using var old = new TestCertificate(TestCertificate.Root("ca") with { NotAfter = DateTimeOffset.UtcNow.AddDays(3.5) });
        using var renewed = new TestCertificate(TestCertificate.Root("ca") with { Key = old.Key });
        using var middle = new TestCertificate(TestCertificate.Intermediate("middle", old) with { NotAfter = DateTimeOffset.UtcNow.AddDays(2.5) });
        using var shown = new TestCertificate(new TestCertificateSpec("m0") { Issuer = old });
        using var mine = new TestCertificate(new TestCertificateSpec("me") { Issuer = middle });
        using var authority = CertificateAuthority.Load(old.Pem, old.KeyPem);
        await using EtcdServer server = await EtcdServer.StartAsync("3.5", new EtcdServerOptions { Authority = authority });
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "m0-Server.key"), shown.KeyPem, Token);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "m0-Server.crt"), shown.Pem, Token);
        EtcdCluster Trusting(string ca) =>
            new("secure", server.Endpoints) { Tls = new ClusterTls(ca, mine.Pem + middle.Pem) { KeyPem = mine.KeyPem } };

        ClusterHealth ending = await CheckAsync(Trusting(old.Pem));
        ClusterHealth both = await CheckAsync(Trusting(old.Pem + renewed.Pem));

        EtcdHealth member = Assert.Single(ending.Members);
        Assert.Equal((false, true), (member.Healthy, member.Serves));
        Assert.StartsWith("the authority 'ca' of its certificate expires in 3 days, on ", member.Reason, StringComparison.Ordinal);
        Assert.Equal("Healthy with 1 known peer", both.Summary);
        Assert.StartsWith(
            "The client certificate 'me' for cluster 'secure' depends on the CA 'middle', whose certificate in the same file expires in 2 days, on ",
                Assert.Single(both.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_TestWriteThatTheUserMayNotMake_SaysSo()
    {
        await using EtcdServer server = await EtcdServer.StartAsync("3.5");
        using EtcdClient root = server.Connect();
        await root.Auth.AddRoleAsync("root", Token);
        await root.Auth.AddUserAsync("root", "secret", Token);
        await root.Auth.GrantRoleAsync("root", "root", Token);
        await root.Auth.AddUserAsync("reader", "secret", Token);
        await root.Auth.EnableAsync(Token);
        var options = new HealthOptions { CheckWrite = true };

        EtcdHealth reader = Assert.Single((await CheckAsync(As(server, "reader"), options)).Members);
        EtcdHealth allowed = Assert.Single((await CheckAsync(As(server, "root"), options)).Members);
        EtcdHealth unhashed = Assert.Single((await CheckAsync(As(server, "reader"), new HealthOptions { CheckHash = true })).Members);

        Assert.Equal((false, null), (unhashed.Healthy, unhashed.HashConsistent));
        Assert.Matches("^its data was not compared: Maintenance.(HashKV|Status) at .*permission denied.*'reader'", unhashed.Reason);
        Assert.Equal((false, null, (bool?)true), (reader.Healthy, reader.Writable, reader.HasQuorum));
        Assert.StartsWith(
            "the test write was skipped: user 'reader' is not permitted to write keys with the prefix 'etcdadmin/health-check/'", reader.Reason,
            StringComparison.Ordinal);
        Assert.Equal((true, (bool?)true), (allowed.Healthy, allowed.Writable));
    }

    [Fact]
    public async Task CheckAsync_NameThatIsNotResolvedAndSilentAddress_TakeNoLongerThanTheTimeout()
    {
        await using EtcdServer server = await EtcdServer.StartAsync("3.5");
        // Nothing comes back from an address that is kept for documentation (RFC 5737).
        var cluster = new EtcdCluster("far", [new Uri("http://no-such-host.invalid:2379"), new Uri("http://192.0.2.1:2379"), server.Endpoints[0]]);
        var silent = new EtcdCluster("silent", [new Uri("http://no-such-host.invalid:2379"), new Uri("http://192.0.2.1:2379")]);
        long start = TimeProvider.System.GetTimestamp();

        ClusterHealth health = await CheckAsync(cluster, new HealthOptions { Timeout = TimeSpan.FromSeconds(2) });
        TimeSpan first = TimeProvider.System.GetElapsedTime(start);
        ClusterHealth none = await CheckAsync(silent, new HealthOptions { Timeout = TimeSpan.FromSeconds(2) });
        TimeSpan second = TimeProvider.System.GetElapsedTime(start) - first;

        Assert.Equal(("Healthy with 1 known peer", "Errored with 0 known peers"), (health.Summary, none.Summary));
        Assert.InRange(first, TimeSpan.Zero, TimeSpan.FromSeconds(3.5));
        Assert.InRange(second, TimeSpan.Zero, TimeSpan.FromSeconds(3.5));
    }

    [Theory]
    [InlineData("Maintenance/HashKV", @"^its data was not compared: Maintenance\.HashKV at .*: no answer within [01]\.[0-9]+ s$")]
    [InlineData("KV/Put", @"^a test write failed: KV\.Put at .*: no answer within 1\.[0-9]+ s$")]
    public async Task CheckAsync_MemberFallsSilentAfterItsFirstAnswers_TakesNoLongerThanTheTimeout(string call, string reason)
    {
        bool hash = call.EndsWith("HashKV", StringComparison.Ordinal);
        await using var way = new CutOffWay(call);
        await using EtcdServer server = await EtcdServer.StartAsync(
            "3.5", new EtcdServerOptions { Arguments = ["--advertise-client-urls", EndpointUrl.Show(way.Address)] });
        way.LeadTo(server.Endpoints[0]);
        // At the second address nobody ever answers, so it is waited for as long as there is time.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var cluster = new EtcdCluster("cut", hash ? [way.Address, new Uri($"http://{silent.LocalEndpoint}")] : [way.Address]);
        long start = TimeProvider.System.GetTimestamp();

        ClusterHealth health = await CheckAsync(
            cluster, new HealthOptions { Timeout = TimeSpan.FromSeconds(2), CheckHash = hash, CheckWrite = !hash });

        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine($"{call}: {took}");
        Assert.InRange(took, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3.2));
        EtcdHealth member = Assert.Single(health.Members);
        Assert.Equal((false, true, null), (member.Healthy, member.Reachable, member.HashConsistent));
        Assert.Matches(reason, member.Reason);
    }

    private Task<ClusterHealth> CheckAsync(EtcdCluster cluster, HealthOptions? options = null) =>
        new HealthChecker(Context).CheckAsync(cluster, options ?? new HealthOptions(), Token);

    private static EtcdCluster As(EtcdServer server, string user) =>
        new("guarded", server.Endpoints) { Credential = new EtcdCredential(user, "secret") };

    private static EtcdCluster Secure(EtcdServer server, CertificateAuthority authority, CertificateSpec own)
    {
        IssuedCertificate client = authority.Issue(own);
        return new EtcdCluster("secure", server.Endpoints)
        {
            Tls = new ClusterTls(authority.CertificatePem, client.CertificatePem) { KeyPem = client.KeyPem },
        };
    }

    private static string Text(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
