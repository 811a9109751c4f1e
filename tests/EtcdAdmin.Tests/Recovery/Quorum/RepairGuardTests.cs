using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Quorum;

/// <summary>What keeps a repair of the quorum from beginning.</summary>
public sealed class RepairGuardTests
{
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
    public async Task RepairAsync_BetterDataComesUpWhileMembersAreStopped_IsPlannedAnew()
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.5");
        await loss.KillAsync(0);
        await loss.WriteAsync("/late/", 20);
        await loss.KillAsync(1, 2);
        string data = loss.Members[2].Layout.DataDirectory;
        loss.LoseData(1);
        Directory.Move(data, data + ".hidden");
        Operation<EtcdCluster> behind = await loss.PlanAsync();

        var error = await Assert.ThrowsAnyAsync<EtcdException>(
            () => QuorumLoss.RunAsync(behind, EventTrigger.OnMessage("Stop member demo-3", () => Directory.Move(data + ".hidden", data))));
        Operation<EtcdCluster> ahead = await loss.PlanAsync();

        Assert.Equal(EtcdErrorIds.PlanOutdated, error.ErrorId);
        Assert.Empty(loss.Archives(0));
        Assert.Contains(ahead.Plan.Steps, step => step.Action.Contains("rebuilt from member demo-3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PlanAsync_DataThatCannotBeReadNow_IsAnObstacleByNameAndNotDamage()
    {
        await using QuorumLoss loss = await QuorumLoss.InstallAsync("3.5");
        await loss.KillAsync(1);
        await loss.WriteAsync("/late/", 5);
        await loss.KillAsync(0, 2);
        loss.LoseData(2);
        string segment = Directory.GetFiles(loss.Members[0].WalFolder, "*.wal").Single();

        (IReadOnlyList<EtcdRecoveryCandidate> Candidates, EtcdException Error) locked;
        await using (await LockedFile.TakeAsync(segment, TestContext.Current.CancellationToken)) locked = await RefusedAsync(loss);
        var hidden = new List<(IReadOnlyList<EtcdRecoveryCandidate> Candidates, EtcdException Error)>();
        foreach (string path in new[] { segment, loss.Members[0].DatabaseFile, loss.Members[0].WalFolder })
        {
            await HideAsync(path, async () => hidden.Add(await RefusedAsync(loss)));
        }

        Operation<EtcdCluster>? other = null;
        await HideAsync(segment, async () => other = await loss.PlanAsync(new RepairClusterRequest { From = "demo-2" }));
        Operation<EtcdCluster> readable = await loss.PlanAsync();

        Assert.Contains($"{segment} is locked by process", locked.Error.Message, StringComparison.Ordinal);
        Assert.Contains("(sleep 120)", locked.Error.Message, StringComparison.Ordinal);
        // Root may read any mode.
        Assert.All(hidden, seen => Assert.Contains("Too many levels of symbolic links", seen.Error.Message, StringComparison.Ordinal));
        Assert.All(hidden.Append(locked), seen =>
        {
            Assert.Equal((EtcdErrorIds.MemberDataUnreadable, "demo-1"), (seen.Error.ErrorId, seen.Error.Target));
            Assert.Equal(RecoveryDataState.Unreadable, seen.Candidates.Single(candidate => candidate.Member == "demo-1").DataState);
        });
        Assert.Contains(other!.Warnings, warning => warning.Contains("The data of member demo-1 could not be read", StringComparison.Ordinal));
        Assert.Contains(readable.Plan.Steps, step => step.Action.Contains("rebuilt from member demo-1", StringComparison.Ordinal));
        Assert.DoesNotContain(readable.Warnings, warning => warning.Contains("cannot be used", StringComparison.Ordinal));
    }

    private static async Task<(IReadOnlyList<EtcdRecoveryCandidate> Candidates, EtcdException Error)> RefusedAsync(QuorumLoss loss) =>
        (await loss.ListAsync(), await Assert.ThrowsAnyAsync<EtcdException>(() => loss.PlanAsync()));

    /// <summary>Puts a link that leads to itself where something was, while something is done.</summary>
    private static async Task HideAsync(string path, Func<Task> act)
    {
        string away = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(path)!)!, "away");
        if (Directory.Exists(path)) Directory.Move(path, away);
        else File.Move(path, away);
        File.CreateSymbolicLink(path, path);
        try
        {
            await act();
        }
        finally
        {
            File.Delete(path);
            if (Directory.Exists(away)) Directory.Move(away, path);
            else File.Move(away, path);
        }
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
}
