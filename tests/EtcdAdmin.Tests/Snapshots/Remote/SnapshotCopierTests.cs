using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Remote;
using EtcdAdmin.Tests.Database;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Snapshots.Remote;

/// <summary>Copying real snapshots to a store and back.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotCopierTests(SnapshotLab lab) : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly S3Server _store = new();
    private readonly EventRecorder _events = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static SnapshotCopier Uploader => new(new AdminContext(new EtcdAdminHome(Path.GetTempPath())));

    private S3Options Options => new()
    {
        Endpoint = _store.Endpoint,
        Credential = new EtcdCredential(S3Server.AccessKey, S3Server.SecretKey),
        PartSize = 5 << 20,
    };

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("mixed")]
    [InlineData("large values")]
    public async Task UploadAsync_ThenDownload_IsTheSameWithItsNotes(string stage)
    {
        string file = await CopyAsync(stage, manifest: true);

        EtcdRemoteSnapshot up = await UploadAsync(file, "s3://backups/etcd/prod one/");
        EtcdRemoteSnapshot down = Assert.Single(await DownloadAsync("s3://backups/etcd/prod one/"));

        Assert.Equal(("s3://backups/etcd/prod one/snapshot.db", true, true), (up.Destination, up.Verified, up.HasManifest));
        Assert.Equal(await File.ReadAllBytesAsync(file, Stop), await File.ReadAllBytesAsync(down.Path!, Stop));
        Assert.Equal(await File.ReadAllBytesAsync(file + ".json", Stop), await File.ReadAllBytesAsync(down.Path + ".json", Stop));
        Assert.Equal((up.Sha256, up.Size, true), (down.Sha256, down.Size, down.Verified));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(down.Path!));
        Assert.Equal(up.Sha256, _store.Objects["/backups/etcd/prod one/snapshot.db"].Metadata["sha256"]);
    }

    [Fact]
    public async Task UploadAsync_LargeFile_GoesInPartsAndLeavesNoneWhenOneFails()
    {
        string file = await CopyAsync("large values", manifest: false);
        var small = Options with { PartSize = 1 << 20 };

        EtcdRemoteSnapshot up = await Uploader.UploadAsync(file, "s3://backups/whole.db", small, _events, Stop);
        _store.FailPart = 2;
        var error = await Assert.ThrowsAsync<EtcdException>(() => Uploader.UploadAsync(file, "s3://backups/broken.db", small, _events, Stop));

        Assert.True(_store.Requests.Count(request => request.Contains("partNumber", StringComparison.Ordinal)) >= 4);
        Assert.Equal(await File.ReadAllBytesAsync(file, Stop), _store.Objects["/backups/whole.db"].Content);
        Assert.False(up.HasManifest);
        Assert.Equal(EtcdErrorIds.TransferFailed, error.ErrorId);
        Assert.Equal((0, 1), (_store.OpenUploads, _store.Objects.Count));
    }

    [Fact]
    public async Task UploadAsync_NameIsTaken_IsRefusedAndWhatIsThereStays()
    {
        string file = await CopyAsync("mixed", manifest: false);
        _store.Objects["/backups/snapshot.db"] = new StoredObject("precious"u8.ToArray(), []);

        var error = await Assert.ThrowsAsync<EtcdException>(() => UploadAsync(file, "s3://backups"));

        Assert.Equal((EtcdErrorIds.FileExists, "s3://backups/snapshot.db"), (error.ErrorId, error.Target));
        Assert.Equal("precious"u8.ToArray(), _store.Objects["/backups/snapshot.db"].Content);
    }

    [Fact]
    public async Task UploadAsync_StoreHasSomethingElse_IsToldAndRemoved()
    {
        string file = await CopyAsync("mixed", manifest: true);
        _store.Store = bytes => bytes[1..];

        var error = await Assert.ThrowsAsync<EtcdException>(() => UploadAsync(file, "s3://backups/"));

        Assert.Equal(EtcdErrorIds.ChecksumMismatch, error.ErrorId);
        Assert.Empty(_store.Objects);
    }

    [Fact]
    public async Task UploadAsync_DamagedSnapshot_DoesNotLeave()
    {
        string file = await CopyAsync("mixed", manifest: false);
        byte[] bytes = await File.ReadAllBytesAsync(file, Stop);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Stop);

        var error = await Assert.ThrowsAsync<EtcdException>(() => UploadAsync(file, "s3://backups/"));

        Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
        Assert.Empty(_store.Requests);
    }

    [Fact]
    public async Task UploadAsync_NoSuchFile_IsNotFound()
    {
        string file = _folder.File("nope.db");

        var error = await Assert.ThrowsAsync<EtcdException>(() => UploadAsync(file, "s3://backups/"));

        Assert.Equal((EtcdErrorIds.SnapshotNotFound, file), (error.ErrorId, error.Target));
        Assert.NotNull(error.NextStep);
        Assert.Empty(_store.Requests);
    }

    [Fact]
    public async Task UploadAsync_WrongKeys_AreRefusedAndNotTold()
    {
        string file = await CopyAsync("mixed", manifest: false);
        S3Options wrong = Options with { Credential = new EtcdCredential(S3Server.AccessKey, "not-the-secret") };

        var error = await Assert.ThrowsAsync<EtcdException>(() => Uploader.UploadAsync(file, "s3://backups/", wrong, _events, Stop));

        Assert.Equal(EtcdErrorIds.PermissionDenied, error.ErrorId);
        Assert.DoesNotContain("not-the-secret", error.ToString() + string.Concat(_events.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UploadAsync_NobodyListens_SaysSo()
    {
        string file = await CopyAsync("mixed", manifest: false);
        await _store.DisposeAsync();

        var error = await Assert.ThrowsAsync<EtcdException>(() => UploadAsync(file, "s3://backups/"));

        Assert.Equal(EtcdErrorIds.TransferFailed, error.ErrorId);
    }

    [Fact]
    public async Task UploadAsync_PresignedUrl_PutsTheFileAndTellsNoSignature()
    {
        string file = await CopyAsync("mixed", manifest: true);
        string url = $"{_store.Endpoint}backups/one.db?X-Amz-Signature=signed-for-put";

        EtcdRemoteSnapshot up = await UploadAsync(file, url);
        var taken = await Assert.ThrowsAsync<EtcdException>(() => UploadAsync(file, url));
        var expired = await Assert.ThrowsAsync<EtcdException>(() => UploadAsync(file, $"{_store.Endpoint}backups/two.db?X-Amz-Signature=expired"));

        Assert.Equal(($"{_store.Endpoint}backups/one.db", false, false), (up.Destination, up.Verified, up.HasManifest));
        Assert.Equal(await File.ReadAllBytesAsync(file, Stop), _store.Objects["/backups/one.db"].Content);
        Assert.Equal((EtcdErrorIds.FileExists, EtcdErrorIds.PermissionDenied), (taken.ErrorId, expired.ErrorId));
        Assert.DoesNotContain("Signature", $"{taken}{expired}{up}", StringComparison.Ordinal);
        await Assert.ThrowsAsync<EtcdException>(() => UploadAsync(file, "http://store.example/one.db"));
        await Assert.ThrowsAsync<EtcdException>(() => UploadAsync(file, "somewhere"));
    }

    [Fact]
    public async Task DownloadAsync_NotWhatWasUploaded_LeavesNoFile()
    {
        await UploadAsync(await CopyAsync("mixed", manifest: false), "s3://backups/a/");
        StoredObject stored = _store.Objects["/backups/a/snapshot.db"];
        _store.Objects["/backups/a/snapshot.db"] = stored with { Content = [.. stored.Content.Reverse()] };

        var changed = await Assert.ThrowsAsync<EtcdException>(() => DownloadAsync("s3://backups/a/snapshot.db"));
        var missing = await Assert.ThrowsAsync<EtcdException>(() => DownloadAsync("s3://backups/a/other.db"));

        Assert.Equal((EtcdErrorIds.ChecksumMismatch, EtcdErrorIds.SnapshotNotFound), (changed.ErrorId, missing.ErrorId));
        Assert.Empty(Directory.GetFiles(_folder.File("down")));
    }

    [Fact]
    public async Task UploadAsync_BrokenOffBeforeTheNotes_IsCarriedOn()
    {
        string file = await CopyAsync("mixed", manifest: true);
        await UploadAsync(file, "s3://backups/");
        _store.Objects.TryRemove("/backups/snapshot.db.json", out _);
        _store.Requests.Clear();

        EtcdRemoteSnapshot up = await UploadAsync(file, "s3://backups/");

        Assert.Equal((true, true), (up.Verified, up.HasManifest));
        Assert.Equal(["PUT /backups/snapshot.db.json"], _store.Requests.Where(request => request.StartsWith("PUT", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(64 << 20)]
    [InlineData(1 << 20)] // in parts
    public async Task UploadAsync_AnswerIsLost_IsDone(long partSize)
    {
        string file = await CopyAsync("large values", manifest: false);
        _store.LostAnswers = 1;

        EtcdRemoteSnapshot up = await Uploader.UploadAsync(file, "s3://backups/", Options with { PartSize = partSize }, _events, Stop);

        Assert.True(up.Verified);
        Assert.Equal(0, _store.LostAnswers);
        Assert.Equal(await File.ReadAllBytesAsync(file, Stop), Assert.Single(_store.Objects).Value.Content);
    }

    [Theory]
    [InlineData(64 << 20)]
    [InlineData(1 << 20)] // in parts
    public async Task UploadAsync_FileChangesAfterItWasHashed_LeavesNothing(long partSize)
    {
        string file = await CopyAsync("large values", manifest: false);
        string verified = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("as it was"u8));
        using var store = new S3Store(new S3Location("backups", ""), Options with { PartSize = partSize });

        var error = await Assert.ThrowsAsync<EtcdException>(() => store.UploadAsync(file, "snapshot.db", verified, null, Stop));

        Assert.Equal((EtcdErrorIds.ChecksumMismatch, file), (error.ErrorId, error.Target));
        Assert.Equal((0, 0), (_store.OpenUploads, _store.Objects.Count));
    }

    [Fact]
    public async Task DownloadAsync_SomeAreThere_BringsTheOthers()
    {
        string file = await CopyAsync("mixed", manifest: true);
        await UploadAsync(file, "s3://backups/a/one.db");
        await UploadAsync(file, "s3://backups/a/two.db");
        await DownloadAsync("s3://backups/a/one.db");
        _store.Requests.Clear();

        IReadOnlyList<EtcdRemoteSnapshot> all = await DownloadAsync("s3://backups/a/");

        Assert.Equal(
            [("one.db", true, true), ("two.db", true, true)], all.Select(one => (Path.GetFileName(one.Path!), one.Verified, one.HasManifest)));
        Assert.Equal(["GET /backups/a/two.db", "GET /backups/a/two.db.json"],
            _store.Requests.Where(request => request.StartsWith("GET /backups/a/", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(all[0].Path!, "another", Stop);
        var error = await Assert.ThrowsAsync<EtcdException>(() => DownloadAsync("s3://backups/a/one.db"));
        Assert.Equal(EtcdErrorIds.FileExists, error.ErrorId);
        Assert.Equal("another", await File.ReadAllTextAsync(all[0].Path!, Stop));
    }

    [Fact]
    public async Task ListAsync_Archives_CountByWhatTheStoreHas()
    {
        foreach (string name in new[] { "noted.zip", "noted.zip.json", "other.zip", "one.db", "deeper/two.db" })
            _store.Objects["/backups/a/" + name] = new StoredObject([], []);
        Assert.True(S3Location.TryParse("s3://backups/a/", out S3Location? place));

        Assert.Equal(["s3://backups/a/noted.zip", "s3://backups/a/one.db"],
            (await SnapshotCopier.ListAsync(place, Options, Stop)).Select(one => one.ToString()));
    }

    [Fact]
    public async Task DownloadAsync_DiskIsFull_IsNotTheStoresFault()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no /dev/full");
        _store.Objects["/backups/one.db"] = new StoredObject(new byte[100], []);
        using var store = new S3Store(new S3Location("backups", ""), Options);
        await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        var error = await Assert.ThrowsAsync<IOException>(() => store.DownloadAsync("one.db", full, null, Stop));

        Assert.Equal(EtcdErrorIds.DiskFull, AtomicFile.WriteFailed("one.db", error).ErrorId);
    }

    private Task<EtcdRemoteSnapshot> UploadAsync(string file, string destination) => Uploader.UploadAsync(file, destination, Options, _events, Stop);

    private async Task<IReadOnlyList<EtcdRemoteSnapshot>> DownloadAsync(string source)
    {
        Assert.True(S3Location.TryParse(source, out S3Location? place));
        var all = new List<EtcdRemoteSnapshot>();
        foreach (S3Location one in await SnapshotCopier.ListAsync(place, Options, Stop))
            all.Add(await Uploader.DownloadAsync(one, _folder.File("down"), Options, _events, Stop));
        return all;
    }

    private async Task<string> CopyAsync(string stage, bool manifest)
    {
        string path = _folder.File("snapshot.db");
        File.Copy((await lab.GetAsync("3.5", stage, Stop)).Path, path);
        if (manifest)
            await SnapshotManifest.Of(new EtcdSnapshot(await SnapshotInspector.InspectAsync(path, null, Stop), DateTimeOffset.UtcNow)).WriteAsync(
                path, Stop);
        return path;
    }
}
