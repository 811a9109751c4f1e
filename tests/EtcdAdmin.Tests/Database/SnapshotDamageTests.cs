using System.Buffers.Binary;
using System.Text;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database;

/// <summary>Files that are damaged, truncated, hostile, or not a database at all.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotDamageTests(SnapshotLab lab) : IDisposable
{
    private const int PageSize = 4096;

    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<byte[], string> ForeignFiles() => new()
    {
        { [], "an empty file" },
        { Encoding.UTF8.GetBytes("# Some notes on our cluster\n" + new string('x', 4000)), "a text file" },
        { [0x1F, 0x8B, 8, 0, .. new byte[2000]], "a gzip archive" },
        { [.. "PK\x03\x04"u8, .. new byte[2000]], "a zip archive" },
        { [.. "etcd/"u8, .. new byte[252], .. "ustar\0"u8, .. new byte[2000]], "a tar archive" },
        { [.. "-----BEGIN CMS-----\nMIMBiEUGCyqGSIb3DQEJEAEX"u8, .. new byte[2000]], "openssl cms -cmsout -inform PEM -outform DER" },
        { [.. "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=authEnveloped-data\n"u8, .. new byte[2000]], "-inform SMIME" },
        { new byte[8192], "a file that contains only zeros" },
        { [0x08, 0xA1, 0xB2, 0xC3, 0xD4, 0x0E, 0x12, 0x40, .. Enumerable.Repeat((byte)9, 900)], "a raft snapshot" },
        { [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * 7919 >> 3 | 0x81))], "an unknown or encrypted file" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(ForeignFiles), DisableDiscoveryEnumeration = true)]
    public async Task InspectAsync_ForeignFile_SaysWhatItSeemsToBe(byte[] content, string expected)
    {
        EtcdException error = await InspectBrokenAsync(content);

        Assert.Contains("not a bbolt database", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_WriteAheadLogOfRealServer_IsRecognised()
    {
        SnapshotEtcd etcd = await lab.StoppedAsync("3.5", Stop);
        string log = Directory.GetFiles(etcd.WriteAheadLogs, "*.wal")[0];

        EtcdException error = await Assert.ThrowsAnyAsync<EtcdException>(() => SnapshotInspector.InspectAsync(log, null, Stop));

        Assert.Contains("a write-ahead log", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_NoSuchFile_ThrowsSnapshotNotFound()
    {
        string path = Path.Combine(_folder.File("missing"), "file.db");

        EtcdException error = await Assert.ThrowsAnyAsync<EtcdException>(() => SnapshotInspector.InspectAsync(path, null, Stop));

        Assert.Equal((EtcdErrorIds.SnapshotNotFound, path), (error.ErrorId, error.Target));
    }

    [Fact]
    public async Task InspectAsync_Folder_SaysSo()
    {
        EtcdException error = await Assert.ThrowsAnyAsync<EtcdException>(() => SnapshotInspector.InspectAsync(_folder.Path, null, Stop));

        Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
        Assert.Contains("a folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_ByteOfAValueFlipped_TrailerIsInvalid()
    {
        byte[] content = await ContentAsync("mixed");
        SnapshotInfo sound = await InspectAsync(content);
        FlipNeedles(content);

        SnapshotInfo info = await InspectAsync(content);

        Assert.True(sound.TrailerValid);
        Assert.True(info.HasTrailer);
        Assert.False(info.TrailerValid);
        Assert.NotEqual(sound.Hash, info.Hash);
        Assert.NotEqual(sound.Sha256, info.Sha256);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(32 + 512)]
    [InlineData(32 + PageSize)]
    public async Task InspectAsync_CutOff_IsNoValidSnapshot(int missing)
    {
        byte[] content = await ContentAsync("large values");
        byte[] cut = content[..^missing];

        if (missing < 32)
        {
            SnapshotInfo info = await InspectAsync(cut);
            Assert.Equal((true, false), (info.HasTrailer, info.TrailerValid));
        }
        else
        {
            EtcdException error = await InspectBrokenAsync(cut);
            Assert.Contains("truncated", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task InspectAsync_BytesAddedAtTheEnd_IsNoValidSnapshot()
    {
        SnapshotInfo info = await InspectAsync([.. await ContentAsync("mixed"), 1, 2, 3, 4, 5]);

        Assert.Equal((true, false), (info.HasTrailer, info.TrailerValid));
    }

    [Fact]
    public async Task InspectAsync_Pipe_IsRefusedAtOnce()
    {
        string pipe = _folder.File("pipe.db");
        ProcessResult made = await ProcessRunner.RunAsync(new ProcessCommand("mkfifo", [pipe]), Stop);
        Assert.True(made.ExitCode == 0, made.Error);

        Task Act() => SnapshotInspector.InspectAsync(pipe, null, Stop).WaitAsync(TimeSpan.FromSeconds(10), Stop);

        EtcdException error = await Assert.ThrowsAnyAsync<EtcdException>(Act);
        Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
    }

    [Fact]
    public async Task InspectAsync_FirstMetaPageLost_SecondServes()
    {
        byte[] content = await ContentAsync("mixed");
        SnapshotInfo sound = await InspectAsync(content);
        content.AsSpan(0, PageSize).Clear();

        SnapshotInfo info = await InspectAsync(content);

        Assert.Equal((sound.Hash, sound.Revision), (info.Hash, info.Revision));
    }

    [Fact]
    public async Task InspectAsync_BothMetaPagesDamaged_SaysSo()
    {
        byte[] content = await ContentAsync("mixed");
        content[16 + 20] ^= 1;
        content[PageSize + 16 + 20] ^= 1;

        EtcdException error = await InspectBrokenAsync(content);

        Assert.Contains("both meta pages", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_BranchThatPointsAtItself_IsRefused()
    {
        byte[] content = await ContentAsync("many keys");
        int branch = FindRootBranch(content);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan((branch * PageSize) + 16 + 8), branch);

        EtcdException error = await InspectBrokenAsync(content);

        Assert.Contains($"page {branch}", error.Message, StringComparison.Ordinal);
        Assert.Contains("used a second time", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_ElementsThatShareData_AreRefused()
    {
        byte[] content = await ContentAsync("many keys");
        Span<byte> element = content.AsSpan((FindFirstLeaf(content) * PageSize) + 16 + 16);
        BinaryPrimitives.WriteUInt32LittleEndian(element[4..], BinaryPrimitives.ReadUInt32LittleEndian(element[4..]) - 8);

        EtcdException error = await InspectBrokenAsync(content);

        Assert.Contains("does not fit into its page", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_TwoSubtreesSwapped_IsRefused()
    {
        byte[] content = await ContentAsync("many keys");
        Span<byte> table = content.AsSpan((FindRootBranch(content) * PageSize) + 16);
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(table[8..]);
        BinaryPrimitives.WriteUInt64LittleEndian(table[8..], BinaryPrimitives.ReadUInt64LittleEndian(table[24..]));
        BinaryPrimitives.WriteUInt64LittleEndian(table[24..], first);

        EtcdException error = await InspectBrokenAsync(content);

        Assert.Contains("key", error.Message, StringComparison.Ordinal);
    }

    // All of them: pages that commits have freed contain older copies, and only the trailer covers those pages.
    private static void FlipNeedles(byte[] content)
    {
        ReadOnlySpan<byte> needle = Encoding.ASCII.GetBytes(SnapshotLab.Needle);
        for (int at = content.AsSpan().IndexOf(needle); at >= 0; at = content.AsSpan().IndexOf(needle)) content[at + 3] ^= 1;
    }

    // Freed pages keep their old contents. The last branch page of the file is the root of bucket "key", which a commit
    // writes after all other pages.
    private static int FindRootBranch(byte[] content)
    {
        for (int page = (content.Length / PageSize) - 1; page > 1; page--)
        {
            bool isWhole = BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(page * PageSize)) == page;
            if (isWhole && TypeOf(content, page) == BoltFormat.BranchPage) return page;
        }

        throw new InvalidOperationException("The snapshot has no branch page.");
    }

    private static int FindFirstLeaf(byte[] content)
    {
        int page = FindRootBranch(content);
        while (TypeOf(content, page) == BoltFormat.BranchPage)
            page = (int)BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan((page * PageSize) + 16 + 8));
        return page;
    }

    private static int TypeOf(byte[] content, int page) =>
        BinaryPrimitives.ReadUInt16LittleEndian(content.AsSpan((page * PageSize) + 8));

    private async Task<byte[]> ContentAsync(string stage) =>
        await File.ReadAllBytesAsync((await lab.GetAsync("3.5", stage, Stop)).Path, Stop);

    private async Task<SnapshotInfo> InspectAsync(byte[] content)
    {
        string path = _folder.File("file.db");
        await File.WriteAllBytesAsync(path, content, Stop);
        return await SnapshotInspector.InspectAsync(path, null, Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop);
    }

    private async Task<EtcdException> InspectBrokenAsync(byte[] content)
    {
        EtcdException error = await Assert.ThrowsAnyAsync<EtcdException>(() => InspectAsync(content));
        Assert.Equal((EtcdErrorIds.SnapshotInvalid, EtcdErrorKind.InvalidData), (error.ErrorId, error.Kind));
        Assert.Contains(_folder.File("file.db"), error.Message, StringComparison.Ordinal);
        return error;
    }
}
