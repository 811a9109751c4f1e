using EtcdAdmin.Errors;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Packages;

public sealed class PackageInspectorTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private EtcdAdminHome Home => new(_temp.File("home"));

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task InspectAsync_ReleaseForAnotherProcessor_TellsWhatItIsAndKeepsNothing()
    {
        byte[] archive = TestArchives.ForeignRelease("3.5.16");
        string path = Write("odd.tar.gz", archive);

        EtcdPackageInfo info = await new PackageInspector(Home).InspectAsync(path, Cancel);

        Assert.Equal((new EtcdVersion(3, 5, 16), new EtcdPlatform("linux", "s390x")), (info.Version, info.Platform));
        Assert.Equal((path, archive.LongLength, TestArchives.Sha256(archive)), (info.Path, info.Size, info.Sha256));
        Assert.Equal(["etcd", "etcdctl", "etcdutl"], info.Programs.Select(p => p.Name));
        Assert.Empty(await new PackageInspector(Home).ListCacheAsync(VersionRequest.Newest, Cancel));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(Home.PackagesPath, ".staging")));
    }

    [Theory]
    [InlineData("etcd-v3.5.17-linux-s390x.tar.gz", EtcdErrorIds.ArchiveInvalid)]
    [InlineData("etcd-v3.5.16-linux-arm64.tar.gz", EtcdErrorIds.ArchitectureMismatch)]
    public async Task InspectAsync_NamedForWhatItIsNot_IsRefused(string name, string errorId)
    {
        string path = Write(name, TestArchives.ForeignRelease("3.5.16"));

        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => new PackageInspector(Home).InspectAsync(path, Cancel));

        Assert.Equal(errorId, error.ErrorId);
    }

    [Fact]
    public async Task InspectAsync_SavedPackage_TellsTheSameAsWhenItWasSaved()
    {
        string path = Write("etcd-v3.5.16-linux-s390x.tar.gz", TestArchives.ForeignRelease("3.5.16"));
        EtcdPackageInfo saved = await new PackageSaver(Home).SaveAsync(
            new PackageRequest { Path = path, Platform = new EtcdPlatform("linux", "s390x") }, _temp.File("saved.tgz"),
            overwrite: false, null, Cancel);

        EtcdPackageInfo info = await new PackageInspector(Home).InspectAsync(saved.Path ?? "", Cancel);

        Assert.Equal(saved with { Programs = [] }, info with { Programs = [] });
        Assert.Equal(saved.Programs, info.Programs);
    }

    [Fact]
    public void Find_FolderOfPackages_NamesEachOnce()
    {
        Write("shelf/etcd-v3.5.16-linux-s390x.tar.gz", []);
        Write("shelf/etcd-server_3.4.23-4_amd64.deb", []);
        Write("shelf/etcd-client_3.4.23-4_amd64.deb", []);
        Write("shelf/notes.txt", []);
        Write("shelf/unpacked/bin/etcd", []);

        IReadOnlyList<string> found = PackageInspector.Find(_temp.File("shelf"));

        Assert.Equal(["etcd-server_3.4.23-4_amd64.deb", "etcd-v3.5.16-linux-s390x.tar.gz", "unpacked"], found.Select(Path.GetFileName));
    }

    [Fact]
    public void Find_NothingThere_SaysSo()
    {
        Directory.CreateDirectory(_temp.File("empty"));

        string missing = Assert.Throws<EtcdException>(() => PackageInspector.Find(_temp.File("nowhere"))).ErrorId;
        string empty = Assert.Throws<EtcdException>(() => PackageInspector.Find(_temp.File("empty"))).ErrorId;

        Assert.Equal((EtcdErrorIds.PackageNotFound, EtcdErrorIds.NotEtcd), (missing, empty));
    }

    [Fact]
    public async Task ListCacheAsync_SeveralVersions_NewestFirstAndOnlyThoseAskedFor()
    {
        foreach (string version in new[] { "3.4.23", "3.5.9", "3.5.16" })
        {
            string path = Write($"etcd-v{version}-linux-s390x.tar.gz", TestArchives.ForeignRelease(version));
            await new PackageResolver(Home).ResolveAsync(
                new PackageRequest { Path = path, Platform = new EtcdPlatform("linux", "s390x") }, null, Cancel);
        }

        var inspector = new PackageInspector(Home);

        Assert.Equal(["3.5.16", "3.5.9", "3.4.23"], (await inspector.ListCacheAsync(VersionRequest.Newest, Cancel)).Select(p => $"{p.Version}"));
        Assert.Equal(["3.5.16", "3.5.9"], (await inspector.ListCacheAsync(VersionRequest.Parse("3.5"), Cancel)).Select(p => $"{p.Version}"));
    }

    [Theory]
    [InlineData("x86_64", "amd64")]
    [InlineData("aarch64", "arm64")]
    [InlineData("arm64\n", "arm64")]
    [InlineData("ppc64le", "ppc64le")]
    [InlineData("s390x", "s390x")]
    [InlineData("armv7l", "arm")]
    [InlineData("i686", "386")]
    [InlineData("AMD64", "amd64")]
    [InlineData("mips", null)]
    [InlineData("", null)]
    public void FromMachine_WhatUnamePrints_IsTheNameThatPackagesCarry(string machine, string? expected) =>
        Assert.Equal(expected, HostArchitecture.FromMachine(machine));

    [Fact]
    public void ForLinux_UnknownProcessor_IsRefused() =>
        Assert.Equal(EtcdErrorIds.ArchitectureMismatch, Assert.Throws<EtcdException>(() => EtcdPlatform.ForLinux("vax")).ErrorId);

    private string Write(string name, byte[] content)
    {
        string path = _temp.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
        File.WriteAllBytes(path, content);
        return path;
    }
}
