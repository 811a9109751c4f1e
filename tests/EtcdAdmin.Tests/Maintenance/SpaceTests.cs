using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Alarms;
using EtcdAdmin.Maintenance.Comparison;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Maintenance.History;
using EtcdAdmin.Maintenance.Space;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>Alarms, compaction, defragmentation and the way out of NOSPACE, on three real members with a small quota.</summary>
public sealed class SpaceTests(SmallQuota small) : IClassFixture<SmallQuota>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AdminContext Context => small.Lab.Context;

    [Fact]
    public async Task RepairAsync_HistoryUsedUpTheQuota_WritesAreAcceptedAgain()
    {
        EtcdCluster cluster = await small.GetAsync();
        await cluster.Client.Kv.PutAsync("kept", "value", cancellationToken: Token);
        await SmallQuota.FillAsync(cluster, _ => "same");
        IReadOnlyList<EtcdAlarm> all = await new AlarmReader(Context).ReadAsync(cluster, Token);
        EtcdAlarm armed = all[0];
        Assert.All(all, alarm => Assert.StartsWith($"The database of member {alarm.Member} has ", alarm.Cause, StringComparison.Ordinal));
        Assert.Equal((AlarmType.NoSpace, true, true), (armed.Alarm, armed.CauseRemains, armed.IsMember));
        EtcdException early = await Assert.ThrowsAsync<EtcdException>(() => new AlarmClearer(Context).PlanAsync(cluster, new AlarmRequest(), Token));
        Assert.Equal(EtcdErrorIds.NoSpace, early.ErrorId);
        Assert.Contains("Repair-EtcdSpace demo", early.NextStep, StringComparison.Ordinal);

        string leader = (await MemberReader.FindLeaderAsync(cluster, Token))!;
        Operation<EtcdSpaceRepair> operation = await new SpaceRepairer(Context).PlanAsync(cluster, new SpaceRepairRequest(), Token);
        string[] defragmented = [.. operation.Plan.Steps.Select(step => step.Id)
            .Where(id => id.StartsWith("DefragmentMember/", StringComparison.Ordinal))];
        Assert.Equal(3, defragmented.Length);
        Assert.Equal($"DefragmentMember/{leader}", defragmented[^1]);
        Assert.Contains(operation.Plan.Steps, step => step.Id == $"MoveLeader/{leader}");
        EtcdSpaceRepair done = await LocalLab.RunAsync(operation);

        Assert.All(done.Members,
            member => Assert.True(member.SizeBytes < SmallQuota.QuotaBytes / 8, $"{member.Member} still has {member.SizeBytes} bytes."));
        Assert.True(done.FreedBytes > SmallQuota.QuotaBytes * 2);
        Assert.NotEmpty(done.Disarmed);
        Assert.Contains(done.Advice, advice => advice.Contains("-AutoCompactionMode periodic", StringComparison.Ordinal));
        Assert.Empty(await cluster.Client.Maintenance.AlarmsAsync(Token));
        await cluster.Client.Kv.PutAsync("after", "value", cancellationToken: Token);
        Assert.Equal("value", (await cluster.Client.Kv.GetAsync("kept", Token))!.ValueText);
        Assert.NotEqual(leader, await MemberReader.FindLeaderAsync(cluster, Token));

        Operation<EtcdSpaceRepair> again = await new SpaceRepairer(Context).PlanAsync(cluster, new SpaceRepairRequest(), Token);
        Assert.True(again.Plan.IsEmpty);
    }

    [Fact]
    public async Task RepairAsync_KeysThemselvesFillTheQuota_SaysSoAndLeavesTheAlarm()
    {
        EtcdCluster cluster = await small.GetAsync();
        await SmallQuota.FillAsync(cluster, i => $"many/{i}", valueBytes: 30_000);
        try
        {
            Operation<EtcdSpaceRepair> operation = await new SpaceRepairer(Context).PlanAsync(cluster, new SpaceRepairRequest(), Token);
            EtcdException full = await Assert.ThrowsAsync<EtcdException>(() => LocalLab.RunAsync(operation));
            Assert.Equal(EtcdErrorIds.NoSpace, full.ErrorId);
            Assert.Contains("Delete keys that are not needed", full.NextStep, StringComparison.Ordinal);
            Assert.NotEmpty(await cluster.Client.Maintenance.AlarmsAsync(Token));
        }
        finally
        {
            await cluster.Client.Kv.DeleteAsync(KeyRange.Prefix("many/"), cancellationToken: Token);
            await LocalLab.RunAsync(await new SpaceRepairer(Context).PlanAsync(cluster, new SpaceRepairRequest(), Token));
        }

        Assert.Empty(await cluster.Client.Maintenance.AlarmsAsync(Token));
    }

    [Fact]
    public async Task OptimizeAsync_LittleToGain_LeavesMembersAlone()
    {
        EtcdCluster cluster = await small.GetAsync();
        Operation<IReadOnlyList<EtcdDefragmentation>> operation =
            await new MemberOptimizer(Context).PlanAsync(cluster, new DefragmentRequest { MinimumGainBytes = 1L << 40 }, Token);
        Assert.True(operation.Plan.IsEmpty);
        IReadOnlyList<EtcdDefragmentation> left = await LocalLab.RunAsync(operation);
        Assert.Equal(3, left.Count);
        Assert.All(left, member => Assert.Equal((false, 0L), (member.Defragmented, member.FreedBytes)));
        Assert.All(left, member => Assert.StartsWith("It would release only", member.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OptimizeAsync_AnotherMemberIsDown_IsRefused()
    {
        EtcdCluster cluster = await small.GetAsync();
        var members = new MemberOperator(Context);
        string? leader = await MemberReader.FindLeaderAsync(cluster, Token);
        string[] followers = [.. cluster.Spec!.Members.Select(member => member.Name).Where(name => name != leader)];
        await members.StopAsync(cluster, followers[0], Token);
        try
        {
            EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => new MemberOptimizer(Context).PlanAsync(
                cluster, new DefragmentRequest { Members = [followers[1]], MinimumGainPercent = 0 }, Token));
            Assert.Equal(EtcdErrorIds.NotHealthy, refused.ErrorId);
            Assert.Contains(followers[0], refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await members.StartAsync(cluster, followers[0], TimeSpan.FromSeconds(60), Token);
        }
    }

    [Fact]
    public async Task CompactAsync_KeepsWhatWasAskedFor()
    {
        EtcdCluster cluster = await small.GetAsync();
        for (int i = 0; i < 20; i++) await cluster.Client.Kv.PutAsync("counted", $"{i}", cancellationToken: Token);
        long current = (await cluster.Client.Maintenance.StatusAsync(Token)).Header.Revision;
        EtcdCompaction done = await CompactAsync(cluster, new CompactionRequest { Keep = 5, Physical = true });
        Assert.Equal((true, current - 4, current), (done.Compacted, done.Revision, done.CurrentRevision));
        KeyRange counted = KeyRange.Key("counted");
        RangeResult oldest = await cluster.Client.Kv.QueryAsync(counted, new RangeQuery { Revision = current - 4 }, Token);
        Assert.Equal("15", oldest.KeyValues[0].ValueText);
        EtcdException gone = await Assert.ThrowsAnyAsync<EtcdException>(() =>
            cluster.Client.Kv.QueryAsync(counted, new RangeQuery { Revision = current - 5 }, Token));
        Assert.Equal(EtcdErrorIds.Compacted, gone.ErrorId);

        Assert.False((await CompactAsync(cluster, new CompactionRequest { Keep = 5 })).Compacted);
        Assert.Equal(EtcdErrorIds.Compacted, (await Assert.ThrowsAsync<EtcdException>(() =>
            CompactAsync(cluster, new CompactionRequest { Revision = current - 10 }))).ErrorId);
        EtcdException future = await Assert.ThrowsAsync<EtcdException>(() =>
            new HistoryCompactor(Context).PlanAsync(cluster, new CompactionRequest { Revision = current + 1_000 }, Token));
        Assert.Equal(EtcdErrorIds.FutureRevision, future.ErrorId);
        Assert.Contains($"up to {current}", future.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompactAsync_PhysicalWhileAFollowerIsFrozen_WaitsForItsDeletion()
    {
        EtcdCluster cluster = await small.GetAsync();
        for (int i = 0; i < 20; i++) await cluster.Client.Kv.PutAsync("counted", $"{i}", cancellationToken: Token);
        long current = (await cluster.Client.Maintenance.StatusAsync(Token)).Header.Revision;
        SpaceFacts facts = await SpaceFacts.ReadAsync(Context, cluster, Token);
        string leader = (await MemberReader.FindLeaderAsync(cluster, Token))!;
        string follower = cluster.Spec!.Members.First(member => member.Name != leader).Name;
        await small.SignalAsync(follower, "STOP");
        Task<bool> waiting;
        try
        {
            await cluster.Client.ForEndpoint(facts.Choose([leader])[0].Health.Endpoint!).Kv.CompactAsync(current, physical: true, Token);
            waiting = new DeletedHistory(cluster).WaitAsync(facts, current, null, Token);
            await Task.Delay(500, Token);
            Assert.False(waiting.IsCompleted);
        }
        finally
        {
            await small.SignalAsync(follower, "CONT");
        }

        Assert.True(await waiting);
        DataComparison compared = await new DataComparer(Context).CompareAsync(await SpaceFacts.ReadAsync(Context, cluster, Token), Token);
        Assert.True(compared.IsEqual, string.Join(", ", compared.Silent));
    }

    [Fact]
    public async Task Of_DiskThatIsStillFull_SaysThatItsMemberCanEnd()
    {
        SpaceFacts facts = await SpaceFacts.ReadAsync(Context, await small.GetAsync(), Token);
        MemberSpace first = facts.Members[0] with { Disk = new DiskSpace("/srv/etcd", 300_000_000, 4_000_000, IsReadOnly: false) };

        Assert.DoesNotContain(SpaceAdvice.Of(facts), sentence => sentence.Contains("can end", StringComparison.Ordinal));
        Assert.Contains(SpaceAdvice.Of(facts with { Members = [first, .. facts.Members.Skip(1)] }), sentence => sentence.StartsWith(
            $"Member {first.Name} can end at any time: the disk of /srv/etcd is full: 4 MB of 300 MB are free.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ClearAsync_AlarmOfFormerMember_IsDisarmedAndWritesAreProved()
    {
        EtcdCluster cluster = await small.GetAsync();
        await cluster.Client.Maintenance.ActivateAlarmAsync(new MemberId(0xabcdef), AlarmType.NoSpace, Token);
        EtcdAlarm alarm = Assert.Single(await new AlarmReader(Context).ReadAsync(cluster, Token));
        Assert.Equal(("abcdef", false, false), (alarm.Member, alarm.IsMember, alarm.CauseRemains));
        EtcdException other = await Assert.ThrowsAsync<EtcdException>(() =>
            new AlarmClearer(Context).PlanAsync(cluster, new AlarmRequest { Members = ["n9"] }, Token));
        Assert.Contains("Armed are: NOSPACE of abcdef", other.NextStep, StringComparison.Ordinal);

        Operation<IReadOnlyList<EtcdAlarm>> operation =
            await new AlarmClearer(Context).PlanAsync(cluster, new AlarmRequest { Members = ["abcdef"] }, Token);
        Assert.Equal(["DisarmAlarm", "ProveWrites"], operation.Plan.Steps.Select(step => step.Id.Split('/')[0]));
        Assert.Equal(alarm.MemberId, Assert.Single(await LocalLab.RunAsync(operation)).MemberId);
        Assert.Empty(await cluster.Client.Maintenance.AlarmsAsync(Token));
        Assert.True((await new AlarmClearer(Context).PlanAsync(cluster, new AlarmRequest(), Token)).Plan.IsEmpty);
    }

    [Fact]
    public async Task ClearAsync_CorruptAlarmButEqualData_IsDisarmed()
    {
        EtcdCluster cluster = await small.GetAsync();
        EtcdHealth member = (await new HealthChecker(Context).CheckAsync(cluster, new HealthOptions(), Token)).Members[0];
        await cluster.Client.Maintenance.ActivateAlarmAsync(member.MemberId!.Value, AlarmType.Corrupt, Token);
        EtcdAlarm armed = Assert.Single(await new AlarmReader(Context).ReadAsync(cluster, Token));
        Assert.True(armed.CauseRemains == false, armed.Cause);
        EtcdException refused =
            await Assert.ThrowsAsync<EtcdException>(() => new SpaceRepairer(Context).PlanAsync(cluster, new SpaceRepairRequest(), Token));
        Assert.Equal(EtcdErrorIds.Corrupt, refused.ErrorId);
        EtcdAlarm disarmed = Assert.Single(await LocalLab.RunAsync(await new AlarmClearer(Context).PlanAsync(cluster, new AlarmRequest(), Token)));
        Assert.Equal(false, disarmed.CauseRemains);
        await cluster.Client.Kv.PutAsync("after", "value", cancellationToken: Token);
    }

    private async Task<EtcdCompaction> CompactAsync(EtcdCluster cluster, CompactionRequest request) =>
        await LocalLab.RunAsync(await new HistoryCompactor(Context).PlanAsync(cluster, request, Token));
}
