using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Tests.Database;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Archives that are damaged, ambiguous or hostile: they are refused with a reason, and nothing is left behind.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class HostileArchiveTests(SnapshotLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TempFolder _unpacking = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _unpacking.Dispose();
    }

    [Fact]
    public async Task OpenAsync_NamesThatLeadOutOfTheArchive_AreNeverWrittenTo()
    {
        byte[] database = await DatabaseAsync();
        string outside = _folder.File("outside");
        foreach (string name in new[] { "../../outside", outside, "a/../../../outside", "..\\outside", "C:\\outside" })
        {
            foreach (byte[] archive in new[] { Packing.Tar((name, database)), Packing.Zip((name, database)) })
            {
                await using OpenSnapshot open = await SnapshotOpener.OpenAsync(await WriteAsync(archive), null, Limits(), null, Stop);

                Assert.Equal(database, await File.ReadAllBytesAsync(open.DatabasePath, Stop));
                Assert.StartsWith(_unpacking.Path, open.DatabasePath, StringComparison.Ordinal);
            }
        }

        Assert.False(File.Exists(outside));
        Assert.Empty(Directory.GetFileSystemEntries(_unpacking.Path));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.Fifo)]
    public async Task OpenAsync_LinksAndDevices_AreNeitherFollowedNorMade(TarEntryType type)
    {
        string target = _folder.File("secret.db");
        await File.WriteAllBytesAsync(target, await DatabaseAsync(), Stop);
        var entry = new PaxTarEntry(type, "a/db");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = target;

        EtcdException error = await RefuseAsync(Packing.TarOf(entry));

        Assert.Contains("contains no database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_Bombs_AreGivenUpAtTheLimit()
    {
        byte[] zeros = new byte[50_000_000];
        byte[] zipped = Packing.Gzip(zeros);
        Assert.True(zipped.Length < 500_000);
        UnpackLimits small = Limits() with { Bytes = 10_000_000 };
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("db", CompressionLevel.Fastest).Open();
            entry.Write(zeros);
        }

        foreach (byte[] bomb in new[] { zipped, Packing.Gzip(Packing.Tar(("db", zeros))), Packing.Gzip(
            Packing.Tar(("not-a-database", zeros))), zip.ToArray() })
            Assert.Contains("exceeds 10000000 bytes", (await RefuseAsync(bomb, small)).Message, StringComparison.Ordinal);

        Assert.Contains("a gzip file inside a gzip file", (await RefuseAsync(Packing.Gzip(zipped))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_TooManyEntries_IsRefused()
    {
        (string, byte[])[] entries = [.. Enumerable.Range(0, 60).Select(i => ($"f{i}", Array.Empty<byte>()))];
        UnpackLimits few = Limits() with { Entries = 50 };

        Assert.Contains("more than 50 entries", (await RefuseAsync(Packing.Tar(entries), few)).Message, StringComparison.Ordinal);
        Assert.Contains("more than 50 entries", (await RefuseAsync(Packing.Zip(entries), few)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_AttributesOfAGigabyte_AreRefused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(TarHeader('x', 1_000_000_000));
            byte[] some = new byte[1 << 20];
            for (int i = 0; i < 100; i++) gzip.Write(some);
        }

        EtcdException error = await RefuseAsync(packed.ToArray());

        // Refused because of the header, before any content is read.
        Assert.Contains("longer than 4 MB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_SeveralDatabases_NamesThem()
    {
        byte[] database = await DatabaseAsync();
        foreach (byte[] archive in new[] { Packing.Tar(("a/db", database), ("b/db", database)), Packing.Zip(("a/db", database), ("b/db", database)) })
        {
            EtcdException error = await RefuseAsync(archive);

            Assert.Contains("'a/db' and 'b/db'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OpenAsync_CutOffAnywhere_IsNoticed()
    {
        byte[] database = await DatabaseAsync();
        foreach (byte[] whole in new[] { Packing.Gzip(database), Packing.Gzip(Packing.Tar(("a/db", database))), Packing.Zip(("db", database)) })
        {
            foreach (int length in new[]
            {
                10, 18, 100, 700, whole.Length / 2, whole.Length - 700, whole.Length - 9, whole.Length - 8, whole.Length - 4, whole.Length - 1
            })
            {
                EtcdException error = await RefuseAsync(whole[..length]);

                Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
            }
        }
    }

    [Fact]
    public async Task OpenAsync_WrongChecksum_IsNoticed()
    {
        byte[] database = await DatabaseAsync();
        byte[] zip = Packing.Zip(("db", database));
        zip[zip.Length / 2] ^= 1; // stored uncompressed, so it unpacks without an error
        byte[] gzip = Packing.Gzip(database);
        gzip[^6] ^= 1; // a byte of the checksum at its end

        Assert.Contains("checksum", (await RefuseAsync(zip)).Message, StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.SnapshotInvalid, (await RefuseAsync(gzip)).ErrorId);
    }

    [Fact]
    public async Task OpenAsync_NothingInIt_IsRefused()
    {
        byte[] empty = [.. "PK\x05\x06"u8, .. new byte[18]];

        Assert.Contains("contains no database", (await RefuseAsync(empty)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "contains no database", (await RefuseAsync(Packing.Zip(("notes.txt", "hello"u8.ToArray())))).Message, StringComparison.Ordinal);
        Assert.Contains("contains no database", (await RefuseAsync(Packing.Tar(("a.gz", Packing.Gzip([1, 2]))))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_DatabaseThatIsDamagedInside_IsToldOfByTheFileThatWasGiven()
    {
        byte[] database = await DatabaseAsync();
        database.AsSpan(0, 8192).Clear();
        string path = await WriteAsync(Packing.Gzip(Packing.Tar(("a/db", database))));
        await using OpenSnapshot open = await SnapshotOpener.OpenAsync(path, null, Limits(), null, Stop);

        EtcdException error = await Assert.ThrowsAnyAsync<EtcdException>(() => open.DescribeAsync(null, Stop));

        Assert.Equal(path, error.Target);
        Assert.StartsWith($"The content of '{path}' cannot be used as an etcd database", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_unpacking.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NoRoom_SaysSoAndLeavesNothing()
    {
        byte[] gzip = Packing.Gzip(new byte[20_000_000]);
        await using SmallDisk disk = await SmallDisk.MountAsync(_folder.File("small"), kilobytes: 4096);

        EtcdException soon = await RefuseAsync(gzip, new UnpackLimits { Folder = disk.Path });
        EtcdException late = await RefuseAsync(gzip, new UnpackLimits(FreeSpace: 0) { Folder = disk.Path });

        Assert.Contains("TMPDIR", soon.NextStep, StringComparison.Ordinal);
        Assert.All([soon, late], error => Assert.Equal(EtcdErrorIds.DiskFull, error.ErrorId));
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public async Task OpenAsync_Cancelled_LeavesNothing()
    {
        string path = await WriteAsync(Packing.Gzip(new byte[100_000_000]));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        EventTrigger trigger = EventTrigger.OnFirstProgress(stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SnapshotOpener.OpenAsync(path, null, Limits(), trigger, stop.Token));

        Assert.Empty(Directory.GetFileSystemEntries(_unpacking.Path));
    }

    [Fact]
    public void PrivateFile_WhatAKilledProcessLeft_IsRemovedByTheNextAndNothingElse()
    {
        using PrivateFile alive = PrivateFile.Create(_unpacking.Path);
        string Leave(string name, string mark)
        {
            string folder = Directory.CreateDirectory(Path.Combine(_unpacking.Path, name)).FullName;
            File.WriteAllText(Path.Combine(folder, "in-use"), mark);
            return folder;
        }

        string abandoned = Leave("etcdadmin-unpacked-old", ".");
        string fresh = Leave("etcdadmin-unpacked-fresh", ".");
        string unclear = Leave("etcdadmin-unpacked-unclear", "");
        string foreign = Leave("something-else", ".");
        foreach (string folder in new[] { abandoned, unclear, foreign, Path.GetDirectoryName(alive.Path)! })
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddHours(-1));

        PrivateFile.Create(_unpacking.Path).Dispose();

        Assert.False(Directory.Exists(abandoned));
        Assert.All([fresh, unclear, foreign, Path.GetDirectoryName(alive.Path)!], folder => Assert.True(Directory.Exists(folder)));
    }

    private UnpackLimits Limits() => new() { Folder = _unpacking.Path };

    private async Task<byte[]> DatabaseAsync() => await File.ReadAllBytesAsync((await lab.GetAsync("3.5", "many keys", Stop)).Path, Stop);

    private async Task<EtcdException> RefuseAsync(byte[] content, UnpackLimits? limits = null)
    {
        string path = await WriteAsync(content);
        EtcdException error = await Assert.ThrowsAnyAsync<EtcdException>(() => SnapshotOpener.OpenAsync(path, null, limits ?? Limits(), null, Stop));
        Assert.Empty(Directory.GetFileSystemEntries(_unpacking.Path));
        Assert.NotNull(error.NextStep);
        return error;
    }

    private async Task<string> WriteAsync(byte[] content)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.bin");
        await File.WriteAllBytesAsync(path, content, Stop);
        return path;
    }

    private static byte[] TarHeader(char type, long size)
    {
        byte[] header = Packing.Tar(("name", []))[..512];
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        header[156] = (byte)type;
        header.AsSpan(148, 8).Fill((byte)' ');
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0").CopyTo(header, 148);
        return header;
    }
}
