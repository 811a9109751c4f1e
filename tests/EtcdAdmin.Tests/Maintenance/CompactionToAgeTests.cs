using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.History;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Recovery.Restore;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>Compaction to an age, on a real member. Its past is made with clocks that are behind.</summary>
public sealed class CompactionToAgeTests : IAsyncLifetime
{
    private const string Key = "/aged";
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private static readonly CompactionRequest Hour = new() { OlderThan = TimeSpan.FromHours(1), Physical = true };

    private readonly LocalLab _lab = new();
    private EtcdCluster _cluster = null!; // set before each test

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Snapshots => Path.Combine(_lab.Path, "snapshots");

    public async ValueTask InitializeAsync() => _cluster = await _lab.InstallAsync("demo", 1, "3.5");

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task CompactAsync_RecordedHealth_DeletesWhatIsOlderAndKeepsWhatIsYounger()
    {
        await PutAsync("first");
        await CheckAsync(hoursAgo: 3);
        long older = await PutAsync("older");
        long then = await PutAsync("then");
        await CheckAsync(hoursAgo: 2);
        long younger = await PutAsync("younger");
        await CheckAsync(hoursAgo: 0.5);
        await PutAsync("now");

        Operation<EtcdCompaction> operation = await PlanAsync(Hour);
        string action = Assert.Single(operation.Plan.Steps).Action;
        Assert.Contains($"before revision {then} of {Ago(2):u} (health history)", action, StringComparison.Ordinal);
        await CheckAsync(hoursAgo: 1.5); // recorded between the plan and its run: the agreed revision stays
        EtcdCompaction done = await LocalLab.RunAsync(operation);

        Assert.Equal((true, then, Ago(2), "health history"), (done.Compacted, done.Revision, done.RevisionTime, done.RevisionSource));
        Assert.Equal("then", await ReadAsync(then));
        Assert.Equal("younger", await ReadAsync(younger));
        EtcdException gone = await Assert.ThrowsAnyAsync<EtcdException>(() => ReadAsync(older));
        Assert.Equal(EtcdErrorIds.Compacted, gone.ErrorId);
        EtcdCompaction again = await LocalLab.RunAsync(await PlanAsync(Hour with { OlderThan = TimeSpan.FromHours(2) }));
        Assert.Equal((false, then), (again.Compacted, again.Revision));
    }

    [Fact]
    public async Task CompactAsync_SnapshotsOfTheCluster_AreUsedByTheirManifests()
    {
        long saved = await PutAsync("saved");
        EtcdSnapshot snapshot = await SaveAsync(hoursAgo: 2);
        long later = await PutAsync("later");
        await SaveAsync(hoursAgo: 1 + (30.0 / 3600)); // it may contain what was written in the first seconds of the hour
        await PutAsync("now");
        Assert.Equal(EtcdErrorIds.RevisionNotFound, (await FailAsync(Hour)).ErrorId);

        EtcdCompaction done = await LocalLab.RunAsync(await PlanAsync(Hour with { SnapshotFolder = Snapshots }));

        Assert.Equal((true, saved, Ago(2), snapshot.Path), (done.Compacted, done.Revision, done.RevisionTime, done.RevisionSource));
        Assert.Equal("later", await ReadAsync(later));
        Assert.Equal(EtcdErrorIds.Compacted, (await Assert.ThrowsAnyAsync<EtcdException>(() => ReadAsync(saved - 1))).ErrorId);
    }

    [Fact]
    public async Task PlanAsync_NoRecord_SaysWhatIsKnown()
    {
        EtcdException none = await FailAsync(Hour);
        Assert.Equal((EtcdErrorIds.RevisionNotFound, EtcdErrorKind.NotFound, "demo"), (none.ErrorId, none.Kind, none.Target));
        Assert.Contains("No record", none.Message, StringComparison.Ordinal);
        Assert.Contains("-SnapshotPath", none.NextStep, StringComparison.Ordinal);
        Assert.Contains("-Keep", none.NextStep, StringComparison.Ordinal);
        Assert.Contains("Register-EtcdHealthMonitor demo", none.NextStep, StringComparison.Ordinal);

        await CheckAsync(hoursAgo: 0.5);
        Directory.CreateDirectory(Snapshots);
        EtcdException young = await FailAsync(Hour with { SnapshotFolder = Snapshots });
        Assert.Contains($"of {Ago(0.5):u} (health history)", young.Message, StringComparison.Ordinal);
        Assert.Contains(Snapshots, young.Message, StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.SnapshotNotFound, (await FailAsync(Hour with { SnapshotFolder = Snapshots + "-none" })).ErrorId);
        Assert.Equal(EtcdErrorIds.InvalidArgument, (await FailAsync(Hour with { Keep = 1 })).ErrorId);
        Assert.Equal(EtcdErrorIds.InvalidArgument, (await FailAsync(new CompactionRequest { OlderThan = TimeSpan.Zero })).ErrorId);
    }

