using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Tests.Upgrades.OnHosts;

/// <summary>Version changes of clusters on hosts with systemd, under a client that writes every 20 ms.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class UpdateOnHostsTests(HostLabFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_From33To3530_LosesNoAcknowledgedWriteAndSystemdRunsTheNewProgram()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture, "3.3");
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await using var writer = SteadyWriter.Start(cluster);
        var gaps = new List<string>();

        foreach (string version in new[] { "3.4", "3.5.16", "3.5.30" })
        {
            UpdateRequest request = await Updates.RequestAsync(version);
            long began = TimeProvider.System.GetTimestamp();
            Assert.DoesNotContain(
                await new ClusterUpdater(hosts.Context).TestAsync(cluster, request, Token), check => check.Result == UpgradeCheckResult.NotChecked);
            TimeSpan checking = TimeProvider.System.GetElapsedTime(began);
            writer.ForgetGap();
            long start = TimeProvider.System.GetTimestamp();
            cluster = await Updates.RunAsync(hosts.Context, cluster, request);
            gaps.Add(
                $"{version}: {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s, longest gap {writer.LongestGap.TotalMilliseconds:0} ms, "
                + $"checks {checking.TotalSeconds:0.0} s");
        }

        await writer.StopAndVerifyAsync(Token);
        TestContext.Current.AddAttachment("gaps", string.Join('\n', gaps));
        TestContext.Current.SendDiagnosticMessage(string.Join("; ", gaps));
        Assert.InRange(writer.LongestGap, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        ClusterHealth health = await hosts.HealthAsync(cluster);
        Assert.True(health.Healthy, health.Summary);
        Assert.All(health.Members, member => Assert.Equal(new EtcdVersion(3, 5, 30), member.RunningVersion));
        foreach (string host in new[] { "n1", "n2", "n3" })
        {
            Assert.Equal("3.5.30", (await hosts.LookAsync(host, "readlink /opt/etcd/current")).Trim());
            Assert.Empty((await hosts.LookAsync(host, "ls /etc/etcd | grep -F .before || true")).Trim());
        }

        Operation<EtcdCluster> uninstall =
            await new ClusterUninstaller(hosts.Context).PlanAsync(cluster, new UninstallRequest { RemoveData = true }, Token);
        await uninstall.RunAsync(null, Token);
        Assert.Equal("gone", (await hosts.LookAsync("n1", "[ -e /opt/etcd ] && ls /opt/etcd || echo gone")).Trim());
    }
}
