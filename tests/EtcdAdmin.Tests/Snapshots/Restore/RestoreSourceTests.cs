using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>What a restore takes: every form, and the newest whole one of a folder.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class RestoreSourceTests(SnapshotLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();

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
        Assert.Contains("older tools", Assert.Single(RestoreGuard.Check(old.Snapshot, old.Form, new EtcdVersion(3, 4, 0), new RestoreRequest())), StringComparison.Ordinal);
        var error = Assert.Throws<EtcdException>(() => RestoreGuard.Check(copy.Snapshot, copy.Form, new EtcdVersion(3, 4, 0), new RestoreRequest()));
        Assert.Contains("-SkipHashCheck", error.NextStep, StringComparison.Ordinal);
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
        await using RestoreSource leave = await RestoreSource.OpenAsync(_folder.Path, secrets: null, skipHashCheck: true, null, Stop);

        Assert.Equal(good, source.Snapshot.Path);
        Assert.Collection(
            source.Warnings,
            warning => Assert.Contains("e-short.db", warning, StringComparison.Ordinal),
            warning => Assert.Contains("d-damaged.db.gz", warning, StringComparison.Ordinal),
            warning => Assert.Contains("c-raw.db' has no trailing SHA-256", warning, StringComparison.Ordinal),
            warning => Assert.Contains("the newest that is whole is restored: b-snapshot.tar.gz", warning, StringComparison.Ordinal));
        Assert.EndsWith("c-raw.db", leave.Snapshot.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_FolderWhoseNewestIsEncrypted_AsksForTheKeyInsteadOfPassingItOver()
    {
        byte[] whole = await File.ReadAllBytesAsync((await lab.GetAsync("3.5", "many keys", Stop)).Path, Stop);
        await WriteAsync("a.db", whole, day: 1);
        string newest = await WriteAsync("b.db.gz.enc", Packing.Encrypt(Packing.Gzip(whole), new SnapshotRecipients { Passphrase = "sesame" }), day: 2);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => OpenAsync(_folder.Path));
        await using RestoreSource opened = await RestoreSource.OpenAsync(_folder.Path, new SnapshotSecrets { Passphrase = "sesame" }, skipHashCheck: false, null, Stop);

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

    private static Task<RestoreSource> OpenAsync(string path) => RestoreSource.OpenAsync(path, secrets: null, skipHashCheck: false, null, Stop);

    private async Task<string> WriteAsync(string name, byte[] content, int day = 1)
    {
        string path = _folder.File(name);
        await File.WriteAllBytesAsync(path, content, Stop);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc));
        return path;
    }
}
