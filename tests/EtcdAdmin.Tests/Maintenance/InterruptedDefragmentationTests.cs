using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>A member that ends in the middle of its defragmentation.</summary>
public sealed class InterruptedDefragmentationTests(ThreeMembers three) : IClassFixture<ThreeMembers>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OptimizeAsync_MemberIsKilledMeanwhile_SaysSoLosesNothingAndContinuesLater()
    {
        EtcdCluster cluster = await three.GetAsync();
        AdminContext context = three.Lab.Context;
        string value = new('v', 1_000_000);
        for (int i = 0; i < 120; i++) await cluster.Client.Kv.PutAsync($"large/{i % 60}", value, cancellationToken: Token);
        string? leader = await MemberReader.FindLeaderAsync(cluster, Token);
        string victim = cluster.Spec!.Members.Select(member => member.Name).First(name => name != leader);
        string folder = Path.GetDirectoryName(cluster.Spec.Members.First(member => member.Name == victim).DatabaseFile)!;
        var optimizer = new MemberOptimizer(context);
        var request = new DefragmentRequest { MinimumGainPercent = 0 };
        Operation<IReadOnlyList<EtcdDefragmentation>> operation = await optimizer.PlanAsync(cluster, request with { Members = [victim] }, Token);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var kill = Task.Run(() => KillWhileItCopiesAsync(folder, victim, stop.Token), Token);
        EtcdException broken = await Assert.ThrowsAsync<EtcdException>(() => LocalLab.RunAsync(operation));
        await stop.CancelAsync();
        Assert.True(await kill, "The member was never seen copying its database.");
        Assert.StartsWith($"Member {victim} of cluster 'demo' did not finish its defragmentation", broken.Message, StringComparison.Ordinal);
        Assert.Contains("Start-EtcdMember", broken.NextStep, StringComparison.Ordinal);

        await new MemberOperator(context).StartAsync(cluster, victim, TimeSpan.FromSeconds(60), Token);
        IReadOnlyList<EtcdDefragmentation> done = await LocalLab.RunAsync(await optimizer.PlanAsync(cluster, request, Token));
        Assert.All(done, member => Assert.True(member.Defragmented));
        ClusterHealth health = await new HealthChecker(context).CheckAsync(
            cluster, new HealthOptions { CheckHash = true, Timeout = TimeSpan.FromSeconds(30) }, Token);
        Assert.True(health.Healthy, health.Summary);
        Assert.All(health.Members, member => Assert.True(member.HashConsistent));
        Assert.Empty(Directory.GetFiles(folder, "db.tmp*"));
    }

    /// <summary>Ends the member as soon as the copy of its database is there, which etcd removes when it is done.</summary>
    private async Task<bool> KillWhileItCopiesAsync(string folder, string member, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (Directory.EnumerateFiles(folder, "db.tmp*").Any())
            {
                await three.SignalAsync(member, "KILL");
                return true;
            }
        }

        return false;
    }
}
