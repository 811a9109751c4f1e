using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Tests.Database;
using EtcdAdmin.Tests.Snapshots.Formats;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Retention;

/// <summary>Removing real snapshots from folders.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotRemoverTests(SnapshotLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EventRecorder _events = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PlanAsync_SeveralClusters_AreSeriesOfTheirOwn()
    {
        await AddAsync("2026-01-01", cluster: 1);
        await AddAsync("2026-01-02", cluster: 2);
        await AddAsync("2026-01-03", cluster: 1);
        await AddAsync("2026-01-04", cluster: null);
        await AddAsync("2026-01-05", cluster: null);

        SnapshotRemoval removal = await PlanAsync(new RetentionRules { Keep = 1 });

        Assert.Equal(["2026-01-01", "2026-01-04"], Days(removal, RetentionAction.ToBeRemoved));
        Assert.Equal(["2026-01-02", "2026-01-03", "2026-01-05"], Days(removal, RetentionAction.Kept));
        Assert.Empty(removal.Refused);
        Assert.Equal(5, Directory.GetFiles(_folder.Path, "*.db").Length); // nothing is deleted yet
    }

    [Fact]
    public async Task PlanAsync_NewestIsDamaged_KeepsTheNewestValidOneToo()
    {
        await AddAsync("2026-01-01");
        string valid = await AddAsync("2026-01-02");
        string damaged = await AddAsync("2026-01-03");
        await DamageAsync(damaged);

        SnapshotRemoval removal = await PlanAsync(new RetentionRules { Keep = 1 });

        Assert.Equal(["2026-01-02", "2026-01-03"], Days(removal, RetentionAction.Kept));
        Assert.Equal("the newest valid snapshot of its series", Assert.Single(removal.Files, file => file.Path == valid).Reason);
        string[] warnings = [.. _events.Of<WarningEvent>().Select(warning => warning.Text)];
        Assert.Equal(2, warnings.Length);
        Assert.Contains(damaged, warnings[0], StringComparison.Ordinal);
        Assert.Contains(valid, warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_NewestIsDamagedAndAnOldOneStays_KeepsTheNewestValidOneAllTheSame()
    {
        await AddAsync("2025-12-31");
        await AddAsync("2026-01-01");
        string valid = await AddAsync("2026-01-02");
        await DamageAsync(await AddAsync("2026-01-03"));

        SnapshotRemoval removal = await PlanAsync(new RetentionRules { KeepMonthly = 2 });

        Assert.Equal(["2025-12-31", "2026-01-02", "2026-01-03"], Days(removal, RetentionAction.Kept));
        Assert.Equal("the newest valid snapshot of its series", Assert.Single(removal.Files, file => file.Path == valid).Reason);
    }

    [Fact]
    public async Task PlanAsync_NoneIsValid_RemovesNothingOfThatSeriesAndGoesOnWithTheOthers()
    {
        foreach (string day in new[] { "2026-01-01", "2026-01-02" }) await DamageAsync(await AddAsync(day, cluster: 1));
        await AddAsync("2026-01-03", cluster: 2);
        await AddAsync("2026-01-04", cluster: 2);

        SnapshotRemoval removal = await PlanAsync(new RetentionRules { Keep = 1 });

        Assert.Equal(EtcdErrorIds.SnapshotInvalid, Assert.Single(removal.Refused).ErrorId);
        Assert.Equal(["2026-01-03"], Days(removal, RetentionAction.ToBeRemoved));
        Assert.Equal(["2026-01-04"], Days(removal, RetentionAction.Kept));
    }

    [Fact]
    public async Task PlanAsync_LastValidOneByName_IsRefusedUnlessForced()
    {
        string first = await AddAsync("2026-01-01");
        string second = await AddAsync("2026-01-02");
        await DamageAsync(await AddAsync("2026-01-03"));

        SnapshotRemoval one = await PlanAsync([first]);
        SnapshotRemoval both = await PlanAsync([first, second]);
        SnapshotRemoval forced = await new SnapshotRemover(Context).PlanAsync(
            new RemoveSnapshotRequest { Paths = [first, second], Force = true }, _events, Stop);

        Assert.Equal([first], one.Files.Select(file => file.Path)); // the second one can replace it, the damaged one cannot
        Assert.Empty(both.Files);
        EtcdException refusal = Assert.Single(both.Refused);
        Assert.Equal((EtcdErrorIds.SnapshotLast, second), (refusal.ErrorId, refusal.Target));
        Assert.Equal([first, second], forced.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Remove_WhatWasPlanned_TakesTheNotesAlongAndLeavesForeignFiles()
    {
        await AddAsync("2026-01-01", cluster: 1);
        await AddAsync("2026-01-02", cluster: 1);
        foreach (string foreign in new[] { "readme.txt", "other.json", "fresh.db.part", "film.part" })
            await File.WriteAllTextAsync(_folder.File(foreign), "x", Stop);
        foreach (string stale in new[] { "old.db.part", "old.db.json.part", "old.db.gz.enc.part", "old-film.part" })
        {
            await File.WriteAllTextAsync(_folder.File(stale), "x", Stop);
            File.SetLastWriteTimeUtc(_folder.File(stale), DateTime.UtcNow.AddDays(-2));
        }

        SnapshotRemoval told = await PlanAsync(new RetentionRules { Keep = 1 });
        SnapshotRemoval removal = await new SnapshotRemover(Context).PlanAsync(
            new RemoveSnapshotRequest { Paths = [_folder.Path], Rules = new RetentionRules { Keep = 1 }, RemovePartial = true }, _events, Stop);
        EtcdSnapshotRetention[] removed = [.. removal.Files.Where(file => file.Action == RetentionAction.ToBeRemoved).Select(SnapshotRemover.Remove)];

        Assert.Equal(["old.db.gz.enc.part", "old.db.json.part", "old.db.part"], told.Files.Where(file => file.Action == RetentionAction.Partial)
            .Select(file => Path.GetFileName(file.Path)));
        Assert.All(removed, file => Assert.Equal(RetentionAction.Removed, file.Action));
        Assert.Equal(
            ["etcd-snapshot-2026-01-02-00.00.00.db", "etcd-snapshot-2026-01-02-00.00.00.db.json", "film.part", "fresh.db.part", "old-film.part",
                "other.json", "readme.txt"],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(SnapshotRemover.Remove(removed[0] with { Action = RetentionAction.ToBeRemoved }), removed[0]); // already deleted
    }

    [Fact]
    public async Task PlanAsync_NewestIsACopyWithoutChecksum_StandsInForNoOther()
    {
        await AddAsync("2026-01-01");
        await AddAsync("2026-01-02");
        string newest = _folder.File("etcd-snapshot-2026-01-02-00.00.00.db");
        byte[] whole = await File.ReadAllBytesAsync(newest, Stop);
        await File.WriteAllBytesAsync(newest, whole[..^32], Stop); // a restore requires -SkipHashCheck

        SnapshotRemoval removal = await PlanAsync(new RetentionRules { Keep = 1 });

        Assert.DoesNotContain(removal.Files, file => file.Action == RetentionAction.ToBeRemoved);
    }

    [Fact]
    public async Task PlanAsync_FilesThatAreNoSnapshots_AreLeftAloneAndTold()
    {
        await AddAsync("2026-01-01", cluster: 1);
        await AddAsync("2026-01-02", cluster: 1);
        await AddAsync("2026-01-03");
        await AddAsync("2026-01-04");
        await File.WriteAllBytesAsync(_folder.File("app.db"), [.. "SQLite format 3\0"u8, .. new byte[4096]], Stop);
        await File.WriteAllTextAsync(_folder.File("empty.db"), "", Stop);
        await File.WriteAllTextAsync(_folder.File("README.txt"), "how it is done", Stop);
        File.Copy(_folder.File("etcd-snapshot-2026-01-04-00.00.00.db"), _folder.File("db"));

        SnapshotRemoval folder = await PlanAsync(new RetentionRules { Keep = 1 });
        SnapshotRemoval files = await new SnapshotRemover(Context).PlanAsync(
            new RemoveSnapshotRequest { Paths = Directory.GetFiles(_folder.Path), Rules = new RetentionRules { Keep = 1 } }, _events, Stop);
        SnapshotRemoval named = await PlanAsync([_folder.File("app.db")]);
        SnapshotRemoval forced = await new SnapshotRemover(Context).PlanAsync(
            new RemoveSnapshotRequest { Paths = [_folder.File("empty.db")], Force = true }, _events, Stop);

        string[] gone = ["etcd-snapshot-2026-01-01-00.00.00.db", "etcd-snapshot-2026-01-03-00.00.00.db"];
        Assert.Equal(gone, Names(folder, file => file.Action == RetentionAction.ToBeRemoved));
        Assert.Equal(["app.db", "empty.db"], Names(folder, file => file.Reason == "not a snapshot"));
        Assert.Equal(gone, Names(files, file => file.Action == RetentionAction.ToBeRemoved));
        // Manifests that are passed with their snapshot are not files of their own.
        Assert.Equal(
            ["README.txt", "app.db", "db", "empty.db"],
            Names(files, file => file is { Action: RetentionAction.Kept, Reason: "not a snapshot" }));
        Assert.Equal((RetentionAction.Kept, "not a snapshot"), (Assert.Single(named.Files).Action, named.Files[0].Reason));
        Assert.Equal(RetentionAction.ToBeRemoved, Assert.Single(forced.Files).Action);
    }

    [Fact]
    public async Task PlanAsync_EncryptedOnes_AreSoundIfTheyAreWhatWasNoted()
    {
        // Without the key, the file is only bytes.
        string plain = await AddAsync("2026-01-01", cluster: 1);
        string encrypted = _folder.File("etcd-snapshot-2026-01-02-00.00.00.db.enc");
        byte[] content = await File.ReadAllBytesAsync(plain, Stop);
        await File.WriteAllBytesAsync(
            encrypted, Packing.Encrypt(content, new SnapshotRecipients { Passphrase = "sesame" }, SnapshotEncryption.Cms), Stop);
        SnapshotManifest manifest = (await SnapshotManifest.FindAsync(plain, Stop))!; // just written
        string sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(encrypted, Stop)));
        await (manifest with { Sha256 = sha256, Encrypted = true, Created = manifest.Created.AddDays(1) }).WriteAsync(encrypted, Stop);

        SnapshotRemoval sound = await PlanAsync(new RetentionRules { Keep = 1 });
        await DamageAsync(encrypted);
        SnapshotRemoval damaged = await PlanAsync(new RetentionRules { Keep = 1 });

        Assert.Equal(["2026-01-01"], Days(sound, RetentionAction.ToBeRemoved));
        Assert.Empty(Days(damaged, RetentionAction.ToBeRemoved));
        Assert.Contains(_events.Of<WarningEvent>(), warning =>
            warning.Text.Contains("its SHA-256 differs from the SHA-256 in its manifest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PlanAsync_FolderWithoutRules_IsRefused()
    {
        await AddAsync("2026-01-01");

        await Assert.ThrowsAsync<EtcdException>(() => PlanAsync([_folder.Path]));
        await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(new RetentionRules()));
        var missing = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync([_folder.File("none.db")]));

        Assert.Equal(EtcdErrorIds.SnapshotNotFound, missing.ErrorId);
    }

    [Theory]
    [InlineData("etcd-snapshot-2026-01-31-04.05.06.db", "2026-01-31T04:05:06")]
    [InlineData("etcd-snapshot-2026-01-31-04.05.06-2.db", "2026-01-31T04:05:06")]
    [InlineData("prod-2026-13-31-04.05.06.db", null)]
    [InlineData("one.db", null)]
    public void TimeIn_Names_IsTheMomentInUtc(string name, string? time) =>
        Assert.Equal(time, RetentionCatalogue.TimeIn(name)?.UtcDateTime.ToString("s", System.Globalization.CultureInfo.InvariantCulture));

    private static AdminContext Context => new(new EtcdAdminHome(Path.GetTempPath()));

    private Task<SnapshotRemoval> PlanAsync(RetentionRules rules) =>
        new SnapshotRemover(Context).PlanAsync(new RemoveSnapshotRequest { Paths = [_folder.Path], Rules = rules }, _events, Stop);

    private Task<SnapshotRemoval> PlanAsync(string[] paths) =>
        new SnapshotRemover(Context).PlanAsync(new RemoveSnapshotRequest { Paths = paths }, _events, Stop);

    /// <summary>A real snapshot with a name of that day; with a manifest if it belongs to a cluster.</summary>
    private async Task<string> AddAsync(string day, ulong? cluster = null)
    {
        string path = _folder.File($"etcd-snapshot-{day}-00.00.00.db");
        File.Copy((await lab.GetAsync("3.5", "mixed", Stop)).Path, path);
        if (cluster is null) return path;
        SnapshotInfo info = await SnapshotInspector.InspectAsync(path, null, Stop);
        var created = DateTimeOffset.Parse(day + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        await SnapshotManifest.Of(new EtcdSnapshot(info, created) { ClusterId = new ClusterId(cluster.Value), ClusterName = $"c{cluster}" })
            .WriteAsync(path, Stop);
        return path;
    }

    private static async Task DamageAsync(string path)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, Stop);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Stop);
    }

    private static string[] Names(SnapshotRemoval removal, Func<EtcdSnapshotRetention, bool> which) =>
        [.. removal.Files.Where(which).Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal)];

    private static string[] Days(SnapshotRemoval removal, RetentionAction action) =>
        [.. removal.Files.Where(file => file.Action == action).Select(file => Path.GetFileName(file.Path)[14..24]).Order(StringComparer.Ordinal)];
}
