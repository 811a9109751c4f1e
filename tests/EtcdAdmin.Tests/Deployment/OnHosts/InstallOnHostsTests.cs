using System.Diagnostics;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.OnHosts;

[Collection(SharedHostLab.Name)]
public sealed class InstallOnHostsTests(HostLabFixture lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData(SshTransport.SshNet)]
    public async Task RunAsync_ThreeHosts_ServesOverTlsAndIsLeftAloneTheSecondTime(SshTransport? transport)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab, transport: transport);

        var proving = new Stopwatch();
        EtcdCluster cluster = await hosts.InstallAsync(hosts.Request("n1", "n2", "n3"), EventTrigger.OnMessage("Prove that all", proving.Start));

        // Members that are slow to serve are looked at once a second, by the proof and by those who ask for health.
        int looks = (int)proving.Elapsed.TotalSeconds;
        int[] runs = [.. new[] { "n1", "n2", "n3" }.Select(host => hosts.Connections.RoundTripsTo(hosts.To(host)))];
        Assert.Equal("Healthy with 3 known peers", (await hosts.HealthAsync(cluster)).Summary);
        Assert.All(cluster.Endpoints, endpoint => Assert.Equal("https", endpoint.Scheme));
        Assert.All(runs, count => Assert.InRange(count, 1, 8 + looks));
        Operation<EtcdCluster> again = await new ClusterInstaller(hosts.Context).PlanAsync(hosts.Request("n1", "n2", "n3"), Token);
        Assert.True(again.Plan.IsEmpty, string.Join('\n', again.Plan.Steps));
    }

    [Fact]
    public async Task RunAsync_AsUserWithSudo_LeavesPrivateFilesAndAnEnabledHardenedUnit()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        InstallRequest request = hosts.Request("n1") with { Hosts = [new HostRequest { Connection = hosts.To("n1", "ops") }] };

        await hosts.InstallAsync(request);

        string files =
            await hosts.LookAsync("n1",
            "cd / && stat -c '%n %a %U' etc/etcd etc/etcd/etcd.conf.yml etc/etcd/pki/* var/lib/etcd var/lib/etcd/data opt/etcd/*/etcd "
                + "etc/systemd/system/etcd.service");
        Assert.Contains("etc/etcd/pki/server.key 600 etcd\n", files, StringComparison.Ordinal);
        Assert.Contains("etc/etcd/pki/peer.key 600 etcd\n", files, StringComparison.Ordinal);
        Assert.Contains("etc/etcd/etcd.conf.yml 600 etcd\n", files, StringComparison.Ordinal);
        Assert.Contains("var/lib/etcd 700 etcd\n", files, StringComparison.Ordinal);
        Assert.Contains("etc/systemd/system/etcd.service 644 root", files, StringComparison.Ordinal);
        Assert.Equal("enabled", (await hosts.LookAsync("n1", "systemctl is-enabled etcd.service")).Trim());
        Assert.Equal("etcd", (await hosts.LookAsync("n1", "ps -o user= -p $(systemctl show -p MainPID --value etcd.service)")).Trim());
        Assert.Empty((await hosts.LookAsync("n1", "systemd-analyze verify etcd.service 2>&1 || true")).Trim());
        Assert.DoesNotContain("PRIVATE KEY", await hosts.LookAsync("n1", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_AfterRebootOfAHost_TheMemberComesBackByItself()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");

        await hosts.Lab["n2"].RebootAsync(Token);

        await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token);
    }

    [Fact]
    public async Task RunAsync_Ipv6AllAddressesAndWalFolder_ServesAndKeepsTheLogThere()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        InstallRequest request = hosts.Request("n1", "n2", "n3");
        request = request with
        {
            Hosts = [.. request.Hosts!.Select(host => host with
            {
                Address = hosts.Lab[host.Connection.HostName].Ipv6Address.ToString(),
                BindAddress = "::",
                WalDirectory = "/srv/etcd-wal",
                Name = $"member-{host.Connection.HostName}",
            })],
            Tuning = new EtcdTuning { MetricsUrls = [new Uri("http://127.0.0.1:9990")] },
        };

        EtcdCluster cluster = await hosts.InstallAsync(request);

        Assert.True((await hosts.HealthAsync(cluster)).Healthy);
        Assert.All(cluster.Endpoints, endpoint => Assert.Equal(UriHostNameType.IPv6, endpoint.HostNameType));
        Assert.Contains(".wal", await hosts.LookAsync("n1", "ls /srv/etcd-wal/wal"), StringComparison.Ordinal);
        Assert.Contains("LISTEN", await hosts.LookAsync("n1", "ss -Hltn 'sport = :9990'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ClusterFile_InstallsWhatItDescribes()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("cluster.yaml"), """
            name: prod
            userName: ops
            clientPort: 3379
            hosts:
              - hostName: n1
                name: first
              - n2
              - root@n3
            tuning:
              quotaBytes: 1GB
            """, Token);
        InstallRequest request = InstallFile.ToRequest(await EtcdAdmin.Deployment.Files.ClusterFile.ReadAsync(folder.File("cluster.yaml"), Token));
        request = request with
        {
            Package = hosts.Package,
            Hosts = [.. request.Hosts!.Select(host => host with { Connection = host.Connection with { ConfigPath = hosts.Lab.SshConfigPath } })],
        };

        EtcdCluster cluster = await hosts.InstallAsync(request);

        Assert.Equal(["first", "n2", "n3"], (await hosts.HealthAsync(cluster)).Members.Select(member => member.Member));
        Assert.Equal(["ops", "ops", "root"], cluster.RequireSpec().Members.Select(member => member.Connection?.UserName));
        Assert.All(cluster.Endpoints, endpoint => Assert.Equal(3379, endpoint.Port));
        Assert.Contains("quota-backend-bytes: 1073741824", await hosts.LookAsync("n2", "cat /etc/etcd/etcd.conf.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uninstall_Default_KeepsDataAndRemovesJustWhatWasInstalled()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await hosts.LookAsync("n1", "mkdir -p /etc/etcd && echo mine >/etc/etcd/notes");
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync("n1"));
        await hosts.LookAsync("n1", "rm -r /etc/etcd");
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        await hosts.LookAsync("n1", "echo mine >/etc/etcd/notes");

        await (await new ClusterUninstaller(hosts.Context).PlanAsync(cluster, new UninstallRequest(), Token)).RunAsync(null, Token);

        Assert.Equal(EtcdErrorIds.EtcdExists, refused.ErrorId);
        Assert.Equal("/etc/etcd/notes", await hosts.LookAsync("n1", "find /etc/etcd /etc/systemd/system -name '*etcd*' -type f -o -name notes"));
        Assert.Contains("/var/lib/etcd/data/member/snap/db", await hosts.LookAsync("n1", "find /var/lib/etcd -type f"), StringComparison.Ordinal);
        Assert.Empty(await hosts.LookAsync("n1", "ls -d /opt/etcd 2>/dev/null || true"));
        Assert.False(hosts.Context.Profiles.Exists("prod"));
    }

    [Fact]
    public async Task Uninstall_WithData_LeavesNothing()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        InstallRequest request = hosts.Request("n1");
        EtcdCluster cluster = await hosts.InstallAsync(
            request with { Hosts = [.. request.Hosts!.Select(host => host with { WalDirectory = "/srv/etcd-wal" })] });
        await hosts.LookAsync(
            "n1", "mkdir /srv/etcd-wal/wal.before-restore-20260131-040000 /srv/etcd-wal/wal.restored-20260131-040000 /srv/etcd-wal/wal.restore");

        await (await new ClusterUninstaller(hosts.Context).PlanAsync(cluster, new UninstallRequest { RemoveData = true }, Token)).RunAsync(
            null, Token);

        Assert.Empty(
            await hosts.LookAsync("n1",
                "ls -d /opt/etcd /etc/etcd /var/lib/etcd /srv/etcd-wal /etc/systemd/system/etcd.service 2>/dev/null; getent passwd etcd || true"));
    }

    [Fact]
    public async Task Uninstall_FoldersThatWereThereBefore_StayAndBelongToRoot()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await hosts.LookAsync("n1", "mkdir -p /opt /srv/etcd-data /srv/etcd-wal; rmdir /opt/* 2>/dev/null; ls -A /opt");
        InstallRequest request = hosts.Request("n1");
        EtcdCluster cluster = await hosts.InstallAsync(request with
        {
            Hosts = [.. request.Hosts!.Select(host => host with { DataDirectory = "/srv/etcd-data", WalDirectory = "/srv/etcd-wal" })],
        });
        string user = (await hosts.LookAsync("n1", "id -u etcd")).Trim();
        await hosts.LookAsync("n1",
            "mkdir -p -m 0700 /var/backups/etcd-prod; echo keys >/var/backups/etcd-prod/etcd-snapshot-1.db; "
                + "chmod 0600 /var/backups/etcd-prod/*; chown -R etcd:etcd /var/backups/etcd-prod");

        await (await new ClusterUninstaller(hosts.Context).PlanAsync(cluster, new UninstallRequest { RemoveData = true }, Token)).RunAsync(
            null, Token);

        try
        {
            string left = await hosts.LookAsync(
                "n1", "stat -c '%n %a %U:%G' /opt /srv/etcd-data /srv/etcd-wal /var/backups/etcd-prod /var/backups/etcd-prod/*");
            Assert.Contains("/opt 755 root:root\n", left, StringComparison.Ordinal);
            Assert.Contains("/srv/etcd-data 700 root:root\n", left, StringComparison.Ordinal);
            Assert.Contains("/srv/etcd-wal 700 root:root\n", left, StringComparison.Ordinal);
            Assert.Contains("/var/backups/etcd-prod 700 root:root\n", left, StringComparison.Ordinal);
            Assert.Contains("/var/backups/etcd-prod/etcd-snapshot-1.db 600 root:root", left, StringComparison.Ordinal);
            Assert.Empty(
                await hosts.LookAsync("n1",
                    "ls -A /srv/etcd-data /srv/etcd-wal | grep -v : || true; ls -d /etc/etcd /opt/etcd 2>/dev/null; "
                        + $"find / -xdev -uid {user} ! -path '/proc/*' 2>/dev/null"));
        }
        finally
        {
            await hosts.LookAsync("n1", "rm -rf /var/backups/etcd-prod /srv/etcd-data /srv/etcd-wal");
        }
    }

    [Fact]
    public async Task Uninstall_HostIsDead_TouchesNothingUntilToldToLeaveItOut()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await hosts.Lab["n3"].KillAsync();
        var uninstaller = new ClusterUninstaller(hosts.Context);

        EtcdException refusal = await Assert.ThrowsAsync<EtcdException>(() => uninstaller.PlanAsync(cluster, new UninstallRequest(), Token));
        ClusterHealth meanwhile = await hosts.HealthAsync(cluster);
        Operation<EtcdCluster> forced = await uninstaller.PlanAsync(cluster, new UninstallRequest { Force = true }, Token);
        await forced.RunAsync(null, Token);

        Assert.Equal(EtcdErrorIds.HostUnreachable, refusal.ErrorId);
        Assert.Contains("-Force", refusal.NextStep, StringComparison.Ordinal);
        Assert.Equal(2, meanwhile.Members.Count(member => member.Healthy));
        Assert.Contains("n3 is left as it is", Assert.Single(forced.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain(forced.Plan.Steps, step => step.HostName == "n3");
        Assert.Empty(await hosts.LookAsync("n1", "ls -d /opt/etcd /etc/etcd /etc/systemd/system/etcd.service 2>/dev/null || true"));
        Assert.False(hosts.Context.Profiles.Exists("prod"));
    }
}
