using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using static EtcdAdmin.Tests.Recovery.Quorum.MadeMembers;

namespace EtcdAdmin.Tests.Recovery.Quorum;

/// <summary>Which answers of members keep a repair from beginning.</summary>
public sealed class RecoveryGuardTests
{
    private static readonly EtcdHealth Silent = new() { Cluster = Cluster(), Member = "?", Reason = "made" };

    [Theory]
    [InlineData(true, EtcdErrorIds.QuorumExists)]
    [InlineData(null, EtcdErrorIds.QuorumAtRisk)] // it refuses whoever asks
    [InlineData(false, null)]
    public async Task RequireNoQuorumAsync_OneAnswers_IsRefusedUnlessThatSaysNo(bool? hasQuorum, string? expected)
    {
        RecoveryGuard guard = Guard(Silent with { Member = "a", Reachable = true, HasQuorum = hasQuorum }, Silent with { Member = "b" });

        Exception? error = await Record.ExceptionAsync(() => guard.RequireNoQuorumAsync(TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Equal(expected, (error as EtcdException)?.ErrorId);
    }

    [Fact]
    public void RequireStopped_TwoRunUnheardWhileTheThirdAnswers_IsRefused()
    {
        RecoveryGuard guard = Guard(
            Silent with { Member = "a", Reachable = true, HasQuorum = false }, Silent with { Member = "b" }, Silent with { Member = "c" });
        MemberData a = Member("a", 10, 2) with { IsRunning = true };
        MemberData b = Member("b", 10, 2) with { IsRunning = true };
        MemberData c = Member("c", 10, 2);

        guard.RequireStopped([a, b, c]);
        var error = Assert.Throws<EtcdException>(() => guard.RequireStopped([a, b, c with { IsRunning = true }]));

        Assert.Equal(EtcdErrorIds.QuorumAtRisk, error.ErrorId);
    }

    private static RecoveryGuard Guard(params EtcdHealth[] members) => new(Cluster(), new ClusterHealth(members));
}
