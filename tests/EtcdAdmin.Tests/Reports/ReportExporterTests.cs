using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Reports;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Reports;

/// <summary>Reports about real clusters.</summary>
public sealed class ReportExporterTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ReportExporter Exporter => new(_lab.Context);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ExportAsync_HealthySickAndSilentClusters_AllFormatsSayWhatToDo()
    {
        EtcdCluster healthy = await _lab.InstallAsync("healthy", 1, "3.5");
        EtcdCluster sick = await _lab.InstallAsync("sick", 3, "3.5");
        await new MemberOperator(_lab.Context).StopAsync(sick, "sick-2", Token);
        var silent = new EtcdCluster("silent", [new Uri($"https://127.0.0.1:{FreePorts.Take(1)[0]}")]);
        await RecordAsync(sick);

        var files = new Dictionary<ReportFormat, string>();
        IReadOnlyList<string> order = [];
        foreach (string name in new[] { "etcd.html", "etcd.md", "etcd.json" })
        {
            EtcdReport report = await Exporter.ExportAsync([healthy, sick, silent], Request(name), Token);
            order = report.Clusters;
            Assert.Equal(CheckSeverity.Critical, report.Severity);
            Assert.True(report.Critical >= 2, $"{report.Critical} critical results");
            Assert.Equal(new FileInfo(report.Path).Length, report.Size);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(report.Path));
            files[report.Format] = await File.ReadAllTextAsync(report.Path, Token);
        }

        XElement html = Parse(files[ReportFormat.Html]);
        Assert.Equal(["silent", "sick", "healthy"], SectionsOf(html).Order(StringComparer.Ordinal).Reverse());
        XElement section = html.Descendants("section").Single(one => one.Element("h2")?.Value.StartsWith("sick", StringComparison.Ordinal) == true);
        Assert.Contains("sick-2", section.Elements("ol").Single().Value, StringComparison.Ordinal);
        Assert.Contains(section.Descendants("p"), one => one.Value.StartsWith("What to do: ", StringComparison.Ordinal));
        // Sizes, latencies, the health, and the certificates.
        Assert.True(section.Descendants("svg").Count() >= 4, $"{section.Descendants("svg").Count()} charts");
        Assert.All(files.Values, text =>
        {
            Assert.Contains("sick-2", text, StringComparison.Ordinal);
            Assert.DoesNotContain(sick.Spec!.Token, text, StringComparison.Ordinal); // installed
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        });
        using var json = JsonDocument.Parse(files[ReportFormat.Json]);
        Assert.Equal("etcdadmin-report/1", json.RootElement.GetProperty("format").GetString());
        Dictionary<string, string> severities = json.RootElement.GetProperty("clusters").EnumerateArray()
            .ToDictionary(one => one.GetProperty("cluster").GetString()!, one => one.GetProperty("severity").GetString()!);
        Assert.Equal(("critical", "critical"), (severities["sick"], severities["silent"]));
        // The worst are first. The slow disk of a busy machine is critical too.
        Assert.Equal(severities["healthy"] == "critical" ? ["healthy", "sick", "silent"] : ["sick", "silent", "healthy"], order);
        Dictionary<string, string> states = json.RootElement.GetProperty("clusters").EnumerateArray()
            .ToDictionary(one => one.GetProperty("cluster").GetString()!, one => one.GetProperty("state").GetString()!);
        Assert.Equal("It accepts reads and writes: 2 of 3 voters serve, and 2 are needed.", states["sick"]);
        Assert.Equal("No voter serves.", states["silent"]);
        Assert.Contains("| critical |", files[ReportFormat.Markdown].ToLowerInvariant(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportAsync_Html_LoadsNothingAndRunsNothing()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");

        EtcdReport report =
            await Exporter.ExportAsync([cluster], Request("etcd.html") with { Title = "<script>alert(1)</script> & \u0007more" }, Token);

        string text = await File.ReadAllTextAsync(report.Path, Token);
        XElement html = Parse(text);
        Assert.Equal("<script>alert(1)</script> &  more", html.Descendants("h1").Single().Value);
        Assert.Empty(html.Descendants("script"));
        Assert.DoesNotContain(html.Descendants().Attributes(), one => one.Name.LocalName is "src" or "onload" or "onclick" or "style");
        // Each link has one.
        Assert.All(html.Descendants("a"), link => Assert.StartsWith("#", link.Attribute("href")!.Value, StringComparison.Ordinal));
        string style = html.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        // A browser does not undo escapes in a style.
        Assert.Contains(style, text, StringComparison.Ordinal);
        Assert.DoesNotContain(html.Descendants(), one => one.IsEmpty && one.Name.LocalName is not ("meta" or "rect" or "line" or "path"));
    }

    [Theory]
    [InlineData("report.txt", EtcdErrorIds.InvalidArgument)]
    [InlineData("report", EtcdErrorIds.InvalidArgument)]
    [InlineData("there.html", EtcdErrorIds.FileExists)]
    public async Task ExportAsync_NameThatCannotBeUsed_IsRefusedBeforeAnythingIsRead(string name, string errorId)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "there.html"), "old", Token);
        var nobody = new EtcdCluster("nobody", [new Uri("http://127.0.0.1:1")]);

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => Exporter.ExportAsync([nobody], Request(name), Token));
        EtcdReport replaced = await Exporter.ExportAsync([nobody], Request("there.html") with { Overwrite = true }, Token);

        Assert.Equal(errorId, refused.ErrorId);
        Assert.NotNull(refused.NextStep);
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(replaced.Path, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportAsync_FiveClustersWithAMonthOfHistory_StaysBelowOneMegabyte()
    {
        var clusters = new List<EtcdCluster>();
        for (int i = 0; i < 5; i++)
        {
            EtcdCluster cluster = await _lab.InstallAsync($"c{i}", 1, "3.5");
            await RecordAsync(cluster, 8_640);
            clusters.Add(cluster);
        }

        EtcdReport report = await Exporter.ExportAsync(clusters, Request("etcd.html"), Token);

        TestContext.Current.SendDiagnosticMessage($"{report.Size} bytes");
        Assert.InRange(report.Size, 50_000, 1_000_000);
    }

    private static IEnumerable<string> SectionsOf(XElement html) =>
        html.Descendants("section").Select(section => section.Element("h2")?.Nodes().OfType<XText>().First().Value.TrimEnd()).OfType<string>();

    private static XElement Parse(string text) => XElement.Parse(text["<!DOCTYPE html>\n".Length..], LoadOptions.PreserveWhitespace);

    private ReportRequest Request(string name) => new() { Path = Path.Combine(_folder.Path, name) };

    // As Get-EtcdHealth records it every five minutes, up to now.
    private async Task RecordAsync(EtcdCluster cluster, int count = 50)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var text = new StringBuilder();
        for (int i = count; i > 0; i--)
        {
            var record = new EtcdHealthRecord
            {
                Cluster = cluster.Name,
                Time = now.AddMinutes(-5 * i),
                Healthy = i % 40 != 0,
                Summary = i % 40 == 0 ? "UnHealthy" : "Healthy",
                Members =
                [
                    .. cluster.Spec!.Members.Select((member, m) => new EtcdMemberRecord // installed
                    {
                        Member = member.Name,
                        Healthy = i % 40 != 0,
                        Reason = "follower",
                        DbSizeBytes = 20_000 + (1_000 * (count - i)) + (m * 5_000),
                        DbSizeInUseBytes = 10_000 + (900 * (count - i)),
                        LatencySeconds = i % 7 == 0 ? null : 0.002 + (0.001 * (i % 5)),
                    }),
                ],
            };
            text.Append(JsonSerializer.Serialize(record, JsonSerializerOptions.Web)).Append('\n');
        }

        await File.WriteAllTextAsync(Path.Combine(new ProfileStore(_lab.Context.Home).Folder(cluster.Name), "health.jsonl"), text.ToString(), Token);
    }
}
