using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.OnHost;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Health;

/// <summary>The health of clusters on hosts that are cut off, full, or set up for somebody who uses etcdctl there.</summary>
[Collection(FaultsHostLab.Name)]
public sealed class HealthOnHostsTests(HostLabFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CheckAsync_SilentHosts_TakeNoLongerThanTheTimeout()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await hosts.HealthAsync(cluster);
        await hosts.Lab["n2"].PartitionAsync(cancellationToken: Token);

        (ClusterHealth one, TimeSpan first) = await TimeAsync(hosts, cluster);
        (_, TimeSpan again) = await TimeAsync(hosts, cluster);
        await hosts.Lab["n3"].PartitionAsync(cancellationToken: Token);
        (ClusterHealth two, TimeSpan both) = await TimeAsync(hosts, cluster);
        await hosts.Lab["n1"].PartitionAsync(cancellationToken: Token);
        (ClusterHealth all, TimeSpan whole) = await TimeAsync(hosts, cluster);

        long start = TimeProvider.System.GetTimestamp();
        IReadOnlyList<EtcdMember> members = await new MemberReader(hosts.Context).ReadAsync(cluster, TimeSpan.FromSeconds(3), Token);
        TimeSpan listed = TimeProvider.System.GetElapsedTime(start);

        TestContext.Current.TestOutputHelper?.WriteLine($"one silent {first}, again {again}, two {both}, all {whole}, members {listed}");
        Assert.All([first, again, both, whole, listed], took => Assert.InRange(took, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6)));
        Assert.All(members, member => Assert.Equal(MemberState.Unreachable, member.State));
        EtcdHealth cut = Assert.Single(one.Members, member => !member.Healthy);
        Assert.Equal(("n2", false), (cut.Member, cut.Reachable));
        Assert.Contains("n2 did not report in time whether the process is running; ", cut.Reason, StringComparison.Ordinal);
        Assert.Equal(2, two.Members.Count(member => !member.Reachable));
        Assert.Equal(("Errored with 0 known peers", 3), (all.Summary, all.Members.Count));
    }

    [Fact]
    public async Task CheckAsync_FullDisk_IsNamed()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await hosts.Lab["n2"].FillDiskAsync(cancellationToken: Token);
        try
        {
            ClusterHealth asked = await new HealthChecker(hosts.Context).CheckAsync(cluster, new HealthOptions(), Token);
            await hosts.LookAsync("n2", "systemctl stop etcd.service"); // which gives back 64 MB, if it had reserved them before the disk was full
            EtcdHealth stopped = (await hosts.HealthAsync(cluster)).Members.Single(member => member.Member == "n2");

            EtcdHealth full = Assert.Single(asked.Members, member => !member.Healthy);
            Assert.StartsWith("the disk of /var/lib/etcd/data is full: 0 MB of ", full.Reason, StringComparison.Ordinal);
            Assert.Equal(("n2", true, (long?)0), (full.Member, full.Serves, full.DiskFreeBytes));
            Assert.Matches(@"^its process is not running; the disk of /var/lib/etcd/data is (nearly )?full: \d+ MB of ", stopped.Reason);
        }
        finally
        {
            await hosts.Lab["n2"].FreeDiskAsync(cancellationToken: CancellationToken.None);
        }
    }

    [Fact]
    public async Task CheckAsync_DiskBecameReadOnly_IsNamed()
    {
        await using TestDisk disk = await TestDisk.PlugInAsync(fixture, "n2");
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        await hosts.LookAsync("n2", $"mkfs.ext4 -q {disk.Path} && mkdir -p /var/lib/etcd && mount {disk.Path} /var/lib/etcd");
        try
        {
            EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
            await hosts.LookAsync("n2", "mount -o remount,abort /var/lib/etcd; true"); // what ext4 does after an error of its disk

            EtcdHealth[] members = [.. (await hosts.HealthAsync(cluster)).Members];

            EtcdHealth readOnly = Assert.Single(members, member => !member.Healthy);
            Assert.Equal("n2", readOnly.Member);
            // Its etcd ends as soon as it has to write; until then the disk alone is wrong.
            Assert.Contains("the disk of /var/lib/etcd/data is mounted read-only; the kernel log of its host shows the reason (journalctl -k)",
                readOnly.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await hosts.LookAsync("n2", "systemctl stop etcd.service; umount -l /var/lib/etcd; true");
        }
    }

    [Fact]
    public async Task SaveAsync_HostWithVariablesForEtcdctl_IsNotDisturbed()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        // Before the first connection: one that stands keeps the environment of its login.
        await hosts.LookAsync("n1", """
            cp /etc/environment /tmp/environment.kept 2>/dev/null || : >/tmp/environment.kept
            printf '%s\n' ETCDCTL_ENDPOINTS=http://127.0.0.1:1 ETCDCTL_CACERT=/nowhere ETCDCTL_USER=a:b ETCD_NAME=other ETCD_DATA_DIR=/nowhere >>/etc/environment
            """);
        try
        {
            EtcdCluster cluster = await hosts.InstallAsync("n1");
            // They do reach a login.
            Assert.Contains("ETCDCTL_CACERT", (await hosts.Lab["n1"].SshAsync("root", "env", Token)).Output, StringComparison.Ordinal);

            EtcdHostSnapshot kept = await new HostSnapshotSaver(hosts.Context).SaveAsync(
                cluster, new() { Destination = "/var/backups/kept" }, null, Token);

            Assert.Equal("n1", kept.Member);
        }
        finally
        {
            await hosts.LookAsync("n1", "mv /tmp/environment.kept /etc/environment; rm -rf /var/backups/kept");
        }
    }

    private static async Task<(ClusterHealth Health, TimeSpan Took)> TimeAsync(HostCluster hosts, EtcdCluster cluster)
    {
        long start = TimeProvider.System.GetTimestamp();
        ClusterHealth health = await new HealthChecker(hosts.Context).CheckAsync(
            cluster, new HealthOptions { Timeout = TimeSpan.FromSeconds(3) }, Token);
        return (health, TimeProvider.System.GetElapsedTime(start));
    }
}
