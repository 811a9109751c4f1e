using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Monitoring.Metrics;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Monitoring.Metrics;

/// <summary>The metrics of real members of all versions, and members that do not serve them.</summary>
public sealed class MetricReaderTests(SharedServers servers) : EtcdTest(servers)
{
    private AdminContext Context => new(new EtcdAdminHome(Folder.File("home"), Folder.File("packages")));

    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    [Theory, MemberData(nameof(Versions))]
    public async Task Read_EachVersion_HasTheMetricsOfTheAlertsAndTheDashboard(string version)
    {
        EtcdServer server = await SharedAsync(version);
        var cluster = new EtcdCluster("shared", server.Endpoints);

        ClusterMetrics read = await new MetricReader(Context).ReadAsync(cluster, new MetricRequest(), Stop);

        Assert.Empty(read.Failures);
        EtcdMetric leader = Assert.Single(read.Metrics, metric => metric.Name == "etcd_server_has_leader");
        Assert.Equal(("m0", 1.0, MetricType.Gauge), (leader.Member, leader.Value, leader.Type));
        Assert.NotEmpty(leader.Help);
        Assert.Contains(read.Metrics, metric => metric.Name == "etcd_disk_wal_fsync_duration_seconds_bucket"
            && metric.Labels["le"] == "+Inf" && metric.Type == MetricType.Histogram);
        string[] needed =
        [
            "etcd_server_leader_changes_seen_total", "etcd_server_proposals_committed_total", "etcd_server_proposals_applied_total",
            "etcd_server_proposals_pending", "etcd_server_proposals_failed_total", "etcd_disk_backend_commit_duration_seconds_bucket",
            "grpc_server_handled_total", "process_open_fds", "process_max_fds",
            "process_resident_memory_bytes", "process_start_time_seconds", "etcd_network_client_grpc_received_bytes_total",
            "etcd_debugging_mvcc_keys_total", "etcd_server_heartbeat_send_failures_total", "etcd_server_quota_backend_bytes", "etcd_server_version",
            .. EtcdBinaries.IsAtLeast(version, "3.4")
                ? ["etcd_mvcc_db_total_size_in_bytes", "etcd_mvcc_db_total_size_in_use_in_bytes", "etcd_server_slow_apply_total",
                    "etcd_server_slow_read_indexes_total", "etcd_server_is_learner"]
                : Array.Empty<string>(),
        ];
        Assert.Empty(needed.Except(read.Metrics.Select(metric => metric.Name)));
    }

    [Fact]
    public async Task Read_WithInterval_GivesTheRateOfWrites()
    {
        EtcdServer server = await StartAsync("3.5");
        var cluster = new EtcdCluster("own", server.Endpoints);
        Task<ClusterMetrics> reading = new MetricReader(Context).ReadAsync(
            cluster, new MetricRequest
            {
                Interval = TimeSpan.FromSeconds(2),
                Includes = name => name is "grpc_server_handled_total" or "etcd_server_has_leader"
            }, Stop);
        await Task.Delay(500, Stop);
        for (int i = 0; i < 20; i++) await cluster.Client.Kv.PutAsync("key", $"{i}", cancellationToken: Stop);

        IReadOnlyList<EtcdMetric> read = (await reading).Metrics;

        EtcdMetric puts = Assert.Single(read, metric => metric.Name == "grpc_server_handled_total"
            && metric.Labels["grpc_method"] == "Put" && metric.Labels["grpc_code"] == "OK");
        Assert.InRange(puts.Rate!.Value, 5, 10.5);
        Assert.Equal(20, puts.Value);
        Assert.Null(Assert.Single(read, metric => metric.Name == "etcd_server_has_leader").Rate);
    }

    [Fact]
    public async Task Read_OneMemberIsDown_IsAnErrorAndTheOthersAreRead()
    {
        EtcdServer server = await StartAsync("3.5", new EtcdServerOptions { Members = 3 });
        await server.KillAsync(1);

        ClusterMetrics read = await new MetricReader(Context).ReadAsync(new EtcdCluster("own", server.Endpoints), new MetricRequest(), Stop);

        EtcdException down = Assert.Single(read.Failures);
        Assert.Equal((EtcdErrorIds.ConnectFailed, "m1"), (down.ErrorId, down.Target));
        Assert.StartsWith("The metrics of member m1 could not be read. Cannot connect to ", down.Message, StringComparison.Ordinal);
        Assert.Contains("supply it with -Port", down.NextStep, StringComparison.Ordinal);
        Assert.Equal(["m0", "m2"], read.Metrics.Select(metric => metric.Member).Distinct());
    }

