using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Packages;

public sealed class PackageResolverTests(RealEtcd real) : IClassFixture<RealEtcd>, IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private readonly ReleaseServer _server = new();
    private readonly EventRecorder _events = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Packages => Path.Combine(_temp.Path, "packages");

    public async ValueTask InitializeAsync() => await real.MakeAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task ResolveAsync_ReleaseArchive_AsksTheRealEtcdForItsVersion()
    {
        string renamed = _temp.File("some.tgz");
        File.Copy(real.Archive, renamed);

        EtcdPackage package = await FromAsync(renamed);

        Assert.Equal(real.Package.Version, package.Version);
        Assert.Equal(PackageSource.File, package.Source);
        Assert.Equal(Path.Combine(Packages, $"{package.Version}-{EtcdPlatform.Current}"), package.Folder);
        Assert.NotNull(package.EtcdctlPath);
    }

    [Fact]
    public async Task ResolveAsync_ReleaseArchiveWithWrongHash_IsRefused()
    {
        EtcdException error = await RefusedAsync(new PackageRequest { Path = real.Archive, Sha256 = new string('a', 64) });

        Assert.Equal(EtcdErrorIds.ChecksumMismatch, error.ErrorId);
        Assert.False(Directory.Exists(Packages));
    }

    [Fact]
    public async Task ResolveAsync_ArchiveNamedForAnotherVersion_IsRefused()
    {
        string renamed = _temp.File($"etcd-v3.5.0-{EtcdPlatform.Current}.tar.gz");
        File.Copy(real.Archive, renamed);

        EtcdException error = await RefusedAsync(new PackageRequest { Path = renamed });

        Assert.Equal(EtcdErrorIds.ArchiveInvalid, error.ErrorId);
        Assert.Contains(real.Package.Version.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_ArchiveForAnotherProcessor_IsRefused()
    {
        EtcdException error = await RefusedAsync(
            new PackageRequest { Path = real.Archive, Platform = new EtcdPlatform("linux", "s390x") });

        Assert.Equal(EtcdErrorIds.ArchitectureMismatch, error.ErrorId);
    }

    [Fact]
    public async Task ResolveAsync_ProgramForAnotherProcessorUnderThisOnesName_IsRefused()
    {
        string archive = Write($"etcd-v3.5.16-{EtcdPlatform.Current}.tar.gz", TestArchives.ForeignRelease("3.5.16"));

        EtcdException error = await RefusedAsync(new PackageRequest { Path = archive });

        Assert.Equal(EtcdErrorIds.ArchitectureMismatch, error.ErrorId);
        Assert.Contains("linux-s390x", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_OtherProgramCalledEtcd_IsNotEtcd()
    {
        byte[] other = await File.ReadAllBytesAsync("/bin/true", Cancel);
        string archive = Write("etcd.tar.gz", TestArchives.TarGz(TestArchives.FileOf("x/etcd", other)));

        EtcdException error = await RefusedAsync(new PackageRequest { Path = archive });

        Assert.Equal(EtcdErrorIds.NotEtcd, error.ErrorId);
    }

    [Fact]
    public async Task ResolveAsync_ScriptCalledEtcd_IsNotEtcdAndNotRun()
    {
        string proof = _temp.File("was-run");
        Write("etcd", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\ntouch {proof}\necho 'etcd Version: 3.5.16'\n"));

        EtcdException error = await RefusedAsync(new PackageRequest { Path = _temp.File("etcd") });

        Assert.Equal(EtcdErrorIds.NotEtcd, error.ErrorId);
        Assert.False(File.Exists(proof));
    }

    [Fact]
    public async Task ResolveAsync_ArchiveWithoutEtcd_IsNotEtcd()
    {
        string archive = Write("tools.tar.gz", TestArchives.TarGz(TestArchives.FileOf("x/etcdctl", TestArchives.ForeignProgram())));

        EtcdException error = await RefusedAsync(new PackageRequest { Path = archive });

        Assert.Equal(EtcdErrorIds.NotEtcd, error.ErrorId);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(Packages, ".staging")));
    }

    [Fact]
    public async Task ResolveAsync_UnpackedFolder_IsUsedWhereItIs()
    {
        EtcdPackage package = await FromAsync(UnpackedCopy());

        Assert.Equal(_temp.File("mine"), package.Folder);
        Assert.Equal(real.Package.Version, package.Version);
        Assert.False(Directory.Exists(Packages));
    }

    [Fact]
    public async Task ResolveAsync_FolderOfArchives_TakesTheNewestThatFits()
    {
        Directory.CreateDirectory(_temp.File("shelf"));
        foreach (string version in new[] { "3.4.23", "3.5.9", "3.5.16" })
            Write($"shelf/etcd-v{version}-linux-s390x.tar.gz", TestArchives.ForeignRelease(version));
        Write("shelf/etcd-v3.5.17-linux-arm64.tar.gz", []);

        EtcdPackage package = await Resolver().ResolveAsync(Foreign("3.5") with { Path = _temp.File("shelf") }, _events, Cancel);

        Assert.Equal("3.5.16", package.Version.ToString());
    }

    [Theory]
    [InlineData("etcd-server_3.5.16-4_s390x.deb")]
    [InlineData("etcd-client_3.5.16-4_s390x.deb")]
    public async Task ResolveAsync_OneOfTwoDebianPackages_TakesItsSiblingToo(string given)
    {
        WriteDeb("etcd-server_3.5.16-4_s390x.deb", "./usr/bin/etcd");
        WriteDeb("etcd-client_3.5.16-4_s390x.deb", "./usr/bin/etcdctl");

        EtcdPackage package = await Resolver().ResolveAsync(Foreign(null) with { Path = _temp.File(given) }, _events, Cancel);

        Assert.Equal("3.5.16", package.Version.ToString());
        Assert.NotNull(package.EtcdctlPath);
    }

    [Fact]
    public async Task ResolveAsync_DebianClientAlone_SaysThatTheServerIsMissing()
    {
        WriteDeb("etcd-client_3.5.16-4_s390x.deb", "./usr/bin/etcdctl");

        EtcdException error = await RefusedAsync(Foreign(null) with { Path = _temp.File("etcd-client_3.5.16-4_s390x.deb") });

        Assert.Contains("etcd-server_3.5.16-4_s390x.deb", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_OtherVersionThanAskedFor_IsNotFound()
    {
        EtcdException error = await RefusedAsync(new PackageRequest { Path = real.Archive, Version = VersionRequest.Parse("3.4") });

        Assert.Equal(EtcdErrorIds.PackageNotFound, error.ErrorId);
    }

    [Fact]
    public async Task ResolveAsync_HeldVersionOfLine_IsKeptAlthoughTheMirrorHasANewer()
    {
        Publish("3.5.15");
        await Resolver().ResolveAsync(FromMirror("3.5.15"), _events, Cancel);
        Publish("3.5.16");
        _server.Serve("/", """<a href="v3.5.15/">x</a><a href="v3.5.16/">x</a>""");

        EtcdPackage line = await Resolver().ResolveAsync(FromMirror("3.5"), _events, Cancel);
        EtcdPackage newest = await Resolver().ResolveAsync(FromMirror(null), _events, Cancel);

        Assert.Equal(("3.5.15", PackageSource.Cache), (line.Version.ToString(), line.Source));
        Assert.Equal(("3.5.16", PackageSource.Release), (newest.Version.ToString(), newest.Source));
    }

    [Fact]
    public async Task ResolveAsync_NewestButMirrorGone_TakesTheNewestHeld()
    {
        Publish("3.5.15");
        await Resolver().ResolveAsync(FromMirror("3.5.15"), _events, Cancel);
        await _server.DisposeAsync();

        EtcdPackage package = await Resolver().ResolveAsync(FromMirror(null), _events, Cancel);

        Assert.Equal("3.5.15", package.Version.ToString());
        Assert.Contains(_events.Of<MessageEvent>(), m => m.Text.StartsWith("Skipping the package source Release", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ResolveAsync_NewestOnListWithoutFiles_TakesTheNextOne()
    {
        Publish("3.5.15");
        _server.Serve("/", """<a href="v3.5.15/">x</a><a href="v3.5.16/">tagged, not yet built</a>""");

        EtcdPackage package = await Resolver().ResolveAsync(FromMirror("3.5"), _events, Cancel);

        Assert.Equal("3.5.15", package.Version.ToString());
    }

    [Fact]
    public async Task ResolveAsync_CachedProgramTamperedWith_WarnsAndFetchesAnew()
    {
        Publish("3.5.16");
        EtcdPackage first = await Resolver().ResolveAsync(FromMirror("3.5.16"), _events, Cancel);
        await File.AppendAllTextAsync(first.EtcdPath, "!", Cancel);

        EtcdPackage second = await Resolver().ResolveAsync(FromMirror("3.5.16"), _events, Cancel);

        Assert.Equal(PackageSource.Release, second.Source);
        Assert.Equal(first.Folder, second.Folder);
        Assert.Contains(_events.Of<WarningEvent>(), w => w.Text.Contains(first.Folder, StringComparison.Ordinal));
        Assert.Equal(TestArchives.ForeignProgram(), await File.ReadAllBytesAsync(second.EtcdPath, Cancel));
    }

    [Fact]
    public async Task ResolveAsync_OtherBuildOfAHeldVersion_GetsAFolderOfItsOwn()
    {
        string first = Write("a/etcd-v3.5.16-linux-s390x.tar.gz", TestArchives.ForeignRelease("3.5.16"));
        string second = Write("b/etcd-v3.5.16-linux-s390x.tar.gz", TestArchives.ForeignRelease("3.5.16", "another build"));

        EtcdPackage one = await Resolver().ResolveAsync(Foreign(null) with { Path = first }, _events, Cancel);
        EtcdPackage two = await Resolver().ResolveAsync(Foreign(null) with { Path = second }, _events, Cancel);
        EtcdPackage again = await Resolver().ResolveAsync(Foreign(null) with { Path = first }, _events, Cancel);

        Assert.NotEqual(one.Folder, two.Folder);
        Assert.Equal(one, again);
    }

    [Fact]
    public async Task ResolveAsync_WrongChecksumOnMirror_EndsTheSearch()
    {
        Publish("3.5.16");
        _server.Serve("/v3.5.16/etcd-v3.5.16-linux-s390x.tar.gz", TestArchives.ForeignRelease("3.5.16", "tampered with"));

        EtcdException error = await RefusedAsync(FromMirror("3.5.16") with { Sources = [PackageSource.Release, PackageSource.Cache] });

        Assert.Equal(EtcdErrorIds.ChecksumMismatch, error.ErrorId);
    }

    [Fact]
    public async Task ResolveAsync_NobodyHasIt_SaysWhatEachSourceSaid()
    {
        EtcdException error = await RefusedAsync(FromMirror("3.5.98"));

        Assert.Equal(EtcdErrorIds.PackageNotFound, error.ErrorId);
        Assert.Contains("Cache: no etcd 3.5.98", error.Message, StringComparison.Ordinal);
        Assert.Contains("Release: ", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.NextStep);
    }

    [Fact]
    public async Task ResolveAsync_CacheCannotBeWritten_SaysSo()
    {
        Publish("3.5.16");
        Write("packages", "a file where the folder should be"u8.ToArray());

        EtcdException error = await RefusedAsync(FromMirror("3.5.16"));

        Assert.Equal(EtcdErrorIds.FileWriteFailed, error.ErrorId);
    }

    [Fact]
    public async Task ResolveAsync_RenamedArchiveForAnotherProcessor_KnowsTheVersionFromItsTopFolder()
    {
        string archive = Write("renamed.tgz", TestArchives.ForeignRelease("3.5.16"));

        EtcdPackage package = await Resolver().ResolveAsync(Foreign(null) with { Path = archive }, _events, Cancel);

        Assert.Equal("3.5.16", package.Version.ToString());
    }

    [Fact]
    public async Task ResolveAsync_RenamedDebianPackageForAnotherProcessor_KnowsTheVersionFromItsControlFile()
    {
        string deb = Write("renamed.deb", TestArchives.Deb("data.tar.gz",
            TestArchives.TarGz(TestArchives.FileOf("./usr/bin/etcd", TestArchives.ForeignProgram())),
            "Package: etcd-server\nVersion: 3.4.23-4+b4\nArchitecture: s390x\n"));

        EtcdPackage package = await Resolver().ResolveAsync(Foreign(null) with { Path = deb }, _events, Cancel);

        Assert.Equal("3.4.23", package.Version.ToString());
    }

    [Fact]
    public async Task ResolveAsync_DebianPackageWhoseControlNamesAnotherProcessor_IsRefused()
    {
        string deb = Write("renamed.deb", TestArchives.Deb("data.tar.gz",
            TestArchives.TarGz(TestArchives.FileOf("./usr/bin/etcd", TestArchives.ForeignProgram())),
            "Package: etcd-server\nVersion: 3.4.23-4\nArchitecture: ppc64el\n"));

        EtcdException error = await RefusedAsync(Foreign(null) with { Path = deb });

        Assert.Equal(EtcdErrorIds.ArchitectureMismatch, error.ErrorId);
        Assert.Contains("linux-ppc64le", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_ForeignProgramsOfUnknownVersion_SaysThatItCannotBeKnown()
    {
        string archive = Write("etcd.tar.gz", TestArchives.TarGz(TestArchives.FileOf("bin/etcd", TestArchives.ForeignProgram())));

        EtcdException error = await RefusedAsync(Foreign(null) with { Path = archive });
        EtcdPackage told = await Resolver().ResolveAsync(Foreign("3.5.16") with { Path = archive }, _events, Cancel);

        Assert.Equal(EtcdErrorIds.NotEtcd, error.ErrorId);
        Assert.Contains("is unknown", error.Message, StringComparison.Ordinal);
        Assert.Equal("3.5.16", told.Version.ToString());
    }

    [Fact]
    public async Task ListAsync_NobodyOffersAny_SaysWhatEachSourceSaid()
    {
        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => Resolver().ListAsync(FromMirror(null), _events, Cancel));

        Assert.Equal(EtcdErrorIds.PackageNotFound, error.ErrorId);
        Assert.Contains("Release: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindAsync_ProgramsOnPath_AreTakenWithTheirCompanions()
    {
        var source = new PathSource($"{_temp.File("empty")}{Path.PathSeparator}{UnpackedCopy()}");

        PackageCandidate candidate = Assert.Single(await source.FindAsync(VersionRequest.Newest, EtcdPlatform.Current, _events, Cancel));
        EtcdPackage package = await source.GetAsync(candidate, _events, Cancel);

        Assert.Equal(_temp.File("mine/etcdctl"), package.EtcdctlPath);
        Assert.Equal(await Sha256Async(package.EtcdPath), package.Sha256);
        Assert.Empty(await source.FindAsync(VersionRequest.Parse("3.4"), EtcdPlatform.Current, _events, Cancel));
    }

    private static async Task<string> Sha256Async(string path) => TestArchives.Sha256(await File.ReadAllBytesAsync(path, Cancel));

    private static PackageRequest Foreign(string? version) =>
        new() { Version = VersionRequest.Parse(version), Platform = new EtcdPlatform("linux", "s390x") };

    private PackageRequest FromMirror(string? version) => Foreign(version) with { BaseUrl = _server.BaseUrl };

    private PackageResolver Resolver() => new(new EtcdAdminHome(_temp.Path));

    private Task<EtcdPackage> FromAsync(string path) => Resolver().ResolveAsync(new PackageRequest { Path = path }, _events, Cancel);

    private Task<EtcdException> RefusedAsync(PackageRequest request) =>
        Assert.ThrowsAsync<EtcdException>(() => Resolver().ResolveAsync(request, _events, Cancel));

    private string UnpackedCopy()
    {
        string folder = Directory.CreateDirectory(_temp.File("mine")).FullName;
        foreach (string program in new[] { real.Package.EtcdPath, real.Package.EtcdctlPath ?? "" })
            File.Copy(program, Path.Combine(folder, Path.GetFileName(program)));
        return folder;
    }

    private void Publish(string version)
    {
        byte[] archive = TestArchives.ForeignRelease(version);
        string name = $"etcd-v{version}-linux-s390x.tar.gz";
        _server.Serve($"/v{version}/{name}", archive);
        _server.Serve($"/v{version}/SHA256SUMS", $"{TestArchives.Sha256(archive)}  {name}\n");
    }

    private void WriteDeb(string name, string program) => Write(name, TestArchives.Deb("data.tar.gz",
        TestArchives.TarGz(TestArchives.FileOf(program, TestArchives.ForeignProgram()))));

    private string Write(string name, byte[] content)
    {
        string path = _temp.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
        File.WriteAllBytes(path, content);
        return path;
    }
}
