using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Monitoring.Metrics;
using EtcdAdmin.Monitoring.TextFiles;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Monitoring.TextFiles;

/// <summary>The health of a cluster in a file for node_exporter.</summary>
public sealed class HealthMetricsFileTests(OneMember one, Promtool promtool) : IClassFixture<OneMember>, IDisposable
{
    private static readonly DateTimeOffset Checked = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_RealCluster_IsReadByTheParserAndByPromtool()
    {
        EtcdCluster cluster = await one.GetAsync();
        Directory.CreateDirectory(_folder.File("snapshots"));
        EtcdSnapshot saved = await new SnapshotSaver(one.Lab.Context).SaveAsync(
            cluster, new SaveSnapshotRequest { Destination = _folder.File("snapshots") }, null, Token);

        EtcdHealthFile file =
            await new HealthExporter(one.Lab.Context).ExportAsync(cluster, _folder.Path, _folder.File("snapshots"), new HealthOptions(), Token);

        Assert.Equal((_folder.File("etcdadmin-demo.prom"), "Healthy with 1 known peer"), (file.Path, file.Summary));
        string text = await File.ReadAllTextAsync(file.Path, Token);
        var values = PrometheusText.Parse(text).ToDictionary(sample => sample.Series, sample => sample.Value);
        Assert.Equal(1, values["""etcdadmin_cluster_healthy{cluster="demo"}"""]);
        Assert.Equal(1, values["""etcdadmin_member_healthy{cluster="demo",member="demo-1"}"""]);
        double expiry = (values["""etcdadmin_member_certificate_expiry_timestamp_seconds{cluster="demo",member="demo-1"}"""]
            - DateTimeOffset.UtcNow.ToUnixTimeSeconds()) / 86_400;
        int days = (await new HealthChecker(one.Lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Members[0].CertificateDaysLeft!.Value;
        Assert.InRange(expiry, days - 0.1, days + 1.1);
        Assert.InRange(values["""etcdadmin_member_quota_used_ratio{cluster="demo",member="demo-1"}"""], 0, 0.1);
        Assert.Equal(saved.Created.ToUnixTimeMilliseconds() / 1000.0, values["""etcdadmin_last_snapshot_timestamp_seconds{cluster="demo"}"""]);
        Assert.DoesNotContain(values.Keys, series => series.StartsWith("etcdadmin_alarm", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(file.Path).HasFlag(UnixFileMode.OtherRead));
        Assert.Equal([file.Path], Directory.GetFiles(_folder.Path));
        ProcessResult result = await promtool.RunAsync(text, "check", "metrics");
        Assert.True(result.ExitCode == 0 && result.Error.Length == 0, result.Output + result.Error);
    }

    [Fact]
    public async Task Export_NoSuchSnapshotFolder_RecordsTheHealthAndFails()
    {
        EtcdCluster cluster = await one.GetAsync();
        var history = new HealthHistoryStore(one.Lab.Context);
        int before = (await history.ReadAsync("demo", TimeSpan.FromDays(1), Token)).Count;

        EtcdException failed = await Assert.ThrowsAsync<EtcdException>(() =>
            new HealthExporter(one.Lab.Context).ExportAsync(cluster, _folder.Path, _folder.File("nowhere"), new HealthOptions(), Token));

        Assert.Equal(EtcdErrorIds.SnapshotNotFound, failed.ErrorId);
        Assert.Equal(before + 1, (await history.ReadAsync("demo", TimeSpan.FromDays(1), Token)).Count);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Write_SickCluster_SaysWhatIsKnownOnly_AndReplacesTheFile()
    {
        var cluster = new EtcdCluster("a:b", [new Uri("http://127.0.0.1:9")]);
        var health = new ClusterHealth(
            [
                new EtcdHealth
                {
                    Cluster = cluster,
                    Member = "n\"1",
                    MemberId = new MemberId(1),
                    Reason = "alarm",
                    Reachable = true,
                    DbSizeBytes = 50,
                    QuotaBytes = 200,
                    CertificateDaysLeft = -2
                },
                new EtcdHealth { Cluster = cluster, Member = "n2", Reason = "does not answer", QuotaBytes = -1, DbSizeBytes = 5 },
            ])
        { Alarms = [new MemberAlarm(new MemberId(1), AlarmType.NoSpace), new MemberAlarm(new MemberId(0xabc), AlarmType.Corrupt)] };
        string first = await HealthMetricsFile.WriteAsync(_folder.Path, new HealthFacts(cluster, new ClusterHealth([]), Checked, Checked), Token);

        string path = await HealthMetricsFile.WriteAsync(_folder.Path, new HealthFacts(cluster, health, Checked, null), Token);

        Assert.Equal((first, _folder.File("etcdadmin-a_b.prom")), (path, path));
        string text = await File.ReadAllTextAsync(path, Token);
        Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
        var values = PrometheusText.Parse(text).ToDictionary(sample => sample.Series, sample => sample.Value);
        Assert.Equal(
            new Dictionary<string, double>
            {
                ["""etcdadmin_cluster_healthy{cluster="a:b"}"""] = 0,
                ["""etcdadmin_cluster_members{cluster="a:b"}"""] = 2,
                ["""etcdadmin_health_timestamp_seconds{cluster="a:b"}"""] = 1_790_000_000,
                ["""etcdadmin_member_healthy{cluster="a:b",member="n\"1"}"""] = 0,
                ["""etcdadmin_member_healthy{cluster="a:b",member="n2"}"""] = 0,
                ["""etcdadmin_member_reachable{cluster="a:b",member="n\"1"}"""] = 1,
                ["""etcdadmin_member_reachable{cluster="a:b",member="n2"}"""] = 0,
                ["""etcdadmin_member_database_bytes{cluster="a:b",member="n\"1"}"""] = 50,
                ["""etcdadmin_member_database_bytes{cluster="a:b",member="n2"}"""] = 5,
                ["""etcdadmin_member_quota_bytes{cluster="a:b",member="n\"1"}"""] = 200,
                ["""etcdadmin_member_quota_used_ratio{cluster="a:b",member="n\"1"}"""] = 0.25,
                ["""etcdadmin_member_certificate_expiry_timestamp_seconds{cluster="a:b",member="n\"1"}"""] = 1_790_000_000 - (2 * 86_400),
                ["""etcdadmin_alarm{cluster="a:b",alarm="NOSPACE",member="n\"1"}"""] = 1,
                ["""etcdadmin_alarm{cluster="a:b",alarm="CORRUPT",member="abc"}"""] = 1,
            },
            values);
    }

    public void Dispose() => _folder.Dispose();
}