    [Fact]
    public async Task Read_ClientUrlWithoutHttp_PointsToThePortWhereTheyAre()
    {
        int[] ports = FreePorts.Take(2);
        EtcdServer server = await StartAsync("3.5", new EtcdServerOptions
        {
            Arguments = ["--listen-metrics-urls", $"http://127.0.0.1:{ports[0]}", "--listen-client-http-urls", $"http://127.0.0.1:{ports[1]}"],
        });
        var cluster = new EtcdCluster("own", server.Endpoints);

        EtcdException none = Assert.Single((await new MetricReader(Context).ReadAsync(cluster, new MetricRequest(), Stop)).Failures);
        ClusterMetrics read = await new MetricReader(Context).ReadAsync(cluster, new MetricRequest { Port = ports[0] }, Stop);

        Assert.Contains("listen-metrics-urls", none.NextStep, StringComparison.Ordinal);
        Assert.Empty(read.Failures);
        Assert.Contains(read.Metrics, metric => metric.Name == "etcd_server_has_leader");
        EtcdException closed =
            Assert.Single((await new MetricReader(Context).ReadAsync(cluster, new MetricRequest { Port = FreePorts.Take(1)[0] }, Stop)).Failures);
        Assert.Equal(EtcdErrorIds.ConnectFailed, closed.ErrorId);
        Assert.DoesNotContain("-Port", closed.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_Tls_WithTheRightAuthorityAtClientUrlAndMetricsUrl_WithAnotherOneNot()
    {
        using CertificateAuthority authority = CertificateAuthority.Create("one");
        using CertificateAuthority other = CertificateAuthority.Create("other");
        int port = FreePorts.Take(1)[0];
        EtcdServer server = await StartAsync(
            "3.5", new EtcdServerOptions { Authority = authority, Arguments = ["--listen-metrics-urls", $"https://127.0.0.1:{port}"] });
        EtcdCluster cluster = ClusterOf(server, authority, authority);

        ClusterMetrics atClientUrl = await new MetricReader(Context).ReadAsync(cluster, new MetricRequest(), Stop);
        ClusterMetrics atPort = await new MetricReader(Context).ReadAsync(cluster, new MetricRequest { Port = port }, Stop);
        EtcdException untrusted =
            Assert.Single((await new MetricReader(Context).ReadAsync(ClusterOf(server, other, authority), new MetricRequest(), Stop)).Failures);

        Assert.Empty(atClientUrl.Failures);
        Assert.Empty(atPort.Failures);
        Assert.NotEmpty(atClientUrl.Metrics);
        Assert.NotEmpty(atPort.Metrics);
        Assert.Equal(EtcdErrorIds.TlsFailed, untrusted.ErrorId);
        Assert.NotNull(untrusted.NextStep);
    }

    [Fact]
    public async Task Read_SilentEndpoint_IsATimeout()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var cluster = new EtcdCluster("silent", [new Uri($"http://{silent.LocalEndpoint}")]);

        ClusterMetrics read =
            await new MetricReader(Context).ReadAsync(cluster, new MetricRequest { Timeout = TimeSpan.FromMilliseconds(500) }, Stop);

        Assert.Equal(EtcdErrorIds.Timeout, Assert.Single(read.Failures).ErrorId);
    }

    private static EtcdCluster ClusterOf(EtcdServer server, CertificateAuthority trusted, CertificateAuthority issuer)
    {
        IssuedCertificate client = issuer.Issue(CertificateSpec.Client("tester"));
        return new EtcdCluster("own", server.Endpoints)
        {
            Tls = new ClusterTls(trusted.CertificatePem, client.CertificatePem) { KeyPem = client.KeyPem, Sources = new EtcdTlsSources() },
        };
    }
}
