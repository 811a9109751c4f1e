using System.Globalization;
using System.Text.Json.Nodes;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Monitoring.Export;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Monitoring.Export;

/// <summary>The files for monitoring systems, of a cluster with TLS: by Prometheus's checker, and by Prometheus itself.</summary>
public sealed class MonitoringExporterTests(OneMember one, Promtool promtool) : IClassFixture<OneMember>, IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Destination => _folder.File("monitoring");

    [Fact]
    public async Task Export_PrometheusReadsTheMetricsWithTheFiles()
    {
        EtcdCluster cluster = await one.GetAsync();
        MonitoringExport done = await ExportAsync([cluster]);
        string scrape = Path.Combine(Destination, "prometheus", "etcd-scrape.yml");
        ProcessResult valid = await promtool.RunAsync(null, "check", "config", scrape);
        Assert.True(valid.ExitCode == 0, valid.Output + valid.Error);
        Assert.Empty(done.Failures);
        Assert.Empty(done.Warnings);

        var prometheus = new EtcdServerProcess(await promtool.ServerAsync());
        string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePorts.Take(1)[0]}");
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        prometheus.Start([$"--config.file={scrape}", $"--storage.tsdb.path={_folder.File("data")}", $"--web.listen-address={address}"]);
        try
        {
            await Poll.UntilAsync(async () => await ValueOfAsync(http, "up{job=\"etcd\",cluster=\"demo\",member=\"demo-1\"}") == "1", Token);
            Assert.Equal("1", await ValueOfAsync(http, "etcd_server_has_leader{job=\"etcd\",cluster=\"demo\",member=\"demo-1\"}"));
        }
        catch (Exception)
        {
            TestContext.Current.AddAttachment("prometheus.log", prometheus.Log);
            throw;
        }
        finally
        {
            await prometheus.KillAsync();
        }
    }

    [Fact]
    public async Task Export_KeyIsPrivate_AndIsAClientKeyOfTheCluster()
    {
        MonitoringExport done = await ExportAsync([await one.GetAsync()]);

        Assert.Equal(Enum.GetValues<MonitoringFileKind>().Order(), done.Files.Select(file => file.Kind).Order());
        Assert.All(done.Files, file => Assert.True(File.Exists(file.Path)));
        EtcdMonitoringFile key = Assert.Single(done.Files, file => file.Kind == MonitoringFileKind.PrivateKey);
        Assert.Equal(("demo", Path.Combine(Destination, "prometheus", "demo", "client.key")), (key.ClusterName, key.Path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key.Path));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(key.Path)!));
        }

        EtcdMonitoringFile certificate = Assert.Single(done.Files, file => file.Kind == MonitoringFileKind.Certificate);
        Assert.Equal("CN=monitoring", CertificateInfo.FromPem(await File.ReadAllTextAsync(certificate.Path, Token), "client.crt").Subject);
    }

    [Fact]
    public async Task Export_Again_IsRefusedBeforeAnythingIsWritten_UnlessForced()
    {
        EtcdCluster cluster = await one.GetAsync();
        MonitoringExport first = await ExportAsync([cluster]);
        string key = first.Files.Single(file => file.Kind == MonitoringFileKind.PrivateKey).Path;
        string old = await File.ReadAllTextAsync(key, Token);
        File.Delete(first.Files.Single(file => file.Kind == MonitoringFileKind.Dashboard).Path);

        EtcdException exists = await Assert.ThrowsAsync<EtcdException>(() => ExportAsync([cluster]));
        Assert.Equal(EtcdErrorIds.FileExists, exists.ErrorId);
        Assert.False(File.Exists(first.Files.Single(file => file.Kind == MonitoringFileKind.Dashboard).Path));
        Assert.Equal(old, await File.ReadAllTextAsync(key, Token));

        await ExportAsync([cluster], request => request with { Overwrite = true });
        Assert.NotEqual(old, await File.ReadAllTextAsync(key, Token));
    }

    [Fact]
    public async Task Export_OtherCluster_ThatIsSilentIsAnErrorAndTheOthersAreWritten()
    {
        var silent = new EtcdCluster("silent", [new Uri("http://127.0.0.1:9")]);

        MonitoringExport done = await ExportAsync([silent, await one.GetAsync()],
            request => request with { InstalledAs = "/etc/prometheus/etcd/", Job = "db", ScrapeInterval = TimeSpan.FromSeconds(15) });

        Assert.Equal(EtcdErrorIds.ConnectFailed, Assert.Single(done.Failures).ErrorId);
        string scrape = await File.ReadAllTextAsync(done.Files.Single(file => file.Kind == MonitoringFileKind.ScrapeJob).Path, Token);
        Assert.Contains("      key_file: \"/etc/prometheus/etcd/demo/client.key\"\n", scrape, StringComparison.Ordinal);
        Assert.Contains("    scrape_interval: 15s\n", scrape, StringComparison.Ordinal);
        Assert.Contains("{job: \"db\", cluster: \"demo\", member: \"demo-1\"}", scrape, StringComparison.Ordinal);
        Assert.DoesNotContain("silent", scrape, StringComparison.Ordinal);
        Assert.Empty((await ExportAsync([silent], request => request with { Overwrite = true })).Files);
    }

    [Fact]
    public async Task Export_ClusterOfOthers_SaysWhereToPutTheCertificate()
    {
        EtcdCluster own = await one.GetAsync();
        var others = new EtcdCluster("other", own.Endpoints) { Tls = own.Tls };

        MonitoringExport done = await ExportAsync([others]);

        Assert.Contains("Put a client certificate into '" + Path.Combine(Destination, "prometheus", "other"), Assert.Single(done.Warnings),
            StringComparison.Ordinal);
        Assert.DoesNotContain(done.Files, file => file.Kind is MonitoringFileKind.PrivateKey or MonitoringFileKind.Certificate);
        string scrape = await File.ReadAllTextAsync(done.Files.Single(file => file.Kind == MonitoringFileKind.ScrapeJob).Path, Token);
        Assert.Contains("cert_file: \"other/client.crt\"", scrape, StringComparison.Ordinal);
        Assert.Contains("member: \"demo-1\"", scrape, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_JobThatIsNoName_IsRefused() =>
        Assert.Equal(EtcdErrorIds.InvalidArgument, (await Assert.ThrowsAsync<EtcdException>(() =>
            ExportAsync([new EtcdCluster("x", [new Uri("http://127.0.0.1:9")])], request => request with { Job = "a\"b" }))).ErrorId);

    public void Dispose() => _folder.Dispose();

    private async Task<MonitoringExport> ExportAsync(EtcdCluster[] clusters, Func<MonitoringRequest, MonitoringRequest>? change = null)
    {
        var request = new MonitoringRequest { Destination = Destination, ScrapeInterval = TimeSpan.FromSeconds(1) };
        return await new MonitoringExporter(one.Lab.Context).ExportAsync(clusters, change?.Invoke(request) ?? request, Token);
    }

    // Null while Prometheus starts, and while it has no value.
    private static async Task<string?> ValueOfAsync(HttpClient prometheus, string expression)
    {
        try
        {
            string answer =
                await prometheus.GetStringAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(expression)}", UriKind.Relative), Token);
            return JsonNode.Parse(answer)!["data"]!["result"]!.AsArray() is [{ } series] ? (string)series["value"]![1]! : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
