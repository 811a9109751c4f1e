using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using static EtcdAdmin.Tests.Recovery.Quorum.MadeMembers;

namespace EtcdAdmin.Tests.Recovery.Quorum;

/// <summary>Which member's data is taken, and what is said of the others'.</summary>
public sealed class RecoveryChoiceTests
{
    private static readonly RepairClusterRequest Anything = new();

    [Fact]
    public void Make_LearnerWithTheLongestLog_IsRankedByItsDatabaseThatIsAllARestoreTakes()
    {
        RecoveryChoice choice = Make(Member("a", 1000, 5).WithLog(5, 1005), Member("b", 900, 5, isLearner: true).WithLog(5, 1010), Missing("c"));

        Assert.Equal(("a", RecoveryMethod.ForceNewCluster), (choice.Chosen.Member.Name, choice.Method));
        Assert.Contains(choice.Warnings, warning => warning.StartsWith("Member b is ahead of a: term 5, index 1010", StringComparison.Ordinal));
        Assert.True(choice.IsBehind);
    }

    [Fact]
    public void Make_OnlyALearnerIsLeft_DoesNotAdviseWhatEtcdCannotDo()
    {
        RecoveryChoice choice = Make(Missing("a"), Member("b", 900, 5, isLearner: true).WithLog(5, 1010), Missing("c"));

        Assert.Equal(RecoveryMethod.Restore, choice.Method);
        string warning = Assert.Single(choice.Warnings, warning => warning.Contains("110 entries", StringComparison.Ordinal));
        Assert.DoesNotContain("ForceNewCluster", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_RestoreIsAskedFor_RanksByDatabases()
    {
        RecoveryChoice choice = Make(
            new RepairClusterRequest
            {
                Method = RecoveryMethod.Restore,
            }, Member("a", 900, 5).WithLog(5, 1005), Member("b", 950, 5).WithLog(5, 1000), Missing("c"));

        Assert.Equal("b", choice.Chosen.Member.Name);
    }

    [Theory]
    [InlineData(900UL, "a")] // it was applied, so it was committed, and b has not heard of it
    [InlineData(1100UL, "b")]
    public void Make_DatabaseWithoutATermAgainstALog_ComparesByIndex(ulong lastOfTheLog, string expected)
    {
        RecoveryChoice choice = Make(Member("a", 1000), Member("b", 800).WithLog(5, lastOfTheLog), Missing("c"));

        Assert.Equal(expected, choice.Chosen.Member.Name);
        Assert.Contains(choice.Candidates, candidate => candidate.Member == "a"
            && candidate.Reason.Contains("term unknown, index 1000", StringComparison.Ordinal));
    }

    [Fact]
    public void Make_SamePosition_TakesTheOneThatCanGoOnWithItsLog()
    {
        RecoveryChoice choice = Make(Member("a", 1000, 5, revision: 90), Member("b", 950, 5, revision: 80).WithLog(5, 1000), Missing("c"));

        Assert.Equal(("b", RecoveryMethod.ForceNewCluster), (choice.Chosen.Member.Name, choice.Method));
    }

    [Fact]
    public void Make_DamagedDatabaseWithALongerLog_IsWarnedOf()
    {
        RecoveryChoice choice = Make(Member("a", 900, 5).WithLog(5, 950), Member("b", 0).WithLog(5, 1000).WithDamagedDatabase(), Missing("c"));

        Assert.Contains(choice.Warnings, warning => warning.Contains("Member b is ahead of a: term 5, index 1000", StringComparison.Ordinal));
        Assert.True(choice.IsBehind);
    }

    [Fact]
    public void Make_RestoreWasBegun_GoesOnSoAndComparesNothingWithTheOthers()
    {
        EtcdCluster cluster = Cluster(Begun("a", "Restore"));
        MemberData[] all = [Member("a", 5, 2).WithLog(2, 8), Member("b", 1000, 5).WithLog(5, 1000), Member("c", 1000, 5).WithLog(5, 1000)];

        RecoveryChoice choice = RecoveryChoice.Make(cluster, all, Anything);
        IReadOnlyList<EtcdRecoveryCandidate> listed = RecoveryChoice.List(cluster, all);

        Assert.Equal(("a", RecoveryMethod.Restore, true), (choice.Chosen.Member.Name, choice.Method, choice.IsCarriedOn));
        Assert.DoesNotContain(choice.Warnings, warning => warning.Contains("is ahead", StringComparison.Ordinal)
            || warning.Contains("Start-EtcdMember", StringComparison.Ordinal));
        Assert.Equal("a", Assert.Single(listed, candidate => candidate.IsChosen).Member);
    }

    [Fact]
    public void Make_SourceOfABegunRepairIsGone_IsRefusedUnlessAnotherIsNamed()
    {
        EtcdCluster cluster = Cluster(Begun("a", "ForceNewCluster"));
        MemberData[] all = [Missing("a"), Member("b", 1000, 5).WithLog(5, 1000), Missing("c")];

        var error = Assert.Throws<EtcdException>(() => RecoveryChoice.Make(cluster, all, Anything));
        RecoveryChoice named = RecoveryChoice.Make(cluster, all, new RepairClusterRequest { From = "b" });

        Assert.Equal((EtcdErrorIds.MemberDataLost, "a"), (error.ErrorId, error.Target));
        Assert.Equal(("b", false), (named.Chosen.Member.Name, named.IsCarriedOn));
    }

    [Fact]
    public void Make_RebuiltAndLostAgain_ChoosesAmongThoseThatHadJoined()
    {
        EtcdCluster cluster = Cluster(Begun("a", "ForceNewCluster") with { IsRebuilt = true, Waiting = [Spec("c")] });
        MemberData[] all = [Member("a", 900, 6).WithLog(6, 900), Member("b", 1000, 6).WithLog(6, 1000), Member("c", 2000, 5).WithLog(5, 2000)];

        RecoveryChoice choice = RecoveryChoice.Make(cluster, all, Anything);

        Assert.Equal(("b", false), (choice.Chosen.Member.Name, choice.IsCarriedOn));
        Assert.Contains(choice.Candidates, candidate => candidate is { Member: "c", Rank: null }
            && candidate.Reason.Contains("before the repair", StringComparison.Ordinal));
    }

    [Fact]
    public void Make_DataThatWasPutAside_CanOnlyBeRestored()
    {
        MemberData[] all = [Member("a", 900, 5).WithLog(5, 950).PutAside(), Missing("b"), Missing("c")];

        RecoveryChoice choice = Make(all);
        var error = Assert.Throws<EtcdException>(() => Make(new RepairClusterRequest { Method = RecoveryMethod.ForceNewCluster }, all));

        Assert.Equal(RecoveryMethod.Restore, choice.Method);
        Assert.Contains("moved its data aside", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_TornLog_TellsWhatIsDropped()
    {
        MemberData torn = Member("a", 900, 5).WithLog(5, 950, WalCondition.Torn);

        RecoveryChoice choice = Make(torn with { Log = torn.Log with { TornBytes = 5000 } }, Missing("b"), Missing("c"));

        Assert.Contains(choice.Warnings, warning => warning.Contains("5000 bytes", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(60, 20, false, "/wal", true)]
    [InlineData(10, 20, false, "/wal", false)] // its log has a file system of its own, and that is full
    [InlineData(60, 20, false, "/", false)] // all three have to fit into 100 MB
    [InlineData(60, 20, true, "/", true)] // the copy is there already
    public void RequireSpace_LogInAFolderOfItsOwn_CountsEachFileSystem(int usedByData, int usedByLog, bool isKept, string fileSystem, bool fits)
    {
        MemberData data = Member("a", 900, 5).WithLog(5, 950);
        long free = fileSystem == "/" ? 100 : usedByData + 25;
        data = data with
        {
            Listing = data.Listing! with
            {
                Space = data.Listing.Space with { UsedBytes = (long)usedByData << 20 },
                LogSpace = new FolderSpace(free << 20, (long)usedByLog << 20, fileSystem),
                IsKept = isKept,
            },
        };
        RecoveryChoice choice = Make(data, Missing("b"), Missing("c"));

        Exception? error = Record.Exception(() => RecoveryGuard.RequireSpace(choice));

        Assert.Equal(fits ? null : EtcdErrorIds.DiskFull, (error as EtcdException)?.ErrorId);
    }

    private static ClusterRecovery Begun(string source, string method) => new(source, method, "20260101-000000", IsRebuilt: false, []);

    private static RecoveryChoice Make(params MemberData[] all) => Make(Anything, all);

    private static RecoveryChoice Make(RepairClusterRequest request, params MemberData[] all) => RecoveryChoice.Make(Cluster(), all, request);
}
