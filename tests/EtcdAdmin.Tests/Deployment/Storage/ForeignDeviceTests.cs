using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Storage;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Storage;

/// <summary>Another operator's cluster whose data is no longer where a member's would be: it is known all the same, and serves on.</summary>
[Collection(StorageHostLab.Name)]
public sealed class ForeignDeviceTests(HostLabFixture lab)
{
    private const string State = """
        systemctl show --property=MainPID,FragmentPath,UnitFileState,ActiveState etcd.service
        find /etc/systemd/system /etc/etcd -type f -exec sha256sum {} + | sort
        findmnt -rno TARGET,SOURCE /var/lib/etcd-2
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_AnotherOperatorsDataWasMovedToADevice_IsRefusedByAllAndServesOn()
    {
        await using TestDisk disk = await TestDisk.PlugInAsync(lab, "n1");
        await using HostCluster theirs = await HostCluster.StartAsync(lab);
        await using HostCluster ours = theirs.Other();
        await using HostCluster strangers = theirs.Other();
        InstallRequest request = theirs.Request("n1") with { Tls = false };
        EtcdCluster installed = await theirs.InstallAsync(request);
        await installed.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);
        await (await new MemberDataMover(theirs.Context).PlanAsync(installed, "n1", new MoveDataRequest
        {
            Device = disk.Path,
            RemoveOldData = true,
        }, Token)).RunAsync(null, Token);
        EtcdSnapshot snapshot = await new SnapshotSaver(theirs.Context).SaveAsync(
            installed, new() { Destination = Path.Combine(theirs.Context.Home.Path, "snapshots") }, null, Token);
        // The same names, hosts and addresses, and a cluster that was never installed there.
        EtcdCluster cluster = installed.WithSpec(installed.RequireSpec() with { Token = "prod-0123456789abcdef" });
        await ours.Context.Profiles.SaveAsync(cluster, Token);
        await using RestoreSource source = await RestoreSource.OpenAsync(snapshot.Path, cluster, secrets: null, skipHashCheck: false, null, Token);
        string before = await theirs.LookAsync("n1", State);

        Dictionary<string, Func<Task>> plans = EveryPlan.Of(ours, cluster, request, "n1", source);
        plans.Remove("repair a member"); // of one member, none is repaired
        HostRequest host = request.Hosts![0];
        plans["install"] = () => strangers.InstallAsync("n1");
        plans["install under another name"] = () => strangers.InstallAsync(request with { Name = "other" });
        plans["install in their folder"] = () =>
            strangers.InstallAsync(request with { Name = "other", Hosts = [host with { DataDirectory = "/var/lib/etcd-2" }] });
        await EveryPlan.AssertRefusedAsync(plans, refused =>
        {
            Assert.StartsWith("n1 runs member n1 of cluster 'prod'", refused.Message, StringComparison.Ordinal);
            Assert.Contains("data in /var/lib/etcd-2/data, ports 2379, 2380", refused.Message, StringComparison.Ordinal);
        });
        await theirs.LookAsync("n1", "systemctl stop etcd.service");
        // The others ask the cluster first, which is down.
        var offline = plans.Where(plan => plan.Key is "start" or "uninstall" || plan.Key.StartsWith("install", StringComparison.Ordinal))
            .ToDictionary();
        await EveryPlan.AssertRefusedAsync(
            offline, refused => Assert.StartsWith("n1 has member n1 of cluster 'prod'", refused.Message, StringComparison.Ordinal));
        await theirs.LookAsync("n1", "systemctl start etcd.service");

        EtcdCluster living = await theirs.Context.Profiles.LoadAsync("prod", Token);
        await Poll.UntilAsync(async () => (await theirs.HealthAsync(living)).Healthy, Token);
        Assert.Equal(Unnumbered(before), Unnumbered(await theirs.LookAsync("n1", State)));
        Assert.Equal("precious", (await living.Client.Kv.GetAsync("mine", cancellationToken: Token))?.ValueText);
        Assert.False(strangers.Context.Profiles.Exists("other"));
    }

    private static string Unnumbered(string state) =>
        string.Join('\n', state.Split('\n').Where(line => !line.StartsWith("MainPID=", StringComparison.Ordinal)));
}
