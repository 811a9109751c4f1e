using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.OnHosts;

/// <summary>Hosts that come up without the data of their member: neither systemd nor a command starts it empty.</summary>
[Collection(SharedHostLab.Name)]
public sealed class LostDataOnHostsTests(HostLabFixture lab)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Boot_DataMovedAwayOrNotMounted_TheUnitFailsInPlainWordsAndNoWriteIsLost()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        InstallRequest request = hosts.Request("n1", "n2", "n3");
        request = request with { Hosts = [request.Hosts![0], request.Hosts[1] with { WalDirectory = "/srv/etcd-wal" }, request.Hosts[2]] };
        EtcdCluster cluster = await hosts.InstallAsync(request);
        await hosts.LookAsync("n3",
            "systemctl stop etcd.service; mv /var/lib/etcd /srv/etcd-disk; mkdir /var/lib/etcd; mount --bind /srv/etcd-disk /var/lib/etcd; "
                + "systemctl start etcd.service");
        await ReplaceEarlierUnitAsync(hosts, request, cluster);
        await using SteadyWriter writer = SteadyWriter.Start(hosts.Context.Profiles, "prod");

        EtcdException moved = await RebootAsync(hosts, cluster, "n2", "systemctl stop etcd.service; mv /srv/etcd-wal/wal /srv/etcd-wal/gone");
        await hosts.LookAsync("n2", "mv /srv/etcd-wal/gone /srv/etcd-wal/wal");
        EtcdHealth back = await new MemberOperator(hosts.Context).StartAsync(cluster, "n2", Limit, Token);
        EtcdException unmounted = await RebootAsync(hosts, cluster, "n3", "true");
        string below = await hosts.LookAsync("n3", "ls -A /var/lib/etcd");
        await hosts.LookAsync("n3", "mount --bind /srv/etcd-disk /var/lib/etcd");
        EtcdHealth mounted = await new MemberOperator(hosts.Context).StartAsync(cluster, "n3", Limit, Token);

        await writer.StopAndVerifyAsync(Token);
        await StartUnreadableAsync(hosts, cluster);
        await StartBadlyConfiguredAsync(hosts, cluster);
        TestContext.Current.TestOutputHelper?.WriteLine($"longest gap: {writer.LongestGap.TotalSeconds:0.0} s, {writer.Acknowledged} writes");
        Assert.Contains("no write-ahead log in /srv/etcd-wal/wal on n2", moved.Message, StringComparison.Ordinal);
        Assert.Contains("no data in /var/lib/etcd/data on n3", unmounted.Message, StringComparison.Ordinal);
        Assert.Empty(below.Trim());
        Assert.True(back.Serves && mounted.Serves, $"{back}; {mounted}");
        Assert.InRange(writer.LongestGap, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    /// <summary>Boots a host after something was done to it; the member must be down, the unit failed, and the start refused.</summary>
    private static async Task<EtcdException> RebootAsync(HostCluster hosts, EtcdCluster cluster, string host, string script)
    {
        await hosts.LookAsync(host, script);
        await hosts.Lab[host].RebootAsync(Token);
        await Poll.UntilAsync(async () => (await hosts.LookAsync(host, "systemctl is-failed etcd.service || true")).Trim() == "failed", Token);
        string journal = await hosts.LookAsync(host, "journalctl -b -u etcd.service -o cat --no-pager");

        Assert.Contains(
            $"Member {host} of cluster prod was not started: it joined the cluster before, and its data is missing or cannot "
                + "be read here: ls: cannot access", journal, StringComparison.Ordinal);
        Assert.Contains($"Repair-EtcdMember {host}", journal, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<EtcdException>(() => new MemberOperator(hosts.Context).StartAsync(cluster, host, Limit, Token));
        Assert.Equal(EtcdErrorIds.MemberDataLost, error.ErrorId);
        return error;
    }

    /// <summary>What etcd may not read is not damaged, though it says that it failed to open its log.</summary>
    private static async Task StartUnreadableAsync(HostCluster hosts, EtcdCluster cluster)
    {
        await hosts.LookAsync("n1", "systemctl stop etcd.service; chown root: /var/lib/etcd/data/member/wal/*.wal");

        var error = await Assert.ThrowsAsync<EtcdException>(() => new MemberOperator(hosts.Context).StartAsync(cluster, "n1", Limit, Token));
        await hosts.LookAsync("n1", "chown etcd: /var/lib/etcd/data/member/wal/*.wal");

        Assert.Equal(EtcdErrorIds.MemberStartFailed, error.ErrorId);
        Assert.Contains("permission denied", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("etcd does not have the permission to read or write the member's files.", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", error.NextStep, StringComparison.Ordinal);
    }

    /// <summary>The reason comes from the run that was started, not from the one that was stopped before it.</summary>
    private static async Task StartBadlyConfiguredAsync(HostCluster hosts, EtcdCluster cluster)
    {
        await hosts.LookAsync("n1", "systemctl stop etcd.service; echo 'heartbeat-interval: 5000' >>/etc/etcd/etcd.conf.yml");

        var error = await Assert.ThrowsAsync<EtcdException>(() => new MemberOperator(hosts.Context).StartAsync(cluster, "n1", Limit, Token));

        Assert.Equal(EtcdErrorIds.MemberStartFailed, error.ErrorId);
        Assert.Contains("failed to verify flags: --election-timeout[1000ms] should be at least as 5 times as --heartbeat-interval[5000ms]",
            error.Message, StringComparison.Ordinal);
    }

    /// <summary>A unit that an earlier release wrote is replaced by the next change, without a restart.</summary>
    private static async Task ReplaceEarlierUnitAsync(HostCluster hosts, InstallRequest request, EtcdCluster cluster)
    {
        const string Process = "systemctl show --property=MainPID --value etcd.service";
        MemberSpec member = cluster.Spec!.Members[0];
        await hosts.LookAsync("n1",
            $"cat >/etc/systemd/system/etcd.service <<'END'\n{SealedText.Unsealed(SystemdUnit.RenderEarlier("prod", member))}END\n"
                + "systemctl daemon-reload");
        string before = await hosts.LookAsync("n1", Process);

        var setting = new ConfigurationRequest { Tuning = new EtcdTuning { SnapshotCount = 4242 } };
        // Not taken for an edit by hand.
        Operation<EtcdCluster> change = await new ConfigurationChanger(hosts.Context).PlanAsync(cluster, setting, Token);
        Operation<EtcdCluster> again = await new ClusterInstaller(hosts.Context).PlanAsync(request, Token);
        await again.RunAsync(null, Token);

        Assert.DoesNotContain(change.Plan.Steps, step => step.Action.Contains("by hand", StringComparison.Ordinal));
        Assert.DoesNotContain(again.Plan.Steps, step => step.Interrupts is not null);
        Assert.Equal(before, await hosts.LookAsync("n1", Process));
        Assert.Equal(SystemdUnit.Render("prod", member).TrimEnd(), (await hosts.LookAsync("n1", "cat /etc/systemd/system/etcd.service")).TrimEnd());
        Assert.True((await new ClusterInstaller(hosts.Context).PlanAsync(request, Token)).Plan.IsEmpty);
    }
}
