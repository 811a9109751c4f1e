using EtcdAdmin.Client;
using EtcdAdmin.Clusters;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

public sealed class RevisionBumpTests(SharedServers servers) : EtcdTest(servers)
{
    private const long Margin = 1_000_000_000;

    [Theory]
    [InlineData(0, false)]
    [InlineData(7, true)]
    public async Task ChooseAsync_Given_IsTaken(long given, bool toolCanBump)
    {
        RestoreRequest request = SnapshotSample.Request with { RevisionBump = given };

        RevisionBump bump = await ChooseAsync(DeadCluster(), SnapshotSample.Info, request, toolCanBump);

        Assert.Equal(new RevisionBump(given, null), bump);
    }

    [Fact]
    public async Task ChooseAsync_GivenButTheToolCannot_IsRefused()
    {
        RestoreRequest request = SnapshotSample.Request with { RevisionBump = 7 };

        var error = await Assert.ThrowsAsync<EtcdException>(() => ChooseAsync(DeadCluster(), SnapshotSample.Info, request, toolCanBump: false));

        Assert.Equal((EtcdErrorIds.NotSupported, "c"), (error.ErrorId, error.Target));
    }

    [Fact]
    public async Task ChooseAsync_GivenNegative_IsRefused() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ChooseAsync(
        DeadCluster(), SnapshotSample.Info, SnapshotSample.Request with { RevisionBump = -1 }, toolCanBump: true));

    [Fact]
    public async Task ChooseAsync_NobodyToAsk_RaisesByTheMarginOrWarns()
    {
        RevisionBump can = await ChooseAsync(DeadCluster(), SnapshotSample.Info, SnapshotSample.Request, toolCanBump: true);
        RevisionBump cannot = await ChooseAsync(DeadCluster(), SnapshotSample.Info, SnapshotSample.Request, toolCanBump: false);

        Assert.Equal(new RevisionBump(Margin, null), can);
        Assert.Equal(0, cannot.Amount);
        Assert.Contains("go back to 100", cannot.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChooseAsync_NeverWrittenTo_RaisesNothing()
    {
        EtcdCluster cluster = Cluster(await StartAsync("3.5"));

        Assert.Equal(new RevisionBump(0, null), await ChooseAsync(cluster, SnapshotSample.Info, SnapshotSample.Request, toolCanBump: true));
        Assert.Equal(new RevisionBump(0, null), await ChooseAsync(cluster, SnapshotSample.Info, SnapshotSample.Request, toolCanBump: false));
    }

    [Fact]
    public async Task ChooseAsync_AheadOfTheSnapshot_PassesTheRevisionByTheMargin()
    {
        EtcdServer server = await StartAsync("3.5");
        EtcdClient client = Track(server.Connect());
        long live = 0;
        for (int i = 0; i < 5; i++) live = (await client.Kv.PutAsync("k", "v", cancellationToken: Stop)).Header.Revision;
        SnapshotInfo older = SnapshotSample.Info with { Revision = 2 };
        SnapshotInfo newer = SnapshotSample.Info with { Revision = live + 50 };

        RevisionBump ahead = await ChooseAsync(Cluster(server), older, SnapshotSample.Request, toolCanBump: true);
        RevisionBump behind = await ChooseAsync(Cluster(server), newer, SnapshotSample.Request, toolCanBump: true);
        RevisionBump cannot = await ChooseAsync(Cluster(server), older, SnapshotSample.Request, toolCanBump: false);
        RevisionBump needNot = await ChooseAsync(Cluster(server), newer, SnapshotSample.Request, toolCanBump: false);

        Assert.Equal(new RevisionBump(live - 2 + Margin, null), ahead);
        Assert.Equal(new RevisionBump(Margin, null), behind);
        Assert.NotNull(cannot.Warning);
        Assert.Equal(new RevisionBump(0, null), needNot);
    }

    private static EtcdCluster Cluster(EtcdServer server) => new("c", server.Endpoints);

    private static EtcdCluster DeadCluster() => new("c", [new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}")]);

    private static Task<RevisionBump> ChooseAsync(EtcdCluster cluster, SnapshotInfo info, RestoreRequest request, bool toolCanBump) =>
        RevisionBump.ChooseAsync(cluster, info, request, toolCanBump, Stop);
}
