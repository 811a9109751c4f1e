using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Members;

public sealed class WholeClusterStopTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task StopAsync_AllAtOnce_LeaderHasNobodyToHandOverToAndEndsAtOnce(string version)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, version);
        MemberSpec[] members = [.. cluster.RequireSpec().Members];
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token);
        MemberSpec leader = members.Single(member => member.Name == health.Members.Single(found => found.IsLeader == true).Member);
        var stop = new WholeClusterStop(_lab.Context, cluster, members);

        await Task.WhenAll(members.OrderByDescending(member => member == leader).Select(member => stop.StopAsync(member, Token)));

        string log = await File.ReadAllTextAsync(leader.Layout.LogFile, Token);
        Assert.DoesNotContain("starts to transfer leadership", log, StringComparison.Ordinal);
        foreach (MemberSpec member in members)
            Assert.False((await _lab.Context.ServiceOf(member).GetStateAsync(member, Token)).IsRunning);
    }

    [Fact]
    public async Task StopAsync_OneAfterAnotherAndTheLeaderFirst_StopsAll()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        MemberSpec[] members = [.. cluster.RequireSpec().Members];
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token);
        string? leader = health.Members.Single(found => found.IsLeader == true).Member;
        var stop = new WholeClusterStop(_lab.Context, cluster, members);

        foreach (MemberSpec member in members.OrderByDescending(member => member.Name == leader)) await stop.StopAsync(member, Token);

        foreach (MemberSpec member in members)
            Assert.False((await _lab.Context.ServiceOf(member).GetStateAsync(member, Token)).IsRunning);
    }
}
