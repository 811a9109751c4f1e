using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Checks;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Monitoring.Metrics;
using EtcdAdmin.Reports;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Metrics, checks and reports. They have no counterpart in etcd's tools.</summary>
internal sealed class ReportsSubject(Lab lab)
{
    private const int Clusters = 5, Members = 3, Pages = 3, SeriesPerPage = 2_000;

    private static readonly TimeSpan RecordInterval = TimeSpan.FromMinutes(5);

    private readonly List<LabCluster> _clusters = [];

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        for (int i = 1; i <= Clusters; i++)
        {
            _clusters.Add(await lab.InstallAsync(string.Create(CultureInfo.InvariantCulture, $"report{i}"), Members, cancellationToken));
            await RecordMonthAsync(_clusters[^1], cancellationToken);
        }

        string page = Page();
        var contest = new Contest("Reports");
        Contestant parse = contest.Add("parse", _ => Task.FromResult(Parse(page)));
        Contestant read = contest.Add("read metrics", ReadAsync);
        Contestant check = contest.Add("check", CheckAsync);
        Contestant history = contest.Add("history", HistoryAsync);
        Contestant report = contest.Add("report", ReportAsync);
        await contest.RunAsync(runs, cancellationToken);
        foreach (LabCluster cluster in _clusters) await lab.UninstallAsync(cluster, cancellationToken);
        return new Section(
            "Metrics, checks and reports",
            "–",
            $"""
            {Clusters} clusters of {Members} members with TLS, all on this machine, each with {HealthHistoryStore.MaxRecords} records of its health. All calls are core
            calls in a warm process: `MetricReader`, `ClusterChecker` (`Test-EtcdCluster`) and `ReportExporter` (`Export-EtcdReport`, HTML with 30 days of history).
            The pages of the first line are in memory.
            """,
            [
                Row.Alone($"{Pages} pages of {SeriesPerPage} metrics parsed: time", "ms", parse.Milliseconds),
                Row.Alone($"all metrics of {Members} members read: time", "ms", read.Milliseconds),
                Row.Alone($"all checks of {Members} members: time", "s", check.Seconds),
                Row.Alone(
                    $"the recorded health of {Members} members read ({HealthHistoryStore.MaxRecords} records): time", "ms", history.Milliseconds),
                Row.Alone($"a report about {Clusters} clusters: time", "s", report.Seconds),
                Row.Alone("the same: size of the file", "MB", report.Megabytes),
            ],
            []);
    }

    /// <summary>A month of records, one in five minutes: that of now, with earlier times.</summary>
    private async Task RecordMonthAsync(LabCluster installed, CancellationToken cancellationToken)
    {
        await new HealthRecorder(lab.Context).CheckAsync(installed.Cluster, new HealthOptions(), cancellationToken);
        string path = Path.Combine(lab.Context.Profiles.Folder(installed.Name), "health.jsonl");
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(path, cancellationToken)) ?? throw new BenchException($"{path} has no record.");
        DateTimeOffset now = lab.Context.Clock.GetUtcNow();
        var lines = new StringBuilder();
        for (int i = HealthHistoryStore.MaxRecords - 1; i >= 0; i--)
        {
            record["time"] = JsonValue.Create(now - (i * RecordInterval));
            lines.Append(record.ToJsonString(JsonSerializerOptions.Web)).Append('\n');
        }

        await File.WriteAllTextAsync(path, lines.ToString(), cancellationToken);
    }

    private static string Page()
    {
        var text = new StringBuilder(
            "# HELP grpc_server_handled_total Total number of RPCs completed on the server.\n# TYPE grpc_server_handled_total counter\n");
        for (int i = 0; i < SeriesPerPage; i++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"grpc_server_handled_total{{grpc_code=\"Code{i}\",grpc_method=\"Range\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"}} "
                    + $"{i * 1.5e6}\n");
        }

        return text.ToString();
    }

    private static Sample Parse(string page)
    {
        int series = 0;
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < Pages; i++) series += PrometheusText.Parse(page).Count;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return series == Pages * SeriesPerPage ? new Sample(elapsed) : throw new BenchException($"{series} series were read.");
    }

    private async Task<Sample> ReadAsync(CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        ClusterMetrics metrics = await new MetricReader(lab.Context).ReadAsync(_clusters[0].Cluster, new MetricRequest(), cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return metrics.Failures.Count == 0 ? new Sample(elapsed) : throw new BenchException(metrics.Failures[0].Message);
    }

    private async Task<Sample> CheckAsync(CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        IReadOnlyList<EtcdCheck> results =
            await new ClusterChecker(lab.Context).CheckAsync(_clusters[0].Cluster, new CheckOptions(), cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return results.Count > 0 ? new Sample(elapsed) : throw new BenchException("No check was made.");
    }

    private async Task<Sample> HistoryAsync(CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        int read = (await new HealthHistoryStore(lab.Context).ReadAsync(_clusters[0].Name, HealthHistoryStore.MaxAge, cancellationToken)).Count;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return read >= HealthHistoryStore.MaxRecords ? new Sample(elapsed) : throw new BenchException($"{read} records were read.");
    }

    private async Task<Sample> ReportAsync(CancellationToken cancellationToken)
    {
        var request = new ReportRequest { Path = Path.Combine(lab.Folder, "report.html"), Overwrite = true };
        long began = Stopwatch.GetTimestamp();
        EtcdReport report = await new ReportExporter(lab.Context).ExportAsync([.. _clusters.Select(one => one.Cluster)], request, cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return report.Clusters.Count == Clusters
            ? new Sample(elapsed) { Bytes = report.Size }
            : throw new BenchException($"The report has {report.Clusters.Count} clusters.");
    }
}
