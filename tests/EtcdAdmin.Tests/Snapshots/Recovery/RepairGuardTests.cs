using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

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
