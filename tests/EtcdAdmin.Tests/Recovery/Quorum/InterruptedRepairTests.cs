using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Quorum;

/// <summary>Repairs of a lost quorum that are broken off: the same command carries them on.</summary>
public sealed class InterruptedRepairTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

        Assert.True(tried.Count > 8, string.Join('\n', tried));
        await loss.AssertWholeAsync();
        Assert.Equal(20, await loss.CountAsync("/k/"));
        if (method == RecoveryMethod.ForceNewCluster) Assert.Single(loss.Archives(0)); // of the data before the first attempt
        else Assert.NotEmpty(loss.Archives(0));
        Assert.NotEmpty(loss.Archives(1));
    }

    [Fact]
    public async Task RepairAsync_BrokenOffBetweenTheTwoMovesOfARestore_GoesOnFromTheDataThatWasPutAside()
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.5");
        await loss.WriteAsync("/k/", 20);
        await loss.KillAsync(1, 2);
        loss.LoseData(1, 2);
        Operation<EtcdCluster> restore = await loss.PlanAsync(new RepairClusterRequest { Method = RecoveryMethod.Restore });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            restore.RunAsync(EventTrigger.OnMessage("Make new data", stop.Cancel), stop.Token));
        string stamp = (await loss.Context.Profiles.LoadAsync("demo", Token)).Spec!.Recovery!.Stamp;
        string data = loss.Members[0].Layout.DataDirectory;
        Directory.Move(data, $"{data}.before-repair-{stamp}");

        Operation<EtcdCluster> operation = await loss.PlanAsync();
        await QuorumLoss.RunAsync(operation);

        Assert.Equal(3, operation.Plan.Steps.Count(step => step.Action.StartsWith("Stop member", StringComparison.Ordinal)));
        await loss.AssertWholeAsync();
        Assert.Equal(20, await loss.CountAsync("/k/"));
        Assert.Equal([$"{data}.before-repair-{stamp}"], loss.Archives(0));
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

        // What runs side by side begins at once, and is broken off at once.
        string? step = operation.Plan.Steps.DistinctBy(planned => planned.Stage).Select(planned => planned.Action).FirstOrDefault(action =>
            !tried.Contains(action));
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
