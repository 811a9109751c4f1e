using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Alarms;
using EtcdAdmin.Maintenance.Corruption;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>A member whose database is damaged by hand: found, named, replaced.</summary>
public sealed class CorruptionTests(ThreeMembers three) : IClassFixture<ThreeMembers>
{
    private const string Value = "the-value-that-a-failing-disk-changes";

    private static readonly HealthOptions Hashes = new() { CheckHash = true, PrefersCompactedHash = true, Timeout = TimeSpan.FromSeconds(20) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AdminContext Context => three.Lab.Context;

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the damaged member leads: its data must not be what the new one gets
    public async Task RepairAsync_OneMemberIsDamaged_IsFoundReplacedAndKept(bool leader)
    {
        EtcdCluster cluster = await three.GetAsync();
        string key = $"damaged/{leader}";
        await FillAsync(cluster, key);
        string victim = await ChooseAsync(cluster, leader);
        await DamageAsync(cluster, victim);
        if (leader) await LeadAsync(cluster, victim);
        await using var writer = SteadyWriter.Start(cluster);
        await Poll.UntilAsync(() => writer.Acknowledged > 5, Token);

        ClusterHealth health = await CheckAsync(cluster);
        Assert.Equal(victim, Assert.Single(health.Members, member => member.HashConsistent == false).Member);
        MemberSpec spec = cluster.Spec!.Members.First(member => member.Name == victim);
        Operation<EtcdCorruptionRepair> operation =
            await new CorruptionRepairer(Context).PlanAsync(cluster, victim, new RepairMemberRequest(), Token);
        Assert.Empty(operation.Warnings);
        Assert.Equal(["ProveEqualData", "DisarmAlarm", "ProveWrites"], operation.Plan.Steps.TakeLast(3).Select(step => step.Id));
        EtcdCorruptionRepair done = await LocalLab.RunAsync(operation);

        Assert.Equal(victim, done.Member);
        Assert.Contains("differs from that of the majority", done.Finding, StringComparison.Ordinal);
        Assert.NotEmpty(done.ComparedRevisions);
        Assert.StartsWith(spec.Layout.DataDirectory + ".corrupt-", done.EvidencePath, StringComparison.Ordinal);
        Assert.True(DamagedPage.Find(done.EvidencePath + "/member/snap/db", $"X{Value[1..]}").Page > 1); // the damaged value is kept
        await writer.StopAndVerifyAsync(Token);
        ClusterHealth after = await CheckAsync(cluster);
        Assert.True(after.Healthy, string.Join("; ", after.Members));
        Assert.All(after.Members, member => Assert.True(member.HashConsistent));
        foreach (MemberSpec member in cluster.Spec.Members)
        {
            RangeResult found = await cluster.Client.ForEndpoint(member.ClientUrl(cluster.Spec.Tls)).Kv
                .QueryAsync(KeyRange.Key(key), new RangeQuery { Serializable = true }, Token);
            Assert.Equal(Value, Assert.Single(found.KeyValues).ValueText);
        }
    }

    [Fact]
    public async Task ReadAsync_AlarmWhileOneMemberIsDamaged_NamesItAndTheRepairDisarmsIt()
    {
        EtcdCluster cluster = await three.GetAsync();
        await FillAsync(cluster, "damaged/alarm");
        string victim = await ChooseAsync(cluster, leader: false);
        await DamageAsync(cluster, victim);
        // As etcd does where it finds a difference, but cannot tell which member is right.
        await cluster.Client.Maintenance.ActivateAlarmAsync(default, AlarmType.Corrupt, Token);

        EtcdAlarm alarm = Assert.Single(await new AlarmReader(Context).ReadAsync(cluster, Token));
        Assert.Equal((true, false), (alarm.CauseRemains, alarm.IsMember));
        Assert.StartsWith($"The data of member {victim} differs from that of the majority", alarm.Cause, StringComparison.Ordinal);
        Assert.StartsWith($"Repair-EtcdMember {victim} -Cluster demo -Reason Corruption", alarm.NextStep, StringComparison.Ordinal);
        EtcdException kept = await Assert.ThrowsAsync<EtcdException>(() => new AlarmClearer(Context).PlanAsync(cluster, new AlarmRequest(), Token));
        Assert.Equal(EtcdErrorIds.Corrupt, kept.ErrorId);
        ClusterHealth sick = await CheckAsync(cluster);
        Assert.Contains(sick.Warnings, warning => warning.Contains("-Reason Corruption", StringComparison.Ordinal));

        string other = cluster.Spec!.Members.First(member => member.Name != victim).Name;
        EtcdException wrong = await Assert.ThrowsAsync<EtcdException>(() =>
            new CorruptionRepairer(Context).PlanAsync(cluster, other, new RepairMemberRequest(), Token));
        Assert.Equal(EtcdErrorIds.RequestRefused, wrong.ErrorId);
        Assert.Contains($"Repair-EtcdMember {victim}", wrong.NextStep, StringComparison.Ordinal);

        await LocalLab.RunAsync(await new CorruptionRepairer(Context).PlanAsync(cluster, victim, new RepairMemberRequest(), Token));
        Assert.Empty(await cluster.Client.Maintenance.AlarmsAsync(Token));
        await cluster.Client.Kv.PutAsync("after", "value", cancellationToken: Token);
        Assert.True((await CheckAsync(cluster)).Healthy);
    }

    [Fact]
    public async Task PlanAsync_TwoMembersDamagedDifferently_IsRefused()
    {
        EtcdCluster cluster = await three.GetAsync();
        await FillAsync(cluster, "damaged/two");
        var damaged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in cluster.Spec!.Members.Take(2).Select(member => member.Name))
            damaged[name] = await DamageAsync(cluster, name, (char)('A' + damaged.Count));

        try
        {
            EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() =>
                new CorruptionRepairer(Context).PlanAsync(cluster, damaged.Keys.First(), new RepairMemberRequest(), Token));
            Assert.Equal(EtcdErrorIds.Corrupt, refused.ErrorId);
            Assert.Contains("no majority", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            // Undamaged again, for the other tests.
            foreach (string name in damaged.Keys) await DamageAsync(cluster, name, Value[0], damaged[name]);
        }

        Assert.True((await CheckAsync(cluster)).Healthy);
    }

