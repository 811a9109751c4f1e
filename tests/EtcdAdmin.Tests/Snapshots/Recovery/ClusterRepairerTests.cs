using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

public sealed class ClusterRepairerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
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

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task RepairAsync_OneMemberLagged_TheOneFurthestAheadIsChosenAndAllDataIsKept(string version)
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync(version);
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
        if (version == "3.5") Assert.True(revision > 1_000_000_000, $"revision {revision}");
        else Assert.Contains(operation.Warnings, warning => warning.Contains("go back", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RecoveryMethod.ForceNewCluster)]
    [InlineData(RecoveryMethod.Restore)]
    public async Task RepairAsync_BrokenOffAtEveryStep_IsCarriedOn(RecoveryMethod method)
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.5");
        await loss.WriteAsync("/k/", 20);
        await loss.KillAsync(1, 2);
        loss.LoseData(2);
        var request = new RepairClusterRequest { Method = method, From = "demo-1", Timeout = TimeSpan.FromMinutes(2) };
        var tried = new HashSet<string>(StringComparer.Ordinal);
        string? next;

        while ((next = await BreakOffAsync(loss, request, tried)) is not null) tried.Add(next);

        Assert.True(tried.Count > 15, string.Join('\n', tried));
        await loss.AssertWholeAsync();
        Assert.Equal(20, await loss.CountAsync("/k/"));
        Assert.NotEmpty(loss.Archives(0));
        Assert.NotEmpty(loss.Archives(1));
    }

    [Fact]
    public async Task PlanAsync_ClusterWithQuorum_IsRefused()
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.5");
        await loss.KillAsync(2);
        loss.LoseData(2);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => loss.PlanAsync());

        Assert.Equal(EtcdErrorIds.QuorumExists, error.ErrorId);
        Assert.Contains("Repair-EtcdMember", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_FromAMemberThatIsBehindOrEmpty_WarnsOrIsRefused()
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.5");
        await loss.KillAsync(0);
        await loss.WriteAsync("/late/", 20);
        await loss.KillAsync(1, 2);
        loss.LoseData(1);

        Operation<EtcdCluster> behind = await loss.PlanAsync(new RepairClusterRequest { From = "demo-1" });
        var empty = await Assert.ThrowsAnyAsync<EtcdException>(() => loss.PlanAsync(new RepairClusterRequest { From = "demo-2" }));
        var unknown = await Assert.ThrowsAnyAsync<EtcdException>(() => loss.PlanAsync(new RepairClusterRequest { From = "demo-9" }));

        Assert.Contains(behind.Warnings, warning => warning.Contains("demo-3 is ahead of demo-1", StringComparison.Ordinal));
        Assert.Equal(EtcdErrorIds.MemberDataLost, empty.ErrorId);
        Assert.Equal(EtcdErrorIds.MemberNotFound, unknown.ErrorId);
        Assert.Empty(loss.Archives(0));
    }

    [Fact]
    public async Task PlanAsync_NobodyHasData_SaysSo()
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.5");
        await loss.KillAsync(0, 1, 2);
        loss.LoseData(0, 1, 2);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => loss.PlanAsync());

        Assert.Equal(EtcdErrorIds.MemberDataLost, error.ErrorId);
        Assert.Contains("Restore-EtcdSnapshot", error.NextStep, StringComparison.Ordinal);
    }

    /// <summary>Runs the repair until the first step that it was not broken off at before.</summary>
    /// <returns>That step, empty where it was refused to begin; null where the repair came to its end.</returns>
    private static async Task<string?> BreakOffAsync(QuorumLoss loss, RepairClusterRequest request, IReadOnlySet<string> tried)
    {
        Operation<EtcdCluster> operation;
        try
        {
            operation = await loss.PlanAsync(request);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.QuorumExists && tried.Count > 0)
        {
            return null; // the last step had done its work when it was cancelled
        }

        string? step = operation.Plan.Steps.Select(planned => planned.Action).FirstOrDefault(action => !tried.Contains(action));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        EventTrigger? trigger = step is null ? null : EventTrigger.OnMessage(step, () => stop.CancelAfter(TimeSpan.FromMilliseconds(20)));
        try
        {
            await operation.RunAsync(trigger, stop.Token);
            return step is not null && (await loss.Context.Profiles.LoadAsync("demo", Token)).Spec!.Recovery is not null ? step : null; // installed
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            return step;
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.PlanOutdated)
        {
            return ""; // what the attempt before had started was still starting; again
        }
    }
}
