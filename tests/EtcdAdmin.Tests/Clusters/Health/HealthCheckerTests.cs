using System.Diagnostics;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Health;

public sealed class HealthCheckerTests(ThreeMembers shared) : IClassFixture<ThreeMembers>, IAsyncLifetime
{
    private readonly LocalLab _lab = shared.Lab;
    private EtcdCluster _cluster = null!; // set before every test

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MemberOperator Operator => new(_lab.Context);

    public async ValueTask InitializeAsync() => _cluster = await shared.GetAsync();

    /// <summary>Leaves the cluster to the next test as it was: all members up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_cluster?.Spec is not { } spec) return; // skipped
        await Task.WhenAll(
            spec.Members.Select(member => Operator.StartAsync(_cluster, member.Name, TimeSpan.FromSeconds(60), CancellationToken.None)));
    }

    [Fact]
    public async Task CheckAsync_KilledMember_IsNamedWithTheReasonAndHidesNobody()
    {
        await shared.SignalAsync("demo-2", "KILL");

        ClusterHealth health = await CheckAsync(TimeSpan.FromSeconds(3));

        EtcdHealth dead = health.Members.Single(member => member.Member == "demo-2");
        Assert.Equal("UnHealthy with 3 known peers", health.Summary);
        Assert.False(dead.Healthy);
        Assert.False(dead.Reachable);
        Assert.StartsWith("its process is not running; ", dead.Reason, StringComparison.Ordinal);
        Assert.Matches("refused|the connection broke", dead.Reason); // the latter where the death shows on a connection in use
        Assert.All(health.Members.Where(member => member != dead), member => Assert.True(member.HasQuorum));

        EtcdHealth again = await Operator.StartAsync(_cluster, "demo-2", TimeSpan.FromSeconds(30), Token);

        Assert.True(again.Healthy);
        Assert.Equal("Healthy with 3 known peers", (await CheckAsync(TimeSpan.FromSeconds(3))).Summary);
    }

    [Fact]
    public async Task CheckAsync_HangingMember_CostsNoMoreThanTheTimeout()
    {
        await CheckAsync(TimeSpan.FromSeconds(5));
        await shared.SignalAsync("demo-3", "STOP");
        try
        {
            long start = Stopwatch.GetTimestamp();

            ClusterHealth health = await CheckAsync(TimeSpan.FromSeconds(2));

            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
            EtcdHealth hanging = health.Members.Single(member => member.Member == "demo-3");
            Assert.False(hanging.Reachable);
            Assert.Matches(@"^process \d+ is running; ", hanging.Reason);
            Assert.Equal(2, health.Members.Count(member => member.Reachable));
        }
        finally
        {
            await shared.SignalAsync("demo-3", "CONT");
        }
    }

    [Fact]
    public async Task CheckAsync_QuorumLost_TheSurvivorIsReachableWithoutQuorum()
    {
        await Operator.StopAsync(_cluster, "demo-1", Token);
        await Operator.StopAsync(_cluster, "demo-2", Token);

        ClusterHealth health = await CheckAsync(TimeSpan.FromSeconds(3));

        EtcdHealth survivor = health.Members.Single(member => member.Reachable);
        Assert.Equal("demo-3", survivor.Member);
        Assert.False(survivor.HasQuorum);
        Assert.False(survivor.Healthy);
        Assert.Contains("no quorum", survivor.Reason, StringComparison.Ordinal);
        EtcdHealth started = await Operator.StartAsync(_cluster, "demo-1", TimeSpan.FromSeconds(30), Token);
        Assert.True(started.Healthy);
    }

    [Fact]
    public async Task CheckAsync_AllStopped_EveryMemberIsListedWithItsName()
    {
        foreach (string name in new[] { "demo-1", "demo-2", "demo-3" }) await Operator.StopAsync(_cluster, name, Token);

        ClusterHealth health = await CheckAsync(TimeSpan.FromSeconds(2));
        IReadOnlyList<EtcdMember> members = await new MemberReader(_lab.Context).ReadAsync(_cluster, TimeSpan.FromSeconds(2), Token);

        Assert.Equal("Errored with 0 known peers", health.Summary);
        Assert.Equal(["demo-1", "demo-2", "demo-3"], health.Members.Select(member => member.Member).Order(StringComparer.Ordinal));
        Assert.All(members, member => Assert.Equal(MemberState.Stopped, member.State));
    }

    [Fact]
    public async Task CheckAsync_AlarmArmed_TheMemberIsAliveAndInTrouble()
    {
        MemberList list = await _cluster.Client.Cluster.ListAsync(cancellationToken: Token);
        MemberId id = list.Members.Single(member => member.Name == "demo-1").Id;
        await _cluster.Client.Maintenance.ActivateAlarmAsync(id, AlarmType.NoSpace, Token);

        ClusterHealth health = await CheckAsync(TimeSpan.FromSeconds(5));
        await _cluster.Client.Maintenance.DisarmAlarmAsync(id, AlarmType.NoSpace, Token);

        EtcdHealth armed = health.Members.Single(member => member.Member == "demo-1");
        Assert.True(armed.Reachable);
        Assert.True(armed.HasQuorum);
        Assert.Equal([AlarmType.NoSpace], armed.Alarms);
        Assert.Equal("alarm NOSPACE", armed.Reason);
        Assert.All(health.Members.Where(member => member != armed), member => Assert.True(member.Healthy));
    }

    [Fact]
    public async Task CheckAsync_AlarmOfAMemberThatIsNotThere_NoMemberIsHealthyAndEachSaysWhy()
    {
        // As a snapshot brings it along: the alarm of a member of the cluster that it was taken from.
        var former = new MemberId(0x8e9e05c52194694d);
        await _cluster.Client.Maintenance.ActivateAlarmAsync(former, AlarmType.NoSpace, Token);
        try
        {
            await Assert.ThrowsAsync<EtcdRpcException>(() => _cluster.Client.Kv.PutAsync("/k", "v", cancellationToken: Token));

            ClusterHealth health = await CheckAsync(new HealthOptions { CheckWrite = true });

            Assert.Equal("UnHealthy with 3 known peers", health.Summary);
            Assert.All(health.Members, member => Assert.StartsWith(
                "alarm NOSPACE of former member 8e9e05c52194694d refuses puts and new leases; a test write failed: ", member.Reason,
                    StringComparison.Ordinal));
            Assert.All(health.Members, member => Assert.False(member.Writable));
            Assert.All(health.Members, member => Assert.Empty(member.Alarms!));
            Assert.Equal([new MemberAlarm(former, AlarmType.NoSpace)], health.Alarms);
            Assert.Contains("Clear-EtcdAlarm", Assert.Single(health.Warnings), StringComparison.Ordinal);
        }
        finally
        {
            await _cluster.Client.Maintenance.DisarmAlarmAsync(former, AlarmType.NoSpace, CancellationToken.None);
        }
    }

    [Fact]
    public async Task CheckAsync_DatabaseHasReachedItsQuota_IsNotHealthyBeforeTheAlarmIsRaised()
    {
        EtcdCluster small = _cluster.WithSpec(_cluster.RequireSpec() with { Tuning = new EtcdTuning { QuotaBytes = 4096 } });

        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(small, new HealthOptions(), Token);

        Assert.All(health.Members, member =>
            Assert.Matches(
                "^its database \\([0-9]+ bytes\\) has reached the quota \\(4096 bytes\\): the next write raises the NOSPACE alarm", member.Reason));
        Assert.All(health.Members, member => Assert.True(member.Serves));
    }

    [Fact]
    public async Task CheckAsync_ConnectionThatIsNotSaved_IsCheckedToo()
    {
        Uri endpoint = _cluster.Endpoints[0];
        var unsaved = new EtcdCluster(endpoint.Authority, [endpoint]) { Tls = _cluster.Tls };

        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(unsaved, new HealthOptions(), Token);

        Assert.Equal("Healthy with 3 known peers", health.Summary);
        Assert.Null(await new LastSeenStore(_lab.Context).FindAsync(unsaved.Name, Token));
    }

    [Fact]
    public async Task CheckAsync_TestWrite_SucceedsThroughEachMemberAndLeavesNothing()
    {
        long before = (await _cluster.Client.Kv.QueryAsync(KeyRange.Key("/k"), new RangeQuery { CountOnly = true }, Token)).Header.Revision;

        ClusterHealth health = await CheckAsync(new HealthOptions { CheckWrite = true });

        RangeResult left = await _cluster.Client.Kv.QueryAsync(KeyRange.Prefix(WriteProbe.KeyPrefix), new RangeQuery { CountOnly = true }, Token);
        Assert.Equal("Healthy with 3 known peers", health.Summary);
        Assert.All(health.Members, member => Assert.True(member.Writable));
        Assert.Equal((0, before + 6), (left.Count, left.Header.Revision)); // a put and a delete for each
        Assert.Empty(await _cluster.Client.Leases.ListAsync(Token));
    }

    [Fact]
    public async Task CheckAsync_MemberOfTheProfileThatTheClusterDoesNotHave_IsListedAsMissing()
    {
        int[] ports = FreePorts.Take(2);
        MemberSpec lost = _cluster.Spec!.Members[0] with
        {
            Name = "demo-4",
            ClientPort = ports[0],
            PeerPort = ports[1],
            Directory = _lab.Path + "/demo-4",
        };
        EtcdCluster meant = _cluster.WithSpec(_cluster.Spec with { Members = [.. _cluster.Spec.Members, lost] });

        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(meant, new HealthOptions(), Token);

        EtcdHealth missing = health.Members.Single(member => member.Member == "demo-4");
        Assert.Equal("UnHealthy with 4 known peers", health.Summary);
        Assert.Equal((false, false, (bool?)false), (missing.Healthy, missing.Reachable, missing.IsMember));
        Assert.StartsWith("it is in the profile but not in the cluster; its process is not running; ", missing.Reason, StringComparison.Ordinal);
        Assert.All(health.Members.Where(member => member != missing), member => Assert.True(member is { Healthy: true, IsMember: true }));
        string warning = Assert.Single(health.Warnings);
        Assert.Contains("is missing member demo-4, which the profile lists", warning, StringComparison.Ordinal);
        Assert.Contains("run Repair-EtcdMember demo-4 -Cluster demo.", warning, StringComparison.Ordinal);
        Assert.Contains("Set-EtcdConfiguration demo -FromCluster.", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_MemberThatTheProfileDoesNotHave_IsMentioned()
    {
        EtcdCluster meant = _cluster.WithSpec(_cluster.Spec! with { Members = [.. _cluster.Spec.Members.Take(2)] });

        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(meant, new HealthOptions(), Token);

        Assert.Equal("Healthy with 3 known peers", health.Summary);
        Assert.EndsWith(", not in the profile", health.Members.Single(member => member.Member == "demo-3").Reason, StringComparison.Ordinal);
        string warning = Assert.Single(health.Warnings);
        Assert.Contains("has member demo-3, but its profile does not", warning, StringComparison.Ordinal);
        Assert.Contains("run Set-EtcdConfiguration demo -FromCluster.", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_Disks_AreLookedAtUnlessVerdictsAreOnlyCounted()
    {
        ClusterHealth health = await CheckAsync(new HealthOptions());

        Assert.Equal("Healthy with 3 known peers", health.Summary);
        Assert.All(health.Members, member => Assert.True(member.DiskFreeBytes > 0));
        Assert.All((await CheckAsync(new HealthOptions { CheckDisk = true, ComparesProfile = false })).Members, member =>
            Assert.True(member.DiskFreeBytes > 0));
        Assert.All((await CheckAsync(new HealthOptions { ComparesProfile = false })).Members, member => Assert.Null(member.DiskFreeBytes));
    }

    [Fact]
    public async Task GuardQuorumAsync_LastMemberOfTheQuorum_IsRefusedWithTheArithmetic()
    {
        await Operator.GuardQuorumAsync(_cluster, "demo-1", Token);
        await Operator.StopAsync(_cluster, "demo-1", Token);

        var error = await Assert.ThrowsAsync<EtcdException>(() => Operator.GuardQuorumAsync(_cluster, "demo-2", Token));

        Assert.Equal(EtcdErrorIds.QuorumAtRisk, error.ErrorId);
        Assert.Contains("2 of 3 voter(s) are up, 1 would be left, and the quorum is 2", error.Message, StringComparison.Ordinal);
        await Operator.GuardQuorumAsync(_cluster, "demo-1", Token);
    }

    private Task<ClusterHealth> CheckAsync(TimeSpan timeout) => CheckAsync(new HealthOptions { Timeout = timeout });

    private Task<ClusterHealth> CheckAsync(HealthOptions options) => new HealthChecker(_lab.Context).CheckAsync(_cluster, options, Token);
}
