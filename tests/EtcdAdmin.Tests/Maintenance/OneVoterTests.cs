using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>A cluster of one voter has nobody to take over while it is defragmented.</summary>
public sealed class OneVoterTests(OneMember one) : IClassFixture<OneMember>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OptimizeAsync_OneVoter_NeedsAllowLeader()
    {
        EtcdCluster cluster = await one.GetAsync();
        var optimizer = new MemberOptimizer(one.Lab.Context);
        var request = new DefragmentRequest { MinimumGainPercent = 0 };
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => optimizer.PlanAsync(cluster, request, Token));
        Assert.Equal(EtcdErrorIds.QuorumAtRisk, refused.ErrorId);
        Assert.Contains("-AllowLeader", refused.NextStep, StringComparison.Ordinal);
        Assert.True(
            Assert.Single(await LocalLab.RunAsync(await optimizer.PlanAsync(cluster, request with { AllowLeader = true }, Token))).Defragmented);
    }

    [Fact]
    public async Task OptimizeAsync_ClusterThatIsNotManaged_IsDefragmentedWithAWarning()
    {
        EtcdCluster cluster = await one.GetAsync();
        var connected = new EtcdCluster("other", cluster.Endpoints) { Tls = cluster.Tls };
        var operation = await new MemberOptimizer(one.Lab.Context).PlanAsync(
            connected, new DefragmentRequest { MinimumGainPercent = 0, AllowLeader = true }, Token);
        Assert.Contains("is unknown", Assert.Single(operation.Warnings), StringComparison.Ordinal);
        Assert.True(Assert.Single(await LocalLab.RunAsync(operation)).Defragmented);
    }
}
