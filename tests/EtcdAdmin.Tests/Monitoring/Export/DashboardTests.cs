using System.Text;
using System.Text.Json.Nodes;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Monitoring.Export;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Monitoring.Export;

/// <summary>What Grafana needs of a dashboard, and what operators look for in it.</summary>
public sealed class DashboardTests(Promtool promtool)
{
    private static readonly JsonNode Parsed = JsonNode.Parse(Dashboard.File("db"))!;

    private static IReadOnlyList<JsonNode> Panels => [.. Parsed["panels"]!.AsArray().Select(panel => panel!)];

    private static IReadOnlyList<JsonNode> Shown => [.. Panels.Where(panel => (string)panel["type"]! != "row")];

    private static IReadOnlyList<string> Expressions =>
        [.. Shown.SelectMany(panel => panel["targets"]!.AsArray()).Select(target => (string)target!["expr"]!)];

    [Fact]
    public void Panels_HaveUniqueIdsAndPlacesThatDoNotOverlap()
    {
        int[] ids = [.. Panels.Select(panel => (int)panel["id"]!)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        var taken = new HashSet<(int, int)>();
        foreach (JsonNode place in Panels.Select(panel => panel["gridPos"]!))
        {
            int x = (int)place["x"]!, y = (int)place["y"]!, w = (int)place["w"]!, h = (int)place["h"]!;
            Assert.True(x >= 0 && w > 0 && h > 0 && x + w <= 24, place.ToJsonString());
            for (int column = x; column < x + w; column++)
            {
                for (int row = y; row < y + h; row++) Assert.True(taken.Add((column, row)), $"two panels are at {place.ToJsonString()}");
            }
        }
    }

    [Fact]
    public void Panels_HaveWhatGrafanaReads()
    {
        Assert.Equal(("etcd clusters", 38), ((string)Parsed["title"]!, (int)Parsed["schemaVersion"]!));
        Assert.True(((string)Parsed["uid"]!).Length <= 40);
        Assert.Equal(["datasource", "cluster"], Parsed["templating"]!["list"]!.AsArray().Select(variable => (string)variable!["name"]!));
        Assert.All(Shown, panel =>
        {
            Assert.Contains((string)panel["type"]!, new[] { "stat", "timeseries" });
            Assert.NotEmpty((string)panel["title"]!);
            Assert.NotEmpty((string)panel["description"]!);
            Assert.NotEmpty((string)panel["fieldConfig"]!["defaults"]!["unit"]!);
            JsonArray targets = panel["targets"]!.AsArray();
            Assert.NotEmpty(targets);
            Assert.Equal(targets.Count, targets.Select(target => (string)target!["refId"]!).Distinct().Count());
            Assert.All(targets, target => Assert.Matches(@"^(?:[^{}<>]|\{\{\w+\}\})+$", (string)target!["legendFormat"]!));
            Assert.All(targets.Select(target => target!["datasource"]!).Append(panel["datasource"]!),
                source => Assert.Equal("${datasource}", (string)source["uid"]!));
        });
        Assert.All(Expressions.Where(expression => !expression.Contains("etcdadmin_", StringComparison.Ordinal)),
            expression => Assert.Contains("job=\"db\",cluster=~\"$cluster\"", expression, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("etcd_server_has_leader")]
    [InlineData("etcd_server_leader_changes_seen_total")]
    [InlineData("sum(up{")]
    [InlineData("etcd_mvcc_db_total_size_in_bytes")]
    [InlineData("etcd_mvcc_db_total_size_in_use_in_bytes")]
    [InlineData("etcd_server_quota_backend_bytes")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket")]
    [InlineData("etcd_disk_backend_commit_duration_seconds_bucket")]
    [InlineData("etcd_server_proposals_")]
    [InlineData("grpc_server_handled_total")]
    [InlineData("grpc_code!=\"OK\"")]
    [InlineData("etcd_network_peer_round_trip_time_seconds_bucket")]
    [InlineData("etcd_network_client_grpc_sent_bytes_total")]
    [InlineData("process_resident_memory_bytes")]
    [InlineData("etcd_server_slow_apply_total")]
    public void Panels_ShowEachSubject(string part) =>
        Assert.Contains(Expressions, expression => expression.Contains(part, StringComparison.Ordinal));

    [Fact]
    public async Task Expressions_AreValidForPrometheus()
    {
        using var folder = new TempFolder();
        var rules = new StringBuilder("groups:\n  - name: panels\n    rules:\n");
        int number = 0;
        foreach (string expression in Expressions)
        {
            string plain = expression.Replace("$cluster", ".*", StringComparison.Ordinal).Replace("$__rate_interval", "5m", StringComparison.Ordinal);
            rules.Append(System.Globalization.CultureInfo.InvariantCulture, $"      - record: panel:{number++}\n        expr: '{plain}'\n");
        }

        string file = folder.File("panels.yml");
        await File.WriteAllTextAsync(file, rules.ToString(), TestContext.Current.CancellationToken);

        ProcessResult result = await promtool.RunAsync(null, "check", "rules", file);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }
}
