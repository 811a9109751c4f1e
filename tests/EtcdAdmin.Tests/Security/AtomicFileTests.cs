using System.Text;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Security;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(AtomicFile.OwnerOnly)]
    [InlineData(AtomicFile.Public)]
    [InlineData(AtomicFile.Public | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    public async Task WriteAsync_AnyMode_FileHasExactlyIt(UnixFileMode mode)
    {
        string path = _folder.File("file");

        await AtomicFile.WriteAsync(path, "content"u8.ToArray(), mode, Token);

        Assert.Equal(mode, UnixMode.Of(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task WriteAsync_FileExists_ReplacesContentAndMode()
    {
        string path = _folder.File("file");
        await AtomicFile.WriteAsync(path, "a longer old content"u8.ToArray(), AtomicFile.Public, Token);

        await AtomicFile.WriteAsync(path, "new"u8.ToArray(), AtomicFile.OwnerOnly, Token);

        Assert.Equal("new", await File.ReadAllTextAsync(path, Token));
        Assert.Equal(AtomicFile.OwnerOnly, UnixMode.Of(path));
    }

    [Fact]
    public async Task WriteAsync_PartOfCrashIsReadableLink_NeitherFollowedNorKept()
    {
        string path = _folder.File("key");
        await File.WriteAllTextAsync(_folder.File("elsewhere"), "untouched", Token);
        File.CreateSymbolicLink(path + ".part", _folder.File("elsewhere"));

        await AtomicFile.WriteAsync(path, "secret"u8.ToArray(), AtomicFile.OwnerOnly, Token);

        Assert.Equal("untouched", await File.ReadAllTextAsync(_folder.File("elsewhere"), Token));
        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal(AtomicFile.OwnerOnly, UnixMode.Of(path));
    }

    [Fact]
    public async Task WriteNewAsync_FileExists_ThrowsFileExistsAndKeepsIt()
    {
        string path = _folder.File("file");
        await File.WriteAllTextAsync(path, "old", Token);

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => AtomicFile.WriteNewAsync(path, "new"u8.ToArray(), AtomicFile.OwnerOnly, Token));

        Assert.Equal(EtcdErrorIds.FileExists, error.ErrorId);
        Assert.Equal(path, error.Target);
        Assert.Equal("old", await File.ReadAllTextAsync(path, Token));
    }

    [Fact]
    public async Task WriteAsync_Cancelled_LeavesOldFileAndNoPart()
    {
        string path = _folder.File("file");
        await File.WriteAllTextAsync(path, "old", Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes("new"), AtomicFile.OwnerOnly, new CancellationToken(canceled: true)));

        Assert.Equal("old", await File.ReadAllTextAsync(path, Token));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task WriteAsync_FolderMissing_ThrowsFileWriteFailed()
    {
        string path = Path.Combine(_folder.File("missing"), "file");

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => AtomicFile.WriteAsync(path, "x"u8.ToArray(), AtomicFile.OwnerOnly, Token));

        Assert.Equal(EtcdErrorIds.FileWriteFailed, error.ErrorId);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_TargetIsFolder_ThrowsAndLeavesNoPart()
    {
        string path = _folder.File("folder");
        Directory.CreateDirectory(path);

        await Assert.ThrowsAsync<EtcdException>(() => AtomicFile.WriteAsync(path, "x"u8.ToArray(), AtomicFile.OwnerOnly, Token));

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task WriteAsync_DeviceFull_ThrowsDiskFull()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(_folder.File("disk"), kilobytes: 64);

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => AtomicFile.WriteAsync(Path.Combine(disk.Path, "file"), new byte[1 << 20], AtomicFile.OwnerOnly, Token));

        Assert.Equal(EtcdErrorIds.DiskFull, error.ErrorId);
        Assert.Empty(Directory.GetFiles(disk.Path));
    }
}
