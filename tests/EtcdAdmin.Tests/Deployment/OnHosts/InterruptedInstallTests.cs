using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.OnHosts;

/// <summary>Installations that are broken off, in every phase and in every way: the same command completes them.</summary>
[Collection(FaultsHostLab.Name)]
public sealed class InterruptedInstallTests(HostLabFixture lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("n2: Install etcd", null)]
    [InlineData("Prove that all", null)]
    [InlineData("n2: Install etcd", SshTransport.SshNet)]
    public async Task RunAsync_Cancelled_IsCompletedByTheSameCommand(string step, SshTransport? transport)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab, transport: transport);
        InstallRequest request = hosts.Request("n1", "n2", "n3");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Operation<EtcdCluster> operation = await new ClusterInstaller(hosts.Context).PlanAsync(request, Token);
        var trigger = EventTrigger.OnMessage(step, stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation.RunAsync(trigger, stop.Token));
        EtcdCluster cluster = await hosts.InstallAsync(request);

        Assert.Equal("Healthy with 3 known peers", (await hosts.HealthAsync(cluster)).Summary);
    }

    [Theory]
    [InlineData("n2: Install etcd", null)]
    [InlineData("n2: Write configuration", null)]
    [InlineData("n2: Start member", null)]
    [InlineData("Prove that all", null)]
    [InlineData("n2: Install etcd", SshTransport.SshNet)]
    public async Task RunAsync_HostCutOff_SaysSoAndIsCompletedWhenItIsBack(string step, SshTransport? transport)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab, transport: transport);
        InstallRequest request = hosts.Request("n1", "n2", "n3") with { HealthTimeout = TimeSpan.FromSeconds(20) };
        Task? cut = null;
        var trigger = EventTrigger.OnMessage(step, () => cut = hosts.Lab["n2"].PartitionAsync(cancellationToken: Token));

        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync(request, trigger));
        await cut!;
        await hosts.Lab["n2"].HealAsync(Token);
        EtcdCluster cluster = await hosts.InstallAsync(request);

        Assert.Contains(error.ErrorId, (string[])[EtcdErrorIds.ConnectionLost, EtcdErrorIds.HostUnreachable, EtcdErrorIds.NotHealthy]);
        Assert.Equal("Healthy with 3 known peers", (await hosts.HealthAsync(cluster)).Summary);
    }

    [Fact]
    public async Task RunAsync_HostLosesPower_IsCompletedWhenItIsBack()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        InstallRequest request = hosts.Request("n1", "n2", "n3") with { HealthTimeout = TimeSpan.FromSeconds(20) };
        Task? death = null;
        var trigger = EventTrigger.OnMessage("n3: Write configuration", () => death = hosts.Lab["n3"].KillAsync());

        await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync(request, trigger));
        await death!;
        await hosts.Lab["n3"].StartAsync(Token);
        EtcdCluster cluster = await hosts.InstallAsync(request);

        Assert.Equal("Healthy with 3 known peers", (await hosts.HealthAsync(cluster)).Summary);
    }

    [Fact]
    public async Task RunAsync_TwoOperatorsAtOnce_OneInstallsAndTheOtherIsRefused()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using HostCluster other = hosts.Other();
        Operation<EtcdCluster> first = await new ClusterInstaller(hosts.Context).PlanAsync(hosts.Request("n1", "n2", "n3"), Token);
        Operation<EtcdCluster> second = await new ClusterInstaller(other.Context).PlanAsync(other.Request("n1", "n2", "n3"), Token);

        Task<EtcdCluster>[] both = [first.RunAsync(null, Token), second.RunAsync(null, Token)];
        await Task.WhenAny(Task.WhenAll(both));

        Task<EtcdCluster> loser = Assert.Single(both, task => task.IsFaulted);
        EtcdCluster cluster = await Assert.Single(both, task => task.IsCompletedSuccessfully);
        // How far the winner is decides what the loser meets: the lock, or what is on one host or on several by then.
        Assert.All(loser.Exception!.Flatten().InnerExceptions, error => Assert.Contains(
            Assert.IsType<EtcdException>(error).ErrorId,
            (string[])[EtcdErrorIds.ClusterBusy, EtcdErrorIds.EtcdExists, EtcdErrorIds.DataExists, EtcdErrorIds.PortInUse]));
        Assert.Equal("Healthy with 3 known peers", (await hosts.HealthAsync(cluster)).Summary);
    }
}
