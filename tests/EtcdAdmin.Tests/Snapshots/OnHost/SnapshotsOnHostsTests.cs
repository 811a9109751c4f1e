using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.OnHost;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.OnHost;

/// <summary>Snapshots that are saved on real hosts.</summary>
[Collection(SharedHostLab.Name)]
public sealed class SnapshotsOnHostsTests(HostLabFixture lab) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SaveAsync_AsUserWithSudo_KeepsItForThatUserAndTheCopyCommandFetchesIt()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        string[] names = ["n1", "n2", "n3"];
        InstallRequest request = hosts.Request(names) with
        {
            Hosts = [.. names.Select(host => new HostRequest { Connection = hosts.To(host, "ops") })],
        };
        EtcdCluster cluster = await hosts.InstallAsync(request);
        for (int i = 0; i < 10; i++) await cluster.Client.Kv.PutAsync($"/k/{i}", "v", cancellationToken: Stop);
        string folder = $"/var/tmp/kept {Guid.NewGuid():N}";

        EtcdHostSnapshot kept = await new HostSnapshotSaver(hosts.Context).SaveAsync(
            cluster, new() { Destination = folder, HostName = "n2" }, null, Stop);

        Assert.Equal(("n2", 10L), (kept.HostName, kept.TotalKeys));
        string listing = await hosts.LookAsync("n2", $"stat -c '%a %U %n' '{folder}' '{folder}'/*; ls -A '{folder}' | wc -l");
        Assert.Equal($"700 ops {folder}\n600 ops {kept.Path}\n600 ops {kept.Path}.json\n2", listing.Trim());
        Assert.StartsWith(kept.Sha256, await hosts.LookAsync("n2", $"sha256sum '{kept.Path}'"), StringComparison.Ordinal);
        var copy = new ProcessCommand("sh", ["-c", $"cd \"$1\" && {kept.CopyCommand}", "sh", _folder.Path]);
        ProcessResult copied = await ProcessRunner.RunAsync(copy, Stop);
        Assert.True(copied.ExitCode == 0, copied.Error);
        EtcdSnapshot fetched = await SnapshotCatalogue.ReadAsync(Assert.Single(SnapshotCatalogue.Find(_folder.Path)), null, Stop);
        Assert.Equal((kept.Sha256, 10, "prod", kept.Member), (fetched.Sha256, fetched.TotalKeys, fetched.ClusterName, fetched.Member));
        await hosts.LookAsync("n2", $"rm -r '{folder}'");
    }
}
