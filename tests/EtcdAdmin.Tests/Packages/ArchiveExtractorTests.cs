using System.Formats.Tar;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Archives;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Packages;

public sealed class ArchiveExtractorTests : IDisposable
{
    private static readonly byte[] Program = TestArchives.ForeignProgram();
    private readonly TempFolder _temp = new();

    private string Target => Directory.CreateDirectory(_temp.File("target")).FullName;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task ExtractAsync_Release_TakesProgramsAloneAndMakesThemExecutable()
    {
        string archive = Write("etcd.tar.gz", TestArchives.ForeignRelease("3.5.16"));

        await ArchiveExtractor.ExtractAsync(archive, Target, TestContext.Current.CancellationToken);

        Assert.Equal(["etcd", "etcdctl", "etcdutl"], Names(Target));
        Assert.Equal(Program, await File.ReadAllBytesAsync(Path.Combine(Target, "etcd"), TestContext.Current.CancellationToken));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(Target, "etcd")));
    }

    [Fact]
    public async Task ExtractAsync_ZipForWindows_TakesPrograms()
    {
        string archive = Write("etcd.zip", TestArchives.Zip(("etcd-v3.5.16-windows-amd64/etcd.exe", Program), ("x/README.md", [1])));

        await ArchiveExtractor.ExtractAsync(archive, Target, TestContext.Current.CancellationToken);

        Assert.Equal(["etcd.exe"], Names(Target));
    }

    [Fact]
    public async Task ExtractAsync_HarmlessLinksAndNamesakes_AreLeftOut()
    {
        string archive = Write("etcd.tar.gz", TestArchives.TarGz(
            TestArchives.FileOf("./usr/bin/etcd", Program),
            TestArchives.FileOf("./usr/share/bash-completion/completions/etcdctl", "complete"u8.ToArray()),
            TestArchives.Link(TarEntryType.SymbolicLink, "./usr/share/doc/etcd/README", "../../bin/etcd")));

        await ArchiveExtractor.ExtractAsync(archive, Target, TestContext.Current.CancellationToken);

        Assert.Equal(["etcd"], Names(Target));
    }

    public static TheoryData<string, TarEntry> HostileEntries => new()
    {
        { "../evil", TestArchives.FileOf("../evil", Program) },
        { "a/../../etcd", TestArchives.FileOf("a/../../etcd", Program) },
        { "/etc/cron.d/etcd", TestArchives.FileOf("/etc/cron.d/etcd", Program) },
        { "a\\..\\etcd", TestArchives.FileOf("a\\..\\etcd", Program) },
        { "C:/etcd", TestArchives.FileOf("C:/etcd", Program) },
        { "way-out", TestArchives.Link(TarEntryType.SymbolicLink, "x/way-out", "../../etc") },
        { "absolute", TestArchives.Link(TarEntryType.SymbolicLink, "x/absolute", "/etc/passwd") },
        { "hard", TestArchives.Link(TarEntryType.HardLink, "x/hard", "../etc/passwd") },
        { "fifo", new PaxTarEntry(TarEntryType.Fifo, "x/fifo") },
        { "device", new PaxTarEntry(TarEntryType.CharacterDevice, "x/device") },
    };

    [Theory]
    [MemberData(nameof(HostileEntries))]
    public async Task ExtractAsync_HostileEntry_RefusesTheArchiveAndNamesIt(string name, TarEntry entry)
    {
        string archive = Write("etcd.tar.gz", TestArchives.TarGz(entry, TestArchives.FileOf("x/etcd", Program)));

        EtcdException error = await RefusedAsync(archive);

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Empty(Names(Target));
        Assert.Equal(["etcd.tar.gz", "target"], Directory.EnumerateFileSystemEntries(_temp.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task ExtractAsync_HostileZip_IsRefused()
    {
        string archive = Write("etcd.zip", TestArchives.Zip(("x/etcd", Program), ("../../etcdctl", Program)));

        EtcdException error = await RefusedAsync(archive);

        Assert.Contains("../../etcdctl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExtractAsync_SameProgramTwice_IsRefused()
    {
        string archive = Write("etcd.tar.gz", TestArchives.TarGz(
            TestArchives.FileOf("etcd", Program), TestArchives.FileOf("x/etcd", Program)));

        EtcdException error = await RefusedAsync(archive);

        Assert.Contains("more than once", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etcd.tar.gz")]
    [InlineData("etcd.zip")]
    public async Task ExtractAsync_MoreThanTheLimit_IsRefused(string name)
    {
        byte[] bomb = new byte[1 << 20];
        string archive = Write(name, name.EndsWith(".zip", StringComparison.Ordinal)
            ? TestArchives.Zip(("x/etcd", bomb))
            : TestArchives.TarGz(TestArchives.FileOf("x/README", bomb)));

        EtcdException error = await RefusedAsync(archive, new ArchiveLimits(Bytes: 1 << 16));

        Assert.Contains("65536", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExtractAsync_TooManyEntries_IsRefused()
    {
        string archive = Write("etcd.tar.gz", TestArchives.ForeignRelease("3.5.16"));

        EtcdException error = await RefusedAsync(archive, new ArchiveLimits(Entries: 3));

        Assert.Contains("3 entries", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExtractAsync_ChecksumBehindTheEntriesWrong_IsRefused()
    {
        byte[] release = TestArchives.ForeignRelease("3.5.16");
        byte[] damaged = [.. release];
        damaged[^6] ^= 0x40; // within gzip's own checksum, behind all entries
        string archive = Write("etcd.tar.gz", damaged);

        EtcdException error = await RefusedAsync(archive);

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etcd.tar.gz")]
    [InlineData("etcd.zip")]
    [InlineData("etcd.deb")]
    public async Task ExtractAsync_NotAnArchive_IsRefused(string name)
    {
        string archive = Write(name, "This page has moved to another address, says the proxy."u8.ToArray());

        await RefusedAsync(archive);
    }

    [Fact]
    public async Task ExtractAsync_CutRelease_IsRefused()
    {
        byte[] release = TestArchives.ForeignRelease("3.5.16");
        string archive = Write("etcd.tar.gz", release[..(release.Length / 2)]);

        await RefusedAsync(archive);
    }

    [Theory]
    [InlineData("xz", "data.tar.xz")]
    [InlineData("zstd", "data.tar.zst")]
    [InlineData("gzip", "data.tar.gz")]
    public async Task ExtractAsync_Deb_TakesPrograms(string program, string member)
    {
        Assert.SkipUnless(ProgramPath.Find(program) is not null, $"{program} is not on PATH; install it.");
        byte[] tar = TestArchives.Tar(TestArchives.FileOf("./usr/bin/etcd", Program));
        byte[] data = await TestArchives.CompressAsync(program, tar, TestContext.Current.CancellationToken);
        string archive = Write("etcd-server_3.5.16-4_s390x.deb", TestArchives.Deb(member, data));

        await ArchiveExtractor.ExtractAsync(archive, Target, TestContext.Current.CancellationToken);

        Assert.Equal(["etcd"], Names(Target));
    }

    [Fact]
    public async Task ExtractAsync_DebWithWayOut_IsRefusedWithThatReason()
    {
        Assert.SkipUnless(ProgramPath.Find("xz") is not null, "xz is not on PATH; install xz-utils.");
        byte[] tar = TestArchives.Tar(TestArchives.FileOf("../evil", Program), TestArchives.FileOf("./usr/bin/etcd", new byte[4 << 20]));
        byte[] data = await TestArchives.CompressAsync("xz", tar, TestContext.Current.CancellationToken);
        string archive = Write("etcd-server_3.5.16-4_s390x.deb", TestArchives.Deb("data.tar.xz", data));

        EtcdException error = await RefusedAsync(archive);

        Assert.Contains("../evil", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExtractAsync_DebWithDamagedData_IsRefused()
    {
        Assert.SkipUnless(ProgramPath.Find("xz") is not null, "xz is not on PATH; install xz-utils.");
        byte[] tar = TestArchives.Tar(TestArchives.FileOf("./usr/bin/etcd", Program));
        byte[] data = await TestArchives.CompressAsync("xz", tar, TestContext.Current.CancellationToken);
        data[data.Length / 2] ^= 0x55;
        string archive = Write("etcd-server_3.5.16-4_s390x.deb", TestArchives.Deb("data.tar.xz", data));

        await RefusedAsync(archive);
    }

    private async Task<EtcdException> RefusedAsync(string archive, ArchiveLimits? limits = null)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => ArchiveExtractor.ExtractAsync(
            archive, Target, limits ?? new ArchiveLimits(), TestContext.Current.CancellationToken));
        Assert.Equal(EtcdErrorIds.ArchiveInvalid, error.ErrorId);
        Assert.Equal(archive, error.Target);
        return error;
    }

    private string Write(string name, byte[] content)
    {
        string path = _temp.File(name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static IEnumerable<string?> Names(string folder) => Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order();
}
