using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Packages;

public sealed class PackageSaverTests(RealEtcd real) : IClassFixture<RealEtcd>, IDisposable
{
    private static readonly EtcdPlatform Foreign = new("linux", "s390x");
    private readonly TempFolder _temp = new();
    private readonly EventRecorder _events = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Stick => _temp.File("stick");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task SaveAsync_RealEtcd_ServesOnAMachineWithoutANetwork()
    {
        await real.MakeAsync();

        EtcdPackageInfo saved = await Saver("connected").SaveAsync(
            new PackageRequest { Path = real.Package.Folder }, Stick, overwrite: false, _events, Cancel);
        EtcdPackage used = await Resolver("closed").ResolveAsync(new PackageRequest { Path = Stick }, _events, Cancel);

        Assert.Equal(PackageName.ForRelease(real.Package.Version, EtcdPlatform.Current), Path.GetFileName(saved.Path));
        Assert.Equal(saved.Version, used.Version);
        Assert.Equal(saved.Sha256, used.Sha256);
        Assert.Equal(await File.ReadAllBytesAsync(real.Package.EtcdPath, Cancel), await File.ReadAllBytesAsync(used.EtcdPath, Cancel));
        Assert.Equal(saved.Programs.Select(p => p.Name), Directory.EnumerateFiles(used.Folder, "etcd*").Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task SaveAsync_AnotherProcessor_CarriesItsVersionWhateverTheFileIsCalled()
    {
        EtcdPackageInfo saved = await SaveAsync(Release("3.5.16"), _temp.File("dir/odd name.tar.gz"));

        EtcdPackage used = await Resolver("closed").ResolveAsync(Wish(saved.Path), _events, Cancel);

        Assert.Equal(_temp.File("dir/odd name.tar.gz"), saved.Path);
        Assert.Equal((new EtcdVersion(3, 5, 16), Foreign), (used.Version, used.Platform));
        Assert.Equal(["etcd", "etcdctl", "etcdutl"], saved.Programs.Select(p => p.Name));
        Assert.Equal(new FileInfo(saved.Path ?? "").Length, saved.Size);
        Assert.Equal(TestArchives.Sha256(await File.ReadAllBytesAsync(saved.Path ?? "", Cancel)), saved.Sha256);
    }

    [Fact]
    public async Task SaveAsync_SameProgramsTwice_MakesTheSameBytes()
    {
        string release = Release("3.5.16");

        EtcdPackageInfo first = await Saver("one").SaveAsync(Wish(release), _temp.File("a"), overwrite: false, _events, Cancel);
        EtcdPackageInfo second = await Saver("two").SaveAsync(Wish(release), _temp.File("b"), overwrite: false, _events, Cancel);

        Assert.Equal(first.Sha256, second.Sha256);
    }

    [Fact]
    public async Task SaveAsync_FileIsThere_IsReplacedOnlyWhenAsked()
    {
        string release = Release("3.5.16");
        EtcdPackageInfo first = await SaveAsync(release, Stick);
        await File.WriteAllTextAsync(first.Path ?? "", "mine", Cancel);

        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => SaveAsync(release, Stick));
        string kept = await File.ReadAllTextAsync(first.Path ?? "", Cancel);
        EtcdPackageInfo second = await SaveAsync(release, Stick, overwrite: true);

        Assert.Equal((EtcdErrorIds.FileExists, "mine"), (error.ErrorId, kept));
        Assert.Equal(first.Sha256, second.Sha256);
        Assert.Single(Directory.EnumerateFileSystemEntries(Stick));
    }

    [Fact]
    public async Task SaveAsync_FolderCannotBeMade_SaysSo()
    {
        await File.WriteAllTextAsync(Stick, "a file", Cancel);

        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => SaveAsync(Release("3.5.16"), Stick));

        Assert.Equal(EtcdErrorIds.FileWriteFailed, error.ErrorId);
    }

    [Fact]
    public async Task ResolveAsync_SavedFileWithOtherProgram_IsAChecksumMismatch()
    {
        EtcdPackageInfo saved = await SaveAsync(Release("3.5.16"), Stick);
        await RepackAsync(saved.Path ?? "", (name, content) => name == "etcdctl" ? TestArchives.ForeignProgram(text: "evil") : content);

        EtcdException error = await RefusedAsync(saved.Path);

        Assert.Equal(EtcdErrorIds.ChecksumMismatch, error.ErrorId);
        Assert.Contains(saved.Path + "/etcdctl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_SavedFileWithoutOneProgram_IsRefused()
    {
        EtcdPackageInfo saved = await SaveAsync(Release("3.5.16"), Stick);
        await RepackAsync(saved.Path ?? "", (name, content) => name == "etcdutl" ? null : content);

        EtcdException error = await RefusedAsync(saved.Path);

        Assert.Equal(EtcdErrorIds.NotEtcd, error.ErrorId);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("null")]
    public async Task ResolveAsync_SavedFileWithBrokenManifest_IsRefused(string manifest)
    {
        EtcdPackageInfo saved = await SaveAsync(Release("3.5.16"), Stick);
        await RepackAsync(saved.Path ?? "",
            (name, content) => name == "package.json" ? System.Text.Encoding.UTF8.GetBytes(manifest) : content);

        EtcdException error = await RefusedAsync(saved.Path);

        Assert.Equal(EtcdErrorIds.ArchiveInvalid, error.ErrorId);
    }

    [Fact]
    public async Task ResolveAsync_SavedFileForAnotherProcessor_IsAnArchitectureMismatch()
    {
        EtcdPackageInfo saved = await SaveAsync(Release("3.5.16"), _temp.File("plain.tar.gz"));

        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => Resolver("closed").ResolveAsync(
            new PackageRequest { Path = saved.Path, Platform = new EtcdPlatform("linux", "ppc64le") }, _events, Cancel));

        Assert.Equal(EtcdErrorIds.ArchitectureMismatch, error.ErrorId);
        Assert.Contains("linux-s390x", error.Message, StringComparison.Ordinal);
    }

    private static PackageRequest Wish(string? path) => new() { Path = path, Platform = Foreign };

    private static async Task RepackAsync(string path, Func<string, byte[], byte[]?> change)
    {
        List<TarEntry> entries = [];
        await using (var reader = new TarReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress)))
        {
            while (await reader.GetNextEntryAsync(copyData: true, Cancel) is { } entry)
            {
                using var content = new MemoryStream();
                await (entry.DataStream ?? Stream.Null).CopyToAsync(content, Cancel);
                if (entry.EntryType == TarEntryType.RegularFile && change(Path.GetFileName(entry.Name), content.ToArray()) is { } changed)
                    entries.Add(TestArchives.FileOf(entry.Name, changed));
            }
        }

        await File.WriteAllBytesAsync(path, TestArchives.TarGz([.. entries]), Cancel);
    }

    private PackageSaver Saver(string machine) => new(new EtcdAdminHome(_temp.File(machine)));

    private PackageResolver Resolver(string machine) => new(new EtcdAdminHome(_temp.File(machine)));

    private Task<EtcdPackageInfo> SaveAsync(string release, string destination, bool overwrite = false) =>
        Saver("connected").SaveAsync(Wish(release), destination, overwrite, _events, Cancel);

    private Task<EtcdException> RefusedAsync(string? path) =>
        Assert.ThrowsAsync<EtcdException>(() => Resolver("closed").ResolveAsync(Wish(path), _events, Cancel));

    private string Release(string version)
    {
        string path = _temp.File($"etcd-v{version}-linux-s390x.tar.gz");
        File.WriteAllBytes(path, TestArchives.ForeignRelease(version));
        return path;
    }
}