    [Fact]
    public async Task CheckAsync_AfterACompaction_ComparesTheKeptHashes()
    {
        EtcdCluster cluster = await three.GetAsync();
        for (int i = 0; i < 20; i++) await cluster.Client.Kv.PutAsync("counted", $"{i}", cancellationToken: Token);
        long revision = (await cluster.Client.Maintenance.StatusAsync(Token)).Header.Revision - 5;
        await cluster.Client.Kv.CompactAsync(revision, physical: true, Token);

        ClusterHealth health = new([]);
        // Each member compacts in its own time.
        await Poll.UntilAsync(async () => (health = await CheckAsync(cluster)).Members.All(member => member.HashRevision == revision), Token);
        Assert.All(health.Members, member => Assert.True(member.HashConsistent));
        ClusterHealth full = await new HealthChecker(Context).CheckAsync(cluster, Hashes with { PrefersCompactedHash = false }, Token);
        Assert.All(full.Members, member => Assert.True(member.HashRevision > revision));
    }

    [Fact]
    public async Task CheckAsync_CompactedAtTheNewestRevisionAndOneMemberRestarted_IsCompared()
    {
        EtcdCluster cluster = await three.GetAsync();
        await cluster.Client.Kv.PutAsync("counted", "last", cancellationToken: Token);
        await cluster.Client.Kv.CompactAsync((await cluster.Client.Maintenance.StatusAsync(Token)).Header.Revision, physical: true, Token);
        var members = new MemberOperator(Context);
        await members.RestartAsync(cluster, await ChooseAsync(cluster, leader: false), TimeSpan.FromSeconds(60), Token);

        Assert.All((await CheckAsync(cluster)).Members, member => Assert.True(member.HashConsistent, member.Reason));
        EtcdException healthy = await Assert.ThrowsAsync<EtcdException>(() =>
            new CorruptionRepairer(Context).PlanAsync(cluster, "demo-1", new RepairMemberRequest(), Token));
        Assert.Contains("All compared members hold the same data", healthy.Message, StringComparison.Ordinal);
    }

    private Task<ClusterHealth> CheckAsync(EtcdCluster cluster) => new HealthChecker(Context).CheckAsync(cluster, Hashes, Token);

    private static async Task FillAsync(EtcdCluster cluster, string key)
    {
        for (int i = 0; i < 50; i++) await cluster.Client.Kv.PutAsync($"other/{i}", new string('v', 500), cancellationToken: Token);
        await cluster.Client.Kv.DeleteAsync(KeyRange.Prefix("damaged/"), cancellationToken: Token);
        await cluster.Client.Kv.PutAsync(key, Value, cancellationToken: Token);
        long revision = (await cluster.Client.Maintenance.StatusAsync(Token)).Header.Revision;
        // Earlier tests left the value in the history, where no member is damaged.
        await cluster.Client.Kv.CompactAsync(revision, physical: true, Token);
        await cluster.Client.Kv.PutAsync("other/more", "value", cancellationToken: Token);
    }

    private static async Task<string> ChooseAsync(EtcdCluster cluster, bool leader)
    {
        string? leading = await MemberReader.FindLeaderAsync(cluster, Token);
        return cluster.Spec!.Members.Select(member => member.Name).First(name => name == leading == leader);
    }

    private async Task LeadAsync(EtcdCluster cluster, string member)
    {
        var admin = new MemberReader(Context);
        EtcdMember wanted = (await admin.ReadAsync(cluster, TimeSpan.FromSeconds(5), Token)).First(found => found.Name == member);
        await Poll.UntilAsync(async () =>
        {
            if (await MemberReader.FindLeaderAsync(cluster, Token) is not { } leading) return false;
            if (leading == member) return true;
            MemberSpec spec = cluster.Spec!.Members.First(found => found.Name == leading);
            await cluster.Client.ForEndpoint(spec.ClientUrl(cluster.Spec.Tls)).Maintenance.MoveLeaderAsync(wanted.Id!.Value, Token);
            return false;
        }, Token);
    }

    /// <returns>The value that the member has now.</returns>
    private async Task<string> DamageAsync(EtcdCluster cluster, string member, char letter = 'X', string value = Value)
    {
        MemberSpec spec = cluster.Spec!.Members.First(found => found.Name == member);
        var members = new MemberOperator(Context);
        await members.StopAsync(cluster, member, Token);
        DamagedPage.Write(spec.DatabaseFile, value, letter);
        await members.StartAsync(cluster, member, TimeSpan.FromSeconds(60), Token);
        return letter + value[1..];
    }
}
