using System.Formats.Tar;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Tests.Database;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Opening snapshots of real servers in every format.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotOpenerTests(SnapshotLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    public async Task OpenAsync_EveryForm_GivesTheSameDatabase(string version)
    {
        LabSnapshot snapshot = await lab.GetAsync(version, "many keys", Stop);
        byte[] plain = await File.ReadAllBytesAsync(snapshot.Path, Stop);
        byte[] raw = await File.ReadAllBytesAsync((await lab.StoppedAsync(version, Stop)).Database, Stop);
        var secret = new SnapshotRecipients { Passphrase = "sesame" };
        byte[] notes = "some notes"u8.ToArray();
        (SnapshotCompression Compression, SnapshotEncryption Encryption, byte[] File, byte[] Expected)[] forms =
        [
            (SnapshotCompression.None, SnapshotEncryption.None, plain, plain),
            (SnapshotCompression.None, SnapshotEncryption.None, raw, raw),
            (SnapshotCompression.Gzip, SnapshotEncryption.None, Packing.Gzip(plain), plain),
            (SnapshotCompression.Zip, SnapshotEncryption.None, Packing.Zip(("etcd-snapshot-n1-1769832000", plain)), plain),
            (SnapshotCompression.Zip, SnapshotEncryption.None, Packing.Zip(("README", notes), ("backup/my.db", plain)), plain),
            (SnapshotCompression.Tar, SnapshotEncryption.None, Packing.Tar(("db", raw)), raw),
            (SnapshotCompression.TarGz, SnapshotEncryption.None, Packing.Gzip(
                Packing.Tar(("README", notes), ("0badcafe/db", raw), ("0badcafe/00000001.snap.db", plain))), raw),
            .. Encrypted(SnapshotEncryption.Cms),
            .. Encrypted(SnapshotEncryption.Container),
        ];
        foreach ((SnapshotCompression compression, SnapshotEncryption encryption, byte[] content, byte[] expected) in forms)
        {
            string path = await WriteAsync(content);
            string opened;

            await using (OpenSnapshot open = await SnapshotOpener.OpenAsync(path, new SnapshotSecrets { Passphrase = "sesame" }, null, Stop))
            {
                opened = open.DatabasePath;
                Assert.Equal(new SnapshotFormat(compression, encryption), open.Format);
                Assert.Equal(path, open.Source);
                Assert.Empty(open.Warnings);
                Assert.Equal(expected, await File.ReadAllBytesAsync(opened, Stop));
                if (!open.Format.IsPlain) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(opened));
            }

            Assert.Equal(new SnapshotFormat(compression, encryption).IsPlain, File.Exists(opened));
            Assert.True(File.Exists(path));
        }

        (SnapshotCompression, SnapshotEncryption, byte[], byte[])[] Encrypted(SnapshotEncryption encryption) =>
        [
            (SnapshotCompression.None, encryption, Packing.Encrypt(plain, secret, encryption), plain),
            (SnapshotCompression.Gzip, encryption, Packing.Encrypt(Packing.Gzip(plain), secret, encryption), plain),
            (SnapshotCompression.Zip, encryption, Packing.Encrypt(Packing.Zip(("db", plain)), secret, encryption), plain),
            (SnapshotCompression.TarGz, encryption, Packing.Encrypt(Packing.Gzip(Packing.Tar(("a/db", plain))), secret, encryption), plain),
        ];
    }

    [Theory]
    [InlineData("3.3", false)]
    [InlineData("3.4", false)]
    [InlineData("3.4", true)]
    [InlineData("3.5", true)]
    public async Task OpenAsync_ArchiveMadeByEtcdctlBackup_IsRefusedUnlessTheDataOfV3IsInIt(string version, bool withV3)
    {
        SnapshotEtcd etcd = await lab.StoppedAsync(version, Stop);
        string backup = _folder.File("backup");
        await etcd.BackupAsync(backup, withV3, Stop);
        string path = await WriteAsync(await TarOfAsync(backup));

        if (withV3)
        {
            var events = new EventRecorder();
            await using OpenSnapshot open = await SnapshotOpener.OpenAsync(path, null, events, Stop);
            SnapshotInfo info = await SnapshotInspector.InspectAsync(open.DatabasePath, null, Stop);
            Assert.Equal(1, info.TotalKeys); // /kept
            Assert.Contains("write-ahead log", Assert.Single(open.Warnings), StringComparison.Ordinal);
            Assert.Equal(open.Warnings, events.Of<WarningEvent>().Select(warning => warning.Text));
            return;
        }

        EtcdException error = await RefuseAsync(path);
        Assert.Equal(EtcdErrorIds.SnapshotNotSupported, error.ErrorId);
        Assert.Contains("--force-new-cluster", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_ArchiveOfAWholeDataDirectory_TakesItsDatabaseAndWarnsOfTheLog()
    {
        SnapshotEtcd etcd = await lab.StoppedAsync("3.5", Stop);
        string data = Path.GetFullPath(Path.Combine(etcd.Database, "../../.."));
        string path = await WriteAsync(Packing.Gzip(await TarOfAsync(data)));

        await using OpenSnapshot open = await SnapshotOpener.OpenAsync(path, null, null, Stop);

        Assert.Equal(await File.ReadAllBytesAsync(etcd.Database, Stop), await File.ReadAllBytesAsync(open.DatabasePath, Stop));
        Assert.Contains("member/wal", Assert.Single(open.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_ArchiveOfALogAlone_IsRefusedWithTheWayOut()
    {
        SnapshotEtcd etcd = await lab.StoppedAsync("3.5", Stop);
        byte[] log = await File.ReadAllBytesAsync(Directory.GetFiles(etcd.WriteAheadLogs, "*.wal")[0], Stop);

        EtcdException error = await RefuseAsync(await WriteAsync(Packing.Gzip(Packing.Tar(("m/wal/0-0.wal", log), ("m/snap/0-1.snap", [8, 1])))));

        Assert.Equal(EtcdErrorIds.SnapshotNotSupported, error.ErrorId);
    }

    private static async Task<EtcdException> RefuseAsync(string path, UnpackLimits? limits = null)
    {
        EtcdException error =
            await Assert.ThrowsAnyAsync<EtcdException>(() => SnapshotOpener.OpenAsync(path, null, limits ?? new UnpackLimits(), null, Stop));
        Assert.Equal(path, error.Target);
        Assert.NotNull(error.NextStep);
        return error;
    }

    private static async Task<byte[]> TarOfAsync(string folder)
    {
        using var tar = new MemoryStream();
        await TarFile.CreateFromDirectoryAsync(folder, tar, includeBaseDirectory: true, Stop);
        return tar.ToArray();
    }

    private async Task<string> WriteAsync(byte[] content)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.bin");
        await File.WriteAllBytesAsync(path, content, Stop);
        return path;
    }
}
