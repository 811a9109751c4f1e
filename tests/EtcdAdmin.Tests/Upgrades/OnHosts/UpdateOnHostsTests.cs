using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Lab;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Tests.Upgrades.OnHosts;

/// <summary>Version changes of clusters on hosts with systemd, under a client that writes every 20 ms.</summary>
[Collection(SharedHostLab.Name)]
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
            writer.ForgetGap();
            long start = TimeProvider.System.GetTimestamp();
            cluster = await UpdateAsync(hosts, cluster, version);
            gaps.Add(
                $"{version}: {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s, longest gap {writer.LongestGap.TotalMilliseconds:0} ms");
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

        Operation<EtcdCluster> uninstall = await new ClusterUninstaller(hosts.Context).PlanAsync(cluster, new UninstallRequest { RemoveData = true }, Token);
        await uninstall.RunAsync(null, Token);
        Assert.Equal("gone", (await hosts.LookAsync("n1", "[ -e /opt/etcd ] && ls /opt/etcd || echo gone")).Trim());
    }

    [Fact]
    public async Task Update_NewProgramEndsAtOnceUnderSystemd_ServesWithTheOldOneAndCarriesOnLater()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture, "3.4");
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        UpdateRequest request = await RequestAsync("3.5") with { HealthTimeout = TimeSpan.FromSeconds(15) };
        ClusterUpdate update = await new ClusterUpdater(hosts.Context).PlanAsync(cluster, request, Token);
        EtcdVersion next = update.Changes[0].To;
        // The disk of one host has put something else in the place of the program.
        LabHost[] broken = [hosts.Lab["n1"], hosts.Lab["n2"], hosts.Lab["n3"]];
        var sabotage = EventTrigger.OnMessage("Save a snapshot", () => Array.ForEach(broken, host => host.RunAsync(
            $"cp -p /opt/etcd/{next}/etcd /root/etcd && printf '#!/bin/sh\nexit 1\n' >/opt/etcd/{next}/etcd", Token).GetAwaiter().GetResult()));

        EtcdException failed = await Assert.ThrowsAsync<EtcdException>(() => update.Operation.RunAsync(sabotage, Token));
        ClusterHealth between = await hosts.HealthAsync(cluster);
        foreach (LabHost host in broken) await host.RunAsync($"mv /root/etcd /opt/etcd/{next}/etcd", Token);
        EtcdCluster done = await UpdateAsync(hosts, cluster, "3.5");

        Assert.Equal(EtcdErrorIds.MemberStartFailed, failed.ErrorId);
        Assert.True(between.Healthy, between.Summary);
        Assert.All(between.Members, member => Assert.Equal((3, 4), (member.RunningVersion!.Value.Major, member.RunningVersion.Value.Minor)));
        Assert.All((await hosts.HealthAsync(done)).Members, member => Assert.Equal(next, member.RunningVersion));
    }

    private static async Task<EtcdCluster> UpdateAsync(HostCluster hosts, EtcdCluster cluster, string version) =>
        await (await new ClusterUpdater(hosts.Context).PlanAsync(cluster, await RequestAsync(version), Token)).Operation.RunAsync(null, Token);

    private static async Task<UpdateRequest> RequestAsync(string version)
    {
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(version);
        return new UpdateRequest
        {
            Package = new PackageRequest { Path = etcd.Folder, Version = VersionRequest.For(etcd.Package.Version) },
            IgnoredChecks = new HashSet<UpgradeGate> { UpgradeGate.PatchFloor },
        };
    }
}
