using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.Reading;

/// <summary>Verdicts on snapshots of real servers, intact and damaged.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotVerifierTests(SnapshotLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task VerifyAsync_WholeSnapshot_PassesEveryPart(string version)
    {
        LabSnapshot snapshot = await lab.GetAsync(version, "compacted", Stop);

        SnapshotVerdict verdict = await VerifyAsync(snapshot.Path);

        Assert.True(verdict.Passed);
        Assert.Equal(Enum.GetValues<SnapshotPart>(), verdict.Checks.Select(check => check.Part));
        // Etcd's tool writes no manifest.
        Assert.Equal([SnapshotPart.Manifest], verdict.Checks.Where(check => check.Passed is null).Select(check => check.Part));
        Assert.Equal(snapshot.Revision, verdict.Snapshot?.CurrentRevision);
    }

    [Fact]
    public async Task VerifyAsync_EveryKindOfDamage_FailsThePartThatIsDamaged()
    {
        string path = (await lab.GetAsync("3.5", "many keys", Stop)).Path;
        byte[] whole = await File.ReadAllBytesAsync(path, Stop);
        int record = FindRecord(path, "key"u8, 100);
        int setting = FindRecord(path, "meta"u8, 2);

        Assert.Equal(SnapshotPart.Trailer, await FailedPartAsync(whole, bytes => bytes[^1] ^= 1));
        Assert.Equal(SnapshotPart.Entry, await FailedPartAsync(whole, bytes => bytes.AsSpan(0, 8192).Clear()));
        Assert.Equal(SnapshotPart.Entry, await FailedPartAsync("no database"u8.ToArray(), _ => { }));
        // The name of a record is its revision: eight bytes, '_', eight bytes. With another separator it is not a revision.
        Assert.Equal(SnapshotPart.Records, await FailedPartAsync(whole, bytes => bytes[record + 8] = (byte)'x'));
        // A revision far too high does not match the revision in the record.
        Assert.Equal(SnapshotPart.Records, await FailedPartAsync(whole, bytes => bytes[record + 1] = 0x7f));
        // A name that sorts before the previous name.
        Assert.Equal(SnapshotPart.Order, await FailedPartAsync(whole, bytes => bytes[setting] = (byte)'A'));
    }

    [Fact]
    public async Task VerifyAsync_AnotherFileUnderTheSameNotes_FailsTheManifest()
    {
        string path = _folder.File("snapshot.db");
        File.Copy((await lab.GetAsync("3.5", "mixed", Stop)).Path, path);
        SnapshotInfo other = await SnapshotInspector.InspectAsync((await lab.GetAsync("3.5", "leases", Stop)).Path, null, Stop);
        await SnapshotManifest.Of(new EtcdSnapshot(other, DateTimeOffset.UtcNow)).WriteAsync(path, Stop);

        SnapshotVerdict verdict = await VerifyAsync(path);

        Assert.Equal([SnapshotPart.Manifest], verdict.Checks.Where(check => check.Passed == false).Select(check => check.Part));
        Assert.Equal((0, 1), (verdict.Snapshot!.Leases, other.Leases));
    }

    public void Dispose() => _folder.Dispose();

    // The start of a record on a page in use.
    private static int FindRecord(string path, ReadOnlySpan<byte> bucket, int number)
    {
        using SnapshotFile file = SnapshotFile.Open(path);
        BoltCursor records = BucketWalk.Find(file.Database, bucket, Stop)!;
        for (int i = 0; i < number; i++) Assert.True(records.MoveNext(Stop));
        return (int)records.Current.Offset;
    }

    private static Task<SnapshotVerdict> VerifyAsync(string path) => new SnapshotVerifier(TimeProvider.System).VerifyAsync(path, null, null, Stop);

    private async Task<SnapshotPart?> FailedPartAsync(byte[] whole, Action<byte[]> damage)
    {
        byte[] bytes = [.. whole];
        damage(bytes);
        string path = _folder.File($"{Guid.NewGuid():N}.db");
        await File.WriteAllBytesAsync(path, bytes, Stop);
        SnapshotVerdict verdict = await VerifyAsync(path);
        Assert.False(verdict.Passed);
        return verdict.Checks.First(check => check.Passed == false).Part;
    }
}
