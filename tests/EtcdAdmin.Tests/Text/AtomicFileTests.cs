using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Text;

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
    public async Task TryReserve_PartOfSomebody_IsTakenOnlyIfNobodyHasItAndItIsOld()
    {
        string path = _folder.File("file");
        string part = path + ".part";
        DateTime old = DateTime.UtcNow.AddMinutes(-11);

        await File.WriteAllTextAsync(part, "fresh", Token);
        Assert.Null(AtomicFile.TryReserve(path, AtomicFile.OwnerOnly));
        File.SetLastWriteTimeUtc(part, old);
        await using (FileStream? first = AtomicFile.TryReserve(path, AtomicFile.OwnerOnly))
        {
            Assert.NotNull(first);
            File.SetLastWriteTimeUtc(part, old); // a writer that has long been waiting
            Assert.Null(AtomicFile.TryReserve(path, AtomicFile.OwnerOnly));
        }

        Assert.Equal("", await File.ReadAllTextAsync(part, Token));
    }

    [Fact]
    public async Task TryReserve_ManyAtOnce_OneGetsIt()
    {
        string path = _folder.File("file");
        for (int round = 0; round < 200; round++)
        {
            await File.WriteAllTextAsync(path + ".part", "left", Token);
            File.SetLastWriteTimeUtc(path + ".part", DateTime.UtcNow.AddHours(-1));

            FileStream?[] got = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => Task.Run(() => AtomicFile.TryReserve(path, AtomicFile.OwnerOnly), Token)));

            FileStream[] held = [.. got.OfType<FileStream>()];
            Assert.True(held.Length <= 1, $"{held.Length} have it in round {round}.");
            foreach (FileStream file in held) await file.DisposeAsync();
            File.Delete(path + ".part");
        }
    }

    [Fact]
    public async Task WriteAsync_WhileAnotherWrites_TheLaterOneFails()
    {
        string path = _folder.File("file");
        EtcdException? later = null;

        await AtomicFile.WriteAsync(
            path,
            async (file, token) =>
            {
                await file.WriteAsync("first"u8.ToArray(), token);
                later = await Assert.ThrowsAsync<EtcdException>(() => AtomicFile.WriteAsync(path, "second"u8.ToArray(), AtomicFile.OwnerOnly, token));
            },
            AtomicFile.OwnerOnly,
            overwrite: true,
            Token);

        Assert.Equal(EtcdErrorIds.FileWriteFailed, later?.ErrorId);
        Assert.Equal("first", await File.ReadAllTextAsync(path, Token));
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
