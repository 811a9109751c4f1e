using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Quorum;

public sealed class ClusterRepairerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    public async Task RepairAsync_TwoOfThreeLostTheirData_NothingThatWasAcknowledgedIsLost(string version)
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync(version);
        await loss.WriteAsync("/k/", 100);
        await loss.KillAsync(1, 2);
        loss.LoseData(1, 2);

        Operation<EtcdCluster> operation = await loss.PlanAsync();
        EtcdCluster repaired = await QuorumLoss.RunAsync(operation);

        await loss.AssertWholeAsync();
        Assert.Equal(100, await loss.CountAsync("/k/"));
        Assert.Single(loss.Archives(0));
        Assert.Equal(loss.Cluster.Spec!.Token, repaired.Spec!.Token);
    }

    [Fact]
    public async Task RepairAsync_OneMemberLagged_TheOneFurthestAheadIsChosenAndAllDataIsKept()
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.4");
        await loss.WriteAsync("/early/", 20);
        await loss.KillAsync(0);
        await loss.WriteAsync("/late/", 20);
        await loss.KillAsync(1, 2);
        loss.LoseData(1);

        IReadOnlyList<EtcdRecoveryCandidate> candidates = await loss.ListAsync();
        await QuorumLoss.RunAsync(await loss.PlanAsync());

        Assert.Equal(["demo-3", "demo-1", "demo-2"], candidates.Select(candidate => candidate.Member));
        Assert.Equal([1, 2, null], candidates.Select(candidate => candidate.Rank));
        Assert.Equal([true, false, false], candidates.Select(candidate => candidate.IsChosen));
        Assert.True(candidates[0].Index > candidates[1].Index);
        Assert.Equal(RecoveryDataState.Missing, candidates[2].DataState);
        await loss.AssertWholeAsync();
        Assert.Equal(20, await loss.CountAsync("/late/"));
        Assert.Single(loss.Archives(0));
        Assert.Single(loss.Archives(2));
    }

    [Fact]
    public async Task RepairAsync_LastEntriesNotKnownToBeCommitted_AreKept()
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.5");
        await loss.WriteAsync("/k/", 30);
        await loss.LeadAsync(0);
        await loss.KillAsync([1, 2], () => loss.TryWriteAsync("/last"));
        loss.LoseData(1, 2);
        EtcdRecoveryCandidate source = (await loss.ListAsync())[0];

        Operation<EtcdCluster> operation = await loss.PlanAsync();
        await QuorumLoss.RunAsync(operation);

        Assert.True(source.CommitIndex < source.Index, $"{source.CommitIndex} of {source.Index}: nothing was left to be committed");
        Assert.Contains(operation.Plan.Steps, step => step.Action.Contains("may have been acknowledged", StringComparison.Ordinal));
        await loss.AssertWholeAsync();
        Assert.Equal((30, 1), (await loss.CountAsync("/k/"), await loss.CountAsync("/last")));
    }

    [Fact]
    public async Task RepairAsync_TwoCannotStart_RebuiltFromTheThirdThatHasTheSame()
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.5");
        await loss.WriteAsync("/k/", 20);
        await loss.KillAsync(0, 1);
        loss.DamageLog(0);
        loss.DamageLog(1);

        IReadOnlyList<EtcdRecoveryCandidate> candidates = await loss.ListAsync();
        await QuorumLoss.RunAsync(await loss.PlanAsync());

        Assert.Equal("demo-3", candidates[0].Member);
        Assert.Equal(2, candidates.Count(candidate => candidate.DataState == RecoveryDataState.DatabaseOnly));
        Assert.Contains(candidates, candidate => candidate.Reason.Contains("damaged at byte", StringComparison.Ordinal));
        await loss.AssertWholeAsync();
        Assert.Equal(20, await loss.CountAsync("/k/"));
        Assert.All(Enumerable.Range(0, 3), member => Assert.Single(loss.Archives(member)));
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task RepairAsync_OnlyDatabaseIsLeft_IsRestoredWithHigherRevisions(string version)
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync(version);
        await loss.WriteAsync("/k/", 20);
        await new MemberOperator(loss.Context).StopAsync(loss.Cluster, "demo-1", Token);
        await loss.KillAsync(1, 2);
        loss.LoseData(1, 2);
        loss.DamageLog(0);

        Operation<EtcdCluster> operation = await loss.PlanAsync();
        EtcdCluster repaired = await QuorumLoss.RunAsync(operation);

        Assert.Contains(operation.Warnings, warning => warning.Contains("log of member demo-1 cannot be used", StringComparison.Ordinal));
        await loss.AssertWholeAsync();
        Assert.Equal(20, await loss.CountAsync("/k/"));
        Assert.NotEqual(loss.Cluster.Spec!.Token, repaired.Spec!.Token);
        Assert.Single(loss.Archives(0));
        long revision = (await repaired.Client.Maintenance.StatusAsync(Token)).Header.Revision;
        if (EtcdBinaries.IsAtLeast(version, "3.5")) Assert.True(revision > 1_000_000_000, $"revision {revision}");
        else Assert.Contains(operation.Warnings, warning => warning.Contains("go back", StringComparison.Ordinal));
    }
}
