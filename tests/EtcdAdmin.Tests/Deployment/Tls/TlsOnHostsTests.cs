using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Tls;
using EtcdAdmin.Plans;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Maintenance;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Tls;

/// <summary>A cluster on real hosts gets TLS, and loses it again.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class TlsOnHostsTests(HostLabFixture lab)
{
    private static readonly string[] Names = ["n1", "n2", "n3"];
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlanAsync_CancelledInEveryRound_GoesBackToItsStartAndContinuesAndTheClientWritesOn()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster before = await hosts.InstallAsync(hosts.Request(Names) with { Tls = false });
        await (await PlanScheduleAsync(hosts, before)).RunAsync(null, Token);
        await using SteadyWriter first = SteadyWriter.Start(before, WriteLimit);

        await CancelAsync(hosts, TlsStage.Required, "Give member n3", TlsStage.None);
        await RunAsync(hosts, TlsStage.Prepared);
        await first.StopAndVerifyAsync(Token);
        RequireRetried(first);

        await using SteadyWriter writer = SteadyWriter.Start(await ClientAsync(hosts), WriteLimit);
        await CancelAsync(hosts, TlsStage.Required, "Remove the http:// peer URLs", TlsStage.Prepared);
        EtcdCluster secure = await RunAsync(hosts, TlsStage.Required);
        Assert.True((await hosts.HealthAsync(secure)).Healthy);
        // The schedules follow: registering them again would change nothing.
        Assert.True((await PlanScheduleAsync(hosts, secure)).Plan.IsEmpty);
        await hosts.LookAsync("n1", "systemctl start etcd-maintenance-prod.service");
        foreach (string name in Names)
        {
            Assert.Equal("ca.crt peer.crt peer.key server.crt server.key", (await hosts.LookAsync(name, "ls /etc/etcd/pki | xargs")).Trim());
            Assert.Equal("etcd 600 etcd 600", (await hosts.LookAsync(name, "stat -c '%U %a' /etc/etcd/pki/*.key | xargs")).Trim());
            // Only TLS is left, and nothing was put aside.
            Assert.Equal("0", (await hosts.LookAsync(name, "grep -c http:// /etc/etcd/etcd.conf.yml || true")).Trim());
            Assert.Equal("", (await hosts.LookAsync(name, "ls /etc/etcd | grep before || true")).Trim());
        }

        await CancelAsync(hosts, TlsStage.None, "Remove TLS from the settings of member n2", TlsStage.Prepared);
        EtcdCluster plain = await RunAsync(hosts, TlsStage.None);
        Assert.True((await hosts.HealthAsync(plain)).Healthy);
        Assert.True((await PlanScheduleAsync(hosts, plain)).Plan.IsEmpty);
        await hosts.LookAsync("n1", "systemctl start etcd-maintenance-prod.service");
        Assert.All(plain.Endpoints, url => Assert.Equal("http", url.Scheme));

        await writer.StopAndVerifyAsync(Token);
        RequireRetried(writer);
    }

    /// <summary>Cancels when a step begins; the members are in one stage again then.</summary>
    private static async Task CancelAsync(HostCluster hosts, TlsStage stage, string step, TlsStage left)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Operation<EtcdCluster> operation = await PlanAsync(hosts, stage);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => operation.RunAsync(EventTrigger.OnMessage($": {step}", stop.Cancel), stop.Token));
        EtcdCluster now = await LoadAsync(hosts);
        Assert.Equal(left, now.Spec!.TlsStage);
        if (left == TlsStage.Prepared) Assert.Equal(new TlsChange(left, left, left), now.Spec.TlsChange);
        else Assert.Null(now.Spec.TlsChange);
        await new HealthGate(hosts.Context).WaitAsync(now, TimeSpan.FromSeconds(30), Token);
        string scheme = left >= TlsStage.Optional ? "https" : "http";
        Assert.All(
            (await now.Client.Cluster.ListAsync(linearizable: true, Token)).Members,
            member => Assert.Equal(scheme, Assert.Single(member.PeerUrls).Scheme));
    }

    private static async Task<EtcdCluster> RunAsync(HostCluster hosts, TlsStage stage) =>
        await (await PlanAsync(hosts, stage)).RunAsync(null, Token);

    private static async Task<Operation<EtcdCluster>> PlanAsync(HostCluster hosts, TlsStage stage) =>
        await new TlsChanger(hosts.Context).PlanAsync(await LoadAsync(hosts), new TlsRequest { Stage = stage }, Token);

    private static Task<Operation<IReadOnlyList<EtcdMaintenanceSchedule>>> PlanScheduleAsync(HostCluster hosts, EtcdCluster cluster) =>
        new MaintenanceScheduler(hosts.Context).PlanRegisterAsync(
            cluster, new MaintenanceSchedule { Times = ScheduleTimes.Every(TimeSpan.FromHours(1)) }, Token);

    private static Task<EtcdCluster> LoadAsync(HostCluster hosts) => hosts.Context.Profiles.LoadAsync("prod", Token);

    private static async Task<EtcdCluster> ClientAsync(HostCluster hosts)
    {
        MemberSpec[] members = [.. (await LoadAsync(hosts)).Spec!.Members];
        return new EtcdCluster(
            "client", [.. members.Select(member => member.ClientUrl(false)), .. members.Select(member => member.ClientUrl(true))])
        {
            Tls = await new ProfilePki(hosts.Context.Profiles.Folder("prod")).ReadClientAsync(null, Token),
        };
    }

    /// <summary>A write fails if its member stops meanwhile, or if that leaves the leader's proposals behind; the next ones succeed.</summary>
    private static void RequireRetried(SteadyWriter writer)
    {
        string failures = string.Join('\n', writer.Failures);
        TestContext.Current.TestOutputHelper?.WriteLine($"{writer.Acknowledged} writes, longest gap {writer.LongestGap}, failures:\n{failures}");
        Assert.True(writer.MostFailures <= 2, failures);
    }
}
