using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Health.History;

/// <summary>The recorded health: bounded, private, and readable after a crash.</summary>
public sealed class HealthHistoryStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AdminContext _context;
    private readonly EtcdCluster _cluster = new("demo", [new Uri("http://127.0.0.1:1")]);

    public HealthHistoryStoreTests() => _context = new AdminContext(new EtcdAdminHome(_folder.File("home")));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_context.Profiles.Folder("demo"), "health.jsonl");

    private EtcdHealthRecord Record(DateTimeOffset time, string reason = "leader") => EtcdHealthRecord.Of(
        "demo", new ClusterHealth([new EtcdHealth
        {
            Cluster = _cluster,
            Member = "n1",
            Reason = reason,
            Healthy = true,
            DbSizeBytes = 5,
            DbSizeInUseBytes = 4,
            IsLeader = true
        }])
        { Revision = 7 }, time);

    [Fact]
    public async Task AppendAsync_SavedCluster_IsReadBackByItsOwnerOnly()
    {
        await _context.Profiles.SaveAsync(_cluster, Token);
        var store = new HealthHistoryStore(_context);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Assert.True(await store.AppendAsync(Record(now - TimeSpan.FromHours(2)), Token));
        await File.AppendAllTextAsync(FilePath, """{"cluster":"demo","ti""", Token); // a crash
        Assert.True(await store.AppendAsync(Record(now), Token));

        IReadOnlyList<EtcdHealthRecord> all = await store.ReadAsync("demo", TimeSpan.FromDays(1), Token);
        Assert.Equal(2, all.Count);
        Assert.Equal((7, "n1", 4L, "leader"), (all[1].Revision, all[1].Leader, all[1].Members[0].DbSizeInUseBytes, all[1].Members[0].Reason));
        Assert.Single(await store.ReadAsync("demo", TimeSpan.FromHours(1), Token));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public async Task AppendAsync_ClusterNotSaved_WritesNothing()
    {
        Assert.False(await new HealthHistoryStore(_context).AppendAsync(Record(DateTimeOffset.UtcNow), Token));
        Assert.False(File.Exists(FilePath));
        Assert.Empty(await new HealthHistoryStore(_context).ReadAsync("demo", TimeSpan.FromDays(1), Token));
    }

    [Fact]
    public async Task AppendAsync_TooManyOrTooOld_AreTrimmed()
    {
        await _context.Profiles.SaveAsync(_cluster, Token);
        var store = new HealthHistoryStore(_context);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await store.AppendAsync(Record(now - HealthHistoryStore.MaxAge - TimeSpan.FromDays(1)), Token);
        string old = await File.ReadAllTextAsync(FilePath, Token);
        await store.AppendAsync(Record(now - TimeSpan.FromMinutes(1)), Token);
        string recent = (await File.ReadAllLinesAsync(FilePath, Token))[1] + "\n";
        await File.WriteAllTextAsync(
            FilePath, string.Concat(Enumerable.Repeat(old, 10)) + string.Concat(Enumerable.Repeat(recent, HealthHistoryStore.MaxRecords * 2)), Token);

        await store.AppendAsync(Record(now, "last"), Token);
        string[] lines = await File.ReadAllLinesAsync(FilePath, Token);
        Assert.Equal(HealthHistoryStore.MaxRecords, lines.Length);
        Assert.Contains("\"last\"", lines[^1], StringComparison.Ordinal);

        await File.WriteAllTextAsync(FilePath, string.Concat(Enumerable.Repeat(old, HealthHistoryStore.MaxRecords)), Token);
        await store.AppendAsync(Record(now, "last"), Token);
        Assert.Single(await File.ReadAllLinesAsync(FilePath, Token));
    }

    [Fact]
    public async Task AppendAsync_ManyAtOnce_LosesNone()
    {
        await _context.Profiles.SaveAsync(_cluster, Token);
        var store = new HealthHistoryStore(_context);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        bool[] written =
            await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => store.AppendAsync(Record(now - TimeSpan.FromSeconds(i)), Token))));
        Assert.All(written, Assert.True);
        Assert.Equal(12, (await store.ReadAsync("demo", TimeSpan.FromDays(1), Token)).Count);
    }

    [Fact]
    public void Of_SizesThatSwing_AreNoGrowth()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var member =
            new EtcdHealth { Cluster = _cluster, Member = "n1", Reason = "leader", DbSizeBytes = 100, DbSizeInUseBytes = 4, QuotaBytes = 1000 };
        // Compaction takes away what was written: up and down every hour.
        EtcdHealthRecord[] history = [.. Enumerable.Range(1, 48).Reverse().Select(hour => EtcdHealthRecord.Of("demo",
            new ClusterHealth([member with { DbSizeInUseBytes = 4 + (hour % 2 * 50) }]), now - TimeSpan.FromHours(hour)))];
        SpaceForecast swing = SpaceForecast.Of(history, member, now)!;
        Assert.True(swing.DaysLeft is null or > 60, $"{swing.DaysLeft} days");
        Assert.Null(SpaceForecast.Of(history[^3..], member, now));
        EtcdHealthRecord[] growth = [.. history.Select((record, i) => record with { Members = [record.Members[0] with { DbSizeInUseBytes = i }] })];
        SpaceForecast rising = SpaceForecast.Of(growth, member with { DbSizeInUseBytes = 48 }, now)!;
        Assert.Equal(24, rising.BytesPerDay, 3);
        Assert.Equal((1000 - 48) / 24.0, rising.DaysLeft!.Value, 3);
    }

    [Fact]
    public void Of_HealthChanges_OnlyChangedMembers()
    {
        var changes = new HealthChanges();
        EtcdHealth one = new() { Cluster = _cluster, Member = "n1", Reason = "leader", Healthy = true },
            two = one with { Member = "n2", Reason = "follower" };
        Assert.Equal(2, changes.Of(new ClusterHealth([one, two])).Count);
        Assert.Empty(changes.Of(new ClusterHealth([one, two with { DbSizeBytes = 9 }])));
        EtcdHealth down = two with { Healthy = false, Reason = "gone" };
        Assert.Equal([down], changes.Of(new ClusterHealth([one, down])));
    }

    public void Dispose() => _folder.Dispose();
}
