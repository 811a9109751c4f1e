using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Monitoring.Export;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Monitoring.Export;

/// <summary>The alert rules, by Prometheus's own checker: a cluster where everything is wrong raises all of them, and a healthy one none.</summary>
public sealed partial class AlertRulesTests(Promtool promtool) : IDisposable
{
    private const int Minutes = 780; // one alert waits for 12 hours

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Rules_AreValid()
    {
        string rules = await WriteAsync();

        ProcessResult checkedRules = await promtool.RunAsync(null, "check", "rules", rules);

        Assert.True(checkedRules.ExitCode == 0, checkedRules.Output + checkedRules.Error);
        Assert.True(Names(AlertRules.File("etcd")).Count >= 15);
        Assert.Contains($"{Names(AlertRules.File("etcd")).Count} rules found", checkedRules.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_SickCluster_RaisesEachAlert_AndHealthyClusterNone()
    {
        await WriteAsync();
        var test = new StringBuilder(
            """
            rule_files: [etcd-alerts.yml]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:

            """);
        foreach (string member in new[] { "n1", "n2", "n3" }) AddHealthy(test, member);
        AddSick(test);
        test.Append(CultureInfo.InvariantCulture, $"    promql_expr_test:\n      - expr: "
            + $"count by (cluster, alertname) (ALERTS{{alertstate=\"firing\"}})\n        eval_time: {Minutes}m\n        exp_samples:\n");
        foreach (string name in Names(AlertRules.File("etcd")))
        {
            test.Append(CultureInfo.InvariantCulture, $"          - labels: '{{alertname=\"{name}\",cluster=\"sick\"}}'\n");
            test.Append(CultureInfo.InvariantCulture, $"            value: {(name == "EtcdMemberDown" ? 2 : 1)}\n");
        }

        string file = _folder.File("test.yml");
        await File.WriteAllTextAsync(file, test.ToString(), TestContext.Current.CancellationToken);
        ProcessResult result = await promtool.RunAsync(null, "test", "rules", file);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains("SUCCESS", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_SayWhatHappenedAndWhatIsNext_AndNameTheJob()
    {
        string rules = AlertRules.File("db-etcd");

        int count = Names(rules).Count;
        Assert.Equal(count, Names(rules).Distinct().Count());
        Assert.Equal(count, Regex.Count(rules, @"^          summary: 'etcd \{\{ \$labels\.cluster \}\}: \S", RegexOptions.Multiline));
        Assert.Equal(count, Regex.Count(rules, @"^          description: '\S", RegexOptions.Multiline));
        Assert.Equal(count, Regex.Count(rules, @"^        labels: \{severity: (info|warning|critical)\}$", RegexOptions.Multiline));
        Assert.DoesNotContain("@JOB@", rules, StringComparison.Ordinal);
        Assert.Contains("up{job=\"db-etcd\"} == 0", rules, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void AddHealthy(StringBuilder test, string member)
    {
        void Add(string name, string values, string labels = "") => AddSeries(test, name, "well", member, labels, values);
        Add("up", "1+0");
        Add("etcd_server_has_leader", "1+0");
        Add("etcd_server_leader_changes_seen_total", "1+0");
        Add("process_start_time_seconds", "1+0");
        Add("etcd_server_is_learner", "0+0");
        Add("etcd_server_version", "1+0", ",server_version=\"3.5.30\"");
        Add("etcd_server_proposals_committed_total", "9000+100");
        Add("etcd_server_proposals_applied_total", "8990+100");
        foreach (string histogram in Histograms)
        {
            Add($"{histogram}_bucket", "0+100", ",To=\"x\",le=\"0.001\"");
            Add($"{histogram}_bucket", "0+100", ",To=\"x\",le=\"+Inf\"");
        }

        foreach (string counter in Counters) Add(counter, "3+0");
        Add("etcd_server_proposals_pending", "1+0");
        Add("grpc_server_handled_total", "0+100", ",grpc_service=\"KV\",grpc_method=\"Put\",grpc_code=\"OK\"");
        Add("process_open_fds", "50+0");
        Add("process_max_fds", "1000+0");
        Add("etcd_mvcc_db_total_size_in_bytes", "700000000+10");
        Add("etcd_mvcc_db_total_size_in_use_in_bytes", "600000000+0");
        Add("etcd_server_quota_backend_bytes", "2000000000+0");
        Add("etcdadmin_member_healthy", "1+0");
        Add("etcdadmin_member_certificate_expiry_timestamp_seconds", "9000000+0");
        if (member != "n1") return;
        AddSeries(test, "etcdadmin_last_snapshot_timestamp_seconds", "well", null, "", "0+60");
        AddSeries(test, "etcdadmin_health_timestamp_seconds", "well", null, "", "0+60");
    }

    private static void AddSick(StringBuilder test)
    {
        void Add(string name, string values, string labels = "") => AddSeries(test, name, "sick", "n1", labels, values);
        Add("up", "1+0");
        AddSeries(test, "up", "sick", "n2", "", "0+0");
        AddSeries(test, "up", "sick", "n3", "", "0+0");
        Add("etcd_server_has_leader", "0+0");
        Add("etcd_server_leader_changes_seen_total", "0+1");
        Add("process_start_time_seconds", "0+60");
        Add("etcd_server_is_learner", "1+0");
        Add("etcd_server_version", "1+0", ",server_version=\"3.5.30\"");
        AddSeries(test, "etcd_server_version", "sick", "n2", ",server_version=\"3.6.14\"", "1+0");
        Add("etcd_server_proposals_committed_total", "9000+100");
        Add("etcd_server_proposals_applied_total", "5000+100");
        foreach (string histogram in Histograms)
        {
            Add($"{histogram}_bucket", "0+0", ",To=\"x\",le=\"0.512\"");
            Add($"{histogram}_bucket", "0+100", ",To=\"x\",le=\"1.024\"");
            Add($"{histogram}_bucket", "0+100", ",To=\"x\",le=\"+Inf\"");
        }

        foreach (string counter in Counters) Add(counter, "0+1");
        Add("etcd_server_proposals_pending", "30+0");
        Add("grpc_server_handled_total", "0+10", ",grpc_service=\"KV\",grpc_method=\"Put\",grpc_code=\"OK\"");
        Add("grpc_server_handled_total", "0+10", ",grpc_service=\"KV\",grpc_method=\"Put\",grpc_code=\"Unavailable\"");
        Add("process_open_fds", "900+0");
        Add("process_max_fds", "1000+0");
        Add("etcd_mvcc_db_total_size_in_bytes", "1900000000+100000");
        Add("etcd_mvcc_db_total_size_in_use_in_bytes", "500000000+0");
        Add("etcd_server_quota_backend_bytes", "2000000000+0");
        Add("etcdadmin_member_healthy", "0+0");
        Add("etcdadmin_alarm", "1+0", ",alarm=\"NOSPACE\"");
        Add("etcdadmin_member_certificate_expiry_timestamp_seconds", "90000+0");
        AddSeries(test, "etcdadmin_last_snapshot_timestamp_seconds", "sick", null, "", "-100000+0");
        AddSeries(test, "etcdadmin_health_timestamp_seconds", "sick", null, "", "0+0");
    }

    private static readonly string[] Histograms =
        ["etcd_disk_wal_fsync_duration_seconds", "etcd_disk_backend_commit_duration_seconds", "etcd_network_peer_round_trip_time_seconds"];

    private static readonly string[] Counters =
    [
        "etcd_server_heartbeat_send_failures_total", "etcd_server_slow_apply_total", "etcd_server_slow_read_indexes_total",
        "etcd_server_proposals_failed_total",
    ];

    private static void AddSeries(StringBuilder test, string name, string cluster, string? member, string labels, string values)
    {
        string who = member is null ? "" : $",member=\"{member}\",instance=\"{member}:2379\"";
        test.Append(CultureInfo.InvariantCulture,
            $"      - series: '{name}{{job=\"etcd\",cluster=\"{cluster}\"{who}{labels}}}'\n        values: '{values}x{Minutes}'\n");
    }

    private static IReadOnlyList<string> Names(string rules) => [.. NamePattern().Matches(rules).Select(match => match.Groups[1].Value)];

    private async Task<string> WriteAsync()
    {
        string path = _folder.File("etcd-alerts.yml");
        await File.WriteAllTextAsync(path, AlertRules.File("etcd"), TestContext.Current.CancellationToken);
        return path;
    }

    [GeneratedRegex(@"^      - alert: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex NamePattern();
}
