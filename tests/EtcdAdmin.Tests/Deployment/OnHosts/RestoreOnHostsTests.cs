using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;
using EtcdAdmin.Plans;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.OnHosts;

[Collection(SharedHostLab.Name)]
public sealed class RestoreOnHostsTests(HostLabFixture lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_ClusterThatGrewAndHasALogOfItsOwn_IsProvedOnAllHosts()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        using var folder = new TempFolder();
        InstallRequest request = hosts.Request("n1", "n2");
        request = request with { Hosts = [.. request.Hosts!.Select(host => host with { WalDirectory = "/srv/etcd-wal" })] };
        EtcdCluster cluster = await hosts.InstallAsync(request);
        await hosts.AddAsync(cluster, "n3");
        cluster = await hosts.Context.Profiles.LoadAsync("prod", Token);
        await cluster.Client.Kv.PutAsync("/a", "before", cancellationToken: Token);
        EtcdSnapshot snapshot = await new SnapshotSaver(hosts.Context).SaveAsync(cluster, new SaveSnapshotRequest { Destination = folder.Path }, null, Token);
        await cluster.Client.Kv.PutAsync("/a", "after", cancellationToken: Token);

        Operation<EtcdRestore> operation = await Restoring.PlanAsync(hosts.Context, cluster, snapshot.Path);
        EtcdRestore restored = await operation.RunAsync(null, Token);

        Assert.Equal("before", (await restored.Cluster.Client.Kv.GetAsync("/a", Token))?.ValueText);
        Assert.Equal("Healthy with 3 known peers", (await hosts.HealthAsync(restored.Cluster)).Summary);
        Assert.Contains("wal.before-restore-", await hosts.LookAsync("n1", "ls /srv/etcd-wal"), StringComparison.Ordinal);
        Assert.DoesNotContain("restore.db", await hosts.LookAsync("n1", "ls /var/lib/etcd"), StringComparison.Ordinal);
    }
}
