using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Tests.Database;
using EtcdAdmin.Tests.Database.Made;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Snapshots.Formats;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>What a restore takes: every form, and the newest whole one of a folder.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class RestoreSourceTests(SnapshotLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static EtcdCluster Prod { get; } = new("prod", [new Uri("http://127.0.0.1:2379")]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OpenAsync_ArchiveOfOlderTools_IsTakenWithoutItsChecksumAndSaysSo()
    {
        byte[] raw = await File.ReadAllBytesAsync((await lab.StoppedAsync("3.4", Stop)).Database, Stop);
        string archive = await WriteAsync("etcd-snapshot-2026-01-31-04.00.00.tar.gz", Packing.Gzip(Packing.Tar(("0badcafe/db", raw))));
        string packed = await WriteAsync("copy.db.gz", Packing.Gzip(raw));

        await using RestoreSource old = await OpenAsync(archive);
        await using RestoreSource copy = await OpenAsync(packed);

        Assert.Equal((archive, raw.Length), (old.Snapshot.Path, old.Snapshot.DatabaseSize));
        Assert.Contains("older tools", Assert.Single(RestoreGuard.Check(old.Snapshot, old.Format, new EtcdVersion(3, 4, 0), new RestoreRequest())),
            StringComparison.Ordinal);
        var error = Assert.Throws<EtcdException>(() =>
            RestoreGuard.Check(copy.Snapshot, copy.Format, new EtcdVersion(3, 4, 0), new RestoreRequest()));
        Assert.Contains("-SkipHashCheck", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NewestOfAFolderOrWhatIsNotedOfItCannotBeReadNow_IsAnErrorAndNoOlderOneIsTaken()
    {
        byte[] whole = await File.ReadAllBytesAsync((await lab.GetAsync("3.5", "many keys", Stop)).Path, Stop);
        await WriteAsync("a-older.db", whole, day: 1);
        string newest = await WriteAsync("b-newest.db", whole, day: 2);

        EtcdException locked;
        await using (await LockedFile.TakeAsync(newest, Stop)) locked = await Assert.ThrowsAsync<EtcdException>(() => OpenAsync(_folder.Path));
        string notes = SnapshotManifest.PathFor(newest);
        File.CreateSymbolicLink(notes, notes); // root may read any mode, but not a link that leads to itself
        var unnoted = await Assert.ThrowsAsync<EtcdException>(() => OpenAsync(_folder.Path));
        File.Delete(notes);
        await using RestoreSource readable = await OpenAsync(_folder.Path);

        Assert.Equal((EtcdErrorIds.SnapshotUnreadable, newest), (locked.ErrorId, locked.Target));
        Assert.Equal((EtcdErrorIds.SnapshotUnreadable, notes), (unnoted.ErrorId, unnoted.Target));
        Assert.Equal(newest, readable.Snapshot.Path);
    }

    [Fact]
    public async Task OpenAsync_Folder_TakesTheNewestThatIsWholeAndSaysWhichWerePassedOver()
    {
        byte[] whole = await File.ReadAllBytesAsync((await lab.GetAsync("3.5", "many keys", Stop)).Path, Stop);
        byte[] flipped = [.. whole];
        flipped[^20_000] ^= 0x10;
        await WriteAsync("a-oldest.db", whole, day: 1);
        string good = await WriteAsync("b-snapshot.tar.gz", Packing.Gzip(Packing.Tar(("db", whole))), day: 2);
        await WriteAsync("c-raw.db", whole[..^32], day: 3);
        await WriteAsync("d-damaged.db.gz", Packing.Gzip(flipped), day: 4);
        await WriteAsync("e-short.db", whole[..5000], day: 5);
        await WriteAsync("notes.txt", "nothing"u8.ToArray(), day: 6);

        await using RestoreSource source = await OpenAsync(_folder.Path);
        await using RestoreSource leave = await RestoreSource.OpenAsync(_folder.Path, Prod, secrets: null, skipHashCheck: true, null, Stop);

        Assert.Equal(good, source.Snapshot.Path);
        Assert.Collection(
            source.Warnings,
            warning => Assert.Contains("e-short.db", warning, StringComparison.Ordinal),
            warning => Assert.Contains("d-damaged.db.gz", warning, StringComparison.Ordinal),
            warning => Assert.Contains("c-raw.db' has no SHA-256 at its end", warning, StringComparison.Ordinal),
            warning => Assert.Contains("is restored: b-snapshot.tar.gz", warning, StringComparison.Ordinal));
        Assert.EndsWith("c-raw.db", leave.Snapshot.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_FolderWhoseNewestIsEncrypted_AsksForTheKeyInsteadOfPassingItOver()
    {
        byte[] whole = await File.ReadAllBytesAsync((await lab.GetAsync("3.5", "many keys", Stop)).Path, Stop);
        await WriteAsync("a.db", whole, day: 1);
        string newest = await WriteAsync(
            "b.db.gz.enc", Packing.Encrypt(Packing.Gzip(whole), new SnapshotRecipients { Passphrase = "sesame" }, SnapshotEncryption.Cms), day: 2);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => OpenAsync(_folder.Path));
        await using RestoreSource opened = await RestoreSource.OpenAsync(
            _folder.Path, Prod, new SnapshotSecrets { Passphrase = "sesame" }, skipHashCheck: false, null, Stop);

        Assert.Equal((EtcdErrorIds.SnapshotEncrypted, newest), (error.ErrorId, error.Target));
        Assert.Equal((newest, true), (opened.Snapshot.Path, opened.Snapshot.TrailerValid));
    }

    [Fact]
    public async Task OpenAsync_FolderWithNothingUsable_SaysWhy()
    {
        await WriteAsync("short.db", new byte[5000], day: 1);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => OpenAsync(_folder.Path));

        Assert.Equal((EtcdErrorIds.SnapshotNotFound, _folder.Path), (error.ErrorId, error.Target));
        Assert.Contains("short.db", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_FolderOfSeveralClusters_TakesTheNewestOfThisOne()
    {
        await AddOfAsync("prod", day: 1);
        string own = await AddOfAsync("prod", day: 2);
        await AddOfAsync("test", day: 3);
        await AddOfAsync(cluster: null, day: 4);

        await using RestoreSource source = await OpenAsync(_folder.Path);

        Assert.Equal((own, "prod"), (source.Snapshot.Path, source.Snapshot.ClusterName));
        Assert.Null(RestoreGuard.CheckOrigin(source.Snapshot, Prod));
    }

    [Fact]
    public async Task OpenAsync_FolderOfOtherClusters_IsRefusedAndAFileOfThemWarns()
    {
        string other = await AddOfAsync("test", day: 3);
        await AddOfAsync(cluster: null, day: 4);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => OpenAsync(_folder.Path));
        await using RestoreSource named = await OpenAsync(other);

        Assert.Equal((EtcdErrorIds.SnapshotNotFound, _folder.Path), (error.ErrorId, error.Target));
        Assert.Contains("Its snapshots are of test.", error.Message, StringComparison.Ordinal);
        Assert.Contains("is a snapshot of cluster test", RestoreGuard.CheckOrigin(named.Snapshot, Prod), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_FolderWithNotesThatAreOfAnotherFile_PassesItOver()
    {
        string own = await AddOfAsync("prod", day: 1);
        string replaced = await AddOfAsync("prod", day: 2);
        File.Copy((await lab.GetAsync("3.5", "mixed", Stop)).Path, replaced, overwrite: true);

        await using RestoreSource source = await OpenAsync(_folder.Path);

        Assert.Equal(own, source.Snapshot.Path);
        Assert.Contains("is for a file with another SHA-256", source.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_LostPages_AreTakenOnlyWhereNoOtherIsThereAndWithAWarning()
    {
        MadeDatabase source = MadeDatabase.Of((await lab.GetAsync("3.5", "mixed", Stop)).Path, Stop);
        MadeDatabase made = source with { FreeEvery = 2, FreeList = MadeFreeList.Saved, LostPages = 2 };
        string lossy = await WriteAsync("b.db", await File.ReadAllBytesAsync(await made.WriteAsync(_folder, Stop), Stop), day: 9);
        foreach (string other in Directory.GetFiles(_folder.Path).Where(path => path != lossy)) File.Delete(other);

        await using RestoreSource alone = await RestoreSource.OpenAsync(_folder.Path, Prod, secrets: null, skipHashCheck: true, null, Stop);
        string whole = await WriteAsync("a.db", await File.ReadAllBytesAsync((await lab.GetAsync("3.5", "mixed", Stop)).Path, Stop), day: 1);
        await using RestoreSource better = await RestoreSource.OpenAsync(_folder.Path, Prod, secrets: null, skipHashCheck: true, null, Stop);

        Assert.Equal((lossy, 2), (alone.Snapshot.Path, alone.Snapshot.LostPages));
        Assert.Contains("2 unused pages are missing", alone.Warnings[0], StringComparison.Ordinal);
        Assert.Equal(whole, better.Snapshot.Path);
        Assert.Contains(
            RestoreGuard.Check(alone.Snapshot, alone.Format, new EtcdVersion(3, 5, 0), new RestoreRequest { SkipHashCheck = true }),
            warning => warning.Contains("2 unused pages are missing", StringComparison.Ordinal));
    }

    [Fact]
    public void IsOf_Clusters_GoesByNameOrByTheIdOfTheFounders()
    {
        var member = new MemberSpec
        {
            Name = "n1",
            HostName = "localhost",
            Address = "127.0.0.1",
            ClientPort = 1,
            PeerPort = 2,
            Directory = "/d",
            BinDirectory = "/b",
        };
        var spec = new ClusterSpec { Token = "t", Members = [member] };
        EtcdCluster managed = new("prod", [new Uri("http://127.0.0.1:1")]) { Spec = spec };
        string id = RestoredIdentity.ClusterId(spec).ToString();

        Assert.True(new SnapshotOrigin("prod", "1").IsOf(managed));
        Assert.True(new SnapshotOrigin("formerly", id).IsOf(managed));
        Assert.False(new SnapshotOrigin("test", "1").IsOf(managed));
        Assert.False(new SnapshotOrigin(null, null).IsOf(managed));
    }

    private static Task<RestoreSource> OpenAsync(string path) => RestoreSource.OpenAsync(path, Prod, secrets: null, skipHashCheck: false, null, Stop);

    private async Task<string> WriteAsync(string name, byte[] content, int day = 1)
    {
        string path = _folder.File(name);
        await File.WriteAllBytesAsync(path, content, Stop);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc));
        return path;
    }

    /// <summary>A real snapshot that was taken that day; with notes where it is of a cluster.</summary>
    private async Task<string> AddOfAsync(string? cluster, int day)
    {
        string path = await WriteAsync($"{day}.db", await File.ReadAllBytesAsync((await lab.GetAsync("3.5", "many keys", Stop)).Path, Stop), day);
        if (cluster is null) return path;
        SnapshotInfo info = await SnapshotInspector.InspectAsync(path, null, Stop);
        var taken = new EtcdSnapshot(info, File.GetLastWriteTimeUtc(path)) { ClusterName = cluster, ClusterId = new ClusterId((ulong)day) };
        await SnapshotManifest.Of(taken).WriteAsync(path, Stop);
        return path;
    }
}
