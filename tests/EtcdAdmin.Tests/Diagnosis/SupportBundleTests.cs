using System.Text.Json;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Diagnosis.Bundles;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Diagnosis;

/// <summary>Support bundles of clusters on this machine, and of clusters without managed hosts.</summary>
public sealed class SupportBundleTests(ThreeMembers members) : IClassFixture<ThreeMembers>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_LocalCluster_HasLogsMembersAndAnIndex()
    {
        EtcdCluster cluster = await members.GetAsync();
        using var folder = new TempFolder();

        EtcdSupportBundle bundle = await ExportAsync(cluster, new SupportBundleRequest { Destination = folder.File("new") });

        Assert.Equal(folder.File("new"), Path.GetDirectoryName(bundle.Path));
        Assert.StartsWith("etcd-support-demo-", Path.GetFileName(bundle.Path), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bundle.Path));
        Assert.Equal([bundle.Path], Directory.GetFileSystemEntries(folder.File("new")));
        Assert.Equal(new FileInfo(bundle.Path).Length, bundle.SizeBytes);
        Assert.Empty(bundle.Missing);
        SupportBundleHost host = Assert.Single(bundle.Hosts);
        Assert.Equal((3, true), (host.Members.Count, host.Collected));
        IReadOnlyDictionary<string, string> files = await BundleContents.ReadAsync(bundle.Path, Token);
        Assert.Equal(files.Keys.Except(["index.txt", "index.json"]).Order(StringComparer.Ordinal), bundle.Files.Select(file => file.Path));
        Assert.All(bundle.Files, file => Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(files[file.Path]), file.SizeBytes));
        foreach (MemberSpec member in cluster.Spec!.Members)
        {
            string at = $"hosts/{member.HostName}/members/{member.Name}";
            Assert.Contains("\"msg\"", files[$"{at}/etcd.log"], StringComparison.Ordinal);
            Assert.Contains("initial-cluster-token", files[$"{at}/configuration.txt"], StringComparison.Ordinal);
            Assert.Contains(".wal", files[$"{at}/data.txt"], StringComparison.Ordinal);
            Assert.Contains("Max open files", files[$"{at}/process.txt"], StringComparison.Ordinal);
            Assert.Contains("etcd Version", files[$"{at}/program.txt"], StringComparison.Ordinal);
            Assert.Contains("; valid 20", files[$"{at}/certificates.txt"], StringComparison.Ordinal);
            Assert.DoesNotContain("BEGIN CERTIFICATE", files[$"{at}/certificates.txt"], StringComparison.Ordinal);
            Assert.Contains("etcd_server_has_leader 1", files[$"cluster/metrics-127.0.0.1_{member.ClientPort}.txt"], StringComparison.Ordinal);
            Assert.Contains($"{member.Name}: as the profile says", files["cluster/differences.txt"], StringComparison.Ordinal);
        }

        using JsonDocument index = JsonDocument.Parse(files["index.json"]);
        Assert.Equal(bundle.Files.Count, index.RootElement.GetProperty("files").GetArrayLength());
        using JsonDocument health = JsonDocument.Parse(files["cluster/health.json"]);
        Assert.Equal("Healthy with 3 known peers", health.RootElement.GetProperty("summary").GetString());
        Assert.Contains("Known errors in the logs", files["index.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_SmallLimits_CutsLogsAndSaysSo()
    {
        EtcdCluster cluster = await members.GetAsync();
        using var folder = new TempFolder();
        var request = new SupportBundleRequest { Destination = folder.File("small.tar.gz"), MaxFileBytes = 3_000, MaxTotalBytes = 60_000 };

        EtcdSupportBundle bundle = await ExportAsync(cluster, request);

        IReadOnlyDictionary<string, string> files = await BundleContents.ReadAsync(bundle.Path, Token);
        Assert.True(bundle.Truncated);
        Assert.All(bundle.Files, file => Assert.InRange(file.SizeBytes, 0, 3_000));
        Assert.InRange(bundle.Files.Sum(file => file.SizeBytes), 1, 60_000);
        SupportBundleEntry log = bundle.Files.First(file => file.Path.EndsWith("etcd.log", StringComparison.Ordinal));
        Assert.True(log.Truncated);
        string own = await File.ReadAllTextAsync(cluster.Spec!.Members[0].Layout.LogFile, Token);
        Assert.Contains(own.TrimEnd().Split('\n')[^1][^40..], files[$"hosts/localhost/members/{cluster.Spec.Members[0].Name}/etcd.log"],
            StringComparison.Ordinal);
        Assert.Contains("(cut off)", files["index.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_FileExists_IsRefusedAndKept()
    {
        EtcdCluster cluster = await members.GetAsync();
        using var folder = new TempFolder();
        string path = folder.File("there.tar.gz");
        await File.WriteAllTextAsync(path, "mine", Token);

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => ExportAsync(cluster, new SupportBundleRequest { Destination = path }));

        Assert.Equal(EtcdErrorIds.FileExists, refused.ErrorId);
        Assert.Equal("mine", await File.ReadAllTextAsync(path, Token));
    }

    [Fact]
    public async Task Export_WindowEndsBeforeItBegins_IsRefused()
    {
        EtcdCluster cluster = await members.GetAsync();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var request = new SupportBundleRequest { Destination = ".", Since = now, Until = now.AddHours(-1) };

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => ExportAsync(cluster, request));

        Assert.Equal(EtcdErrorIds.InvalidArgument, refused.ErrorId);
    }

    [Fact]
    public async Task Export_ClusterWithoutHosts_HasItsAnswersOnly()
    {
        EtcdCluster managed = await members.GetAsync();
        var cluster = new EtcdCluster("elsewhere", managed.Endpoints) { Tls = managed.Tls };
        using var folder = new TempFolder();

        EtcdSupportBundle bundle = await ExportAsync(cluster, new SupportBundleRequest { Destination = folder.Path });

        Assert.Empty(bundle.Hosts);
        Assert.All(bundle.Files, file => Assert.StartsWith("cluster/", file.Path, StringComparison.Ordinal));
        Assert.Contains("health.json", string.Join(' ', bundle.Files), StringComparison.Ordinal);
    }

    private Task<EtcdSupportBundle> ExportAsync(EtcdCluster cluster, SupportBundleRequest request) =>
        new SupportBundleExporter(members.Lab.Context).ExportAsync(cluster, request, null, Token);
}
