using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Quorum;

[Collection(SharedHostLab.Name)]
public sealed class QuorumLossOnHostsTests(HostLabFixture lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Repair_TwoHostsDieAndOneReturns_RebuiltWithoutTheLostOne()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        for (int i = 0; i < 50; i++) await cluster.Client.Kv.PutAsync($"/k/{i}", "value", cancellationToken: Token);
        await Task.WhenAll(hosts.Lab["n2"].KillAsync(), hosts.Lab["n3"].KillAsync());
        await hosts.Lab["n2"].StartAsync(Token);
        // It lost its disk on the way, so bringing it back does not bring the quorum back.
        await hosts.LookAsync("n2", "systemctl stop etcd.service; rm -rf /var/lib/etcd/data");

        Operation<EtcdCluster> operation = await new ClusterRepairer(hosts.Context)
            .PlanAsync(cluster, new RepairClusterRequest { Timeout = TimeSpan.FromMinutes(2) }, null, Token);
        EtcdCluster repaired = await operation.RunAsync(null, Token);

        Assert.Contains(operation.Warnings, warning => warning.Contains("Add-EtcdMember n3", StringComparison.Ordinal));
        Assert.Equal(["n1", "n2"], repaired.Spec!.Members.Select(member => member.Name)); // it was installed
        Assert.Equal("Healthy with 2 known peers", (await hosts.HealthAsync(repaired)).Summary);
        Assert.Equal(50, await repaired.Client.Kv.CountAsync(KeyRange.Prefix("/k/"), cancellationToken: Token));
        Assert.Contains("data.before-repair-", await hosts.LookAsync("n1", "ls /var/lib/etcd"), StringComparison.Ordinal);
        Assert.DoesNotContain("force-new-cluster", await hosts.LookAsync("n1", "cat /etc/etcd/etcd.conf.yml"), StringComparison.Ordinal);
        // The lost host with its old etcd and data: it finds out that it was removed, and disturbs nobody.
        await hosts.Lab["n3"].StartAsync(Token);
        await Poll.UntilAsync(
            async () => (await hosts.LookAsync("n3", "journalctl -u etcd.service -b --no-pager")).Contains("removed", StringComparison.Ordinal),
                Token);
        Assert.Equal("Healthy with 2 known peers", (await hosts.HealthAsync(repaired)).Summary);
    }
}
