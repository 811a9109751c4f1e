using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Recovery.Tools;
using EtcdAdmin.Tests.Snapshots;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>By how much revisions are raised. The snapshot is at revision 100.</summary>
public sealed class RevisionBumpTests
{
    private const long Margin = 1_000_000_000;

    [Theory]
    [InlineData(0, false, true)]
    [InlineData(7, true, true)]
    [InlineData(4900, true, false)]
    public void Choose_Given_IsTakenWithAWarningWhereRevisionsGoBack(long given, bool toolCanBump, bool goesBack)
    {
        RevisionBump bump = Choose([Live(5000)], live: 5000, toolCanBump, SnapshotSample.Request with { RevisionBump = given });

        Assert.Equal((given, goesBack), (bump.Amount, bump.Warning is not null));
    }

    [Fact]
    public void Choose_GivenButTheToolCannot_IsRefused()
    {
        var error = Assert.Throws<EtcdException>(() => Choose([], live: null, toolCanBump: false, SnapshotSample.Request with { RevisionBump = 7 }));

        Assert.Equal((EtcdErrorIds.NotSupported, "c"), (error.ErrorId, error.Target));
    }

    [Fact]
    public void Choose_GivenNegative_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Choose([], live: null, toolCanBump: true, SnapshotSample.Request with { RevisionBump = -1 }));

    [Fact]
    public void Choose_NothingIsKnown_RaisesByTheMarginOrWarns()
    {
        RevisionBump can = Choose([], live: null, toolCanBump: true);
        RevisionBump cannot = Choose([], live: null, toolCanBump: false);

        Assert.Equal((Margin, null, null), (can.Amount, can.Warning, can.Reason));
        Assert.Equal(0, cannot.Amount);
        Assert.Contains("go back to 100", cannot.Warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Choose_NeverWrittenToAndNothingLaterKnown_RaisesNothing(bool toolCanBump) =>
        Assert.Equal(new RevisionBump(0, null), Choose([Live(1), new KnownRevision(100, "one.db is at")], live: 1, toolCanBump));

    [Fact]
    public void Choose_NewClusterForDataThatWentOn_PassesWhereTheOldOneWas()
    {
        RevisionBump bump = Choose([Live(1), new KnownRevision(250, "cluster prod was seen on 2026-01-31 at")], live: 1, toolCanBump: true);

        Assert.Equal(150 + Margin, bump.Amount);
        Assert.Equal("cluster prod was seen on 2026-01-31 at 250", bump.Reason);
    }

    [Theory]
    [InlineData(300, 250, 200 + Margin, "member n2 was at 300")]
    [InlineData(200, 250, 150 + Margin, "later.db is at 250")]
    [InlineData(50, 60, Margin, "later.db is at 60")]
    public void Choose_SeveralAreKnown_PassesTheHighestByTheMargin(long live, long beside, long amount, string reason)
    {
        RevisionBump bump = Choose([Live(live), new KnownRevision(beside, "later.db is at")], live, toolCanBump: true);

        Assert.Equal((amount, reason), (bump.Amount, bump.Reason));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(50, false)]
    public void Choose_ToolCannot_WarnsWhereClientsHaveSeenMore(long live, bool warns)
    {
        RevisionBump bump = Choose([Live(live)], live, toolCanBump: false);

        Assert.Equal((0, warns), (bump.Amount, bump.Warning is not null));
    }

    private static KnownRevision Live(long revision) => new(revision, "member n2 was at");

    private static RevisionBump Choose(IReadOnlyList<KnownRevision> known, long? live, bool toolCanBump, RestoreRequest? request = null) =>
        RevisionBump.Choose("c", SnapshotSample.Info, known, live, (request ?? SnapshotSample.Request).RevisionBump, toolCanBump);
}