    [Fact]
    public async Task PlanAsync_RecordsThatAreNotCertain_AreNotUsed()
    {
        long certain = await PutAsync("certain");
        await CheckAsync(hoursAgo: 5);
        await PutAsync("after");
        EtcdHealthRecord known = Assert.Single(await new HealthHistoryStore(_lab.Context).ReadAsync("demo", HealthHistoryStore.MaxAge, Token));
        Assert.NotNull(known.ClusterId);
        var store = new HealthHistoryStore(_lab.Context);
        await store.AppendAsync(known with { Time = Ago(4), Revision = certain + 1, ClusterId = null }, Token); // of an earlier version
        await store.AppendAsync(known with { Time = Ago(3), Revision = certain + 1, ClusterId = "abc" }, Token); // of another cluster
        await store.AppendAsync(known with { Time = Ago(2), Revision = certain + 1_000 }, Token); // not reached yet
        await store.AppendAsync(known with { Time = Ago(1.8), Revision = certain + 1 }, Token);
        await store.AppendAsync(known with { Time = Ago(0.5), Revision = certain }, Token); // it was lower again later

        EtcdCompaction done = await LocalLab.RunAsync(await PlanAsync(Hour));
        Assert.Equal((certain, Ago(5)), (done.Revision, done.RevisionTime));
    }

    [Fact]
    public async Task PlanAsync_AfterARestore_RecordsOfTheFormerClusterAreNotUsed()
    {
        await PutAsync("former");
        await CheckAsync(hoursAgo: 3);
        EtcdSnapshot snapshot = await SaveAsync(hoursAgo: 3);
        for (int i = 0; i < 20; i++) await PutAsync($"{i}");
        EtcdRestore restored = await LocalLab.RunAsync(await Restoring.PlanAsync(_lab.Context, _cluster, snapshot.Path, new RestoreRequest()));
        _cluster = restored.Cluster;

        EtcdException refused = await FailAsync(Hour with { SnapshotFolder = Snapshots });
        Assert.Equal(EtcdErrorIds.RevisionNotFound, refused.ErrorId);
        Assert.Contains("No record", refused.Message, StringComparison.Ordinal);

        long own = await PutAsync("own");
        await CheckAsync(hoursAgo: 2);
        Assert.Equal(own, (await LocalLab.RunAsync(await PlanAsync(Hour))).Revision);
    }

    private static DateTimeOffset Ago(double hours) => Now - TimeSpan.FromHours(hours);

    private AdminContext At(double hoursAgo) => _lab.Context with { Clock = new FixedClock(Ago(hoursAgo)) };

    private async Task<long> PutAsync(string value) => (await _cluster.Client.Kv.PutAsync(Key, value, cancellationToken: Token)).Header.Revision;

    private async Task<string> ReadAsync(long revision) =>
        (await _cluster.Client.Kv.QueryAsync(KeyRange.Key(Key), new RangeQuery { Revision = revision }, Token)).KeyValues[0].ValueText;

    private async Task CheckAsync(double hoursAgo) =>
        await new HealthRecorder(At(hoursAgo)).CheckAsync(_cluster, new HealthOptions(), Token);

    private async Task<EtcdSnapshot> SaveAsync(double hoursAgo)
    {
        Directory.CreateDirectory(Snapshots);
        return await new SnapshotSaver(At(hoursAgo)).SaveAsync(_cluster, new SaveSnapshotRequest { Destination = Snapshots }, null, Token);
    }

    private Task<Operation<EtcdCompaction>> PlanAsync(CompactionRequest request) => new HistoryCompactor(At(0)).PlanAsync(_cluster, request, Token);

    private Task<EtcdException> FailAsync(CompactionRequest request) => Assert.ThrowsAsync<EtcdException>(() => PlanAsync(request));
}
