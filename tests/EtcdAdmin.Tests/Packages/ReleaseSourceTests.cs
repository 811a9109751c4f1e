using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Releases;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Packages;

public sealed class ReleaseSourceTests : IAsyncLifetime
{
    private static readonly EtcdPlatform Foreign = new("linux", "s390x");
    private static readonly DownloadLimits Quick =
        new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), Attempts: 2, Pause: TimeSpan.FromMilliseconds(10));

    private readonly TempFolder _temp = new();
    private readonly ReleaseServer _server = new();
    private readonly EventRecorder _events = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Downloads => _temp.File(".downloads");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task GetAsync_Release_IsVerifiedUnpackedAndKept()
    {
        byte[] archive = Publish("3.5.16");

        EtcdPackage package = await GetAsync("3.5.16");

        Assert.Equal("3.5.16", package.Version.ToString());
        Assert.Equal(PackageSource.Release, package.Source);
        Assert.Equal(TestArchives.Sha256(archive), package.Sha256);
        Assert.Equal(_temp.File("3.5.16-linux-s390x"), package.Folder);
        Assert.True(File.Exists(package.EtcdPath) && File.Exists(package.EtcdctlPath) && File.Exists(package.EtcdutlPath));
        Assert.Empty(Directory.EnumerateFiles(Downloads));
        Assert.Equal(1, _events.Of<ProgressEvent>().Last().Fraction);
    }

    [Fact]
    public async Task GetAsync_ConnectionCutTwice_CarriesOnWhereItEnded()
    {
        byte[] archive = Publish("3.5.16", new string('x', 100_000) + Random.Shared.NextInt64());
        int third = archive.Length / 3;
        _server.CutNext(third, third);

        EtcdPackage package = await GetAsync("3.5.16");

        Assert.Equal(TestArchives.Sha256(archive), package.Sha256);
        string path = $"/v3.5.16/{PackageName.ForRelease(package.Version, Foreign)}";
        Assert.Equal([path, $"{path} bytes={third}-", $"{path} bytes={2 * third}-"],
            _server.Requests.Where(r => r.StartsWith(path, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task GetAsync_BrokenOffEarlier_CarriesOnNextTime()
    {
        byte[] archive = Publish("3.5.16");
        _server.CutNext(100, 0, 0);
        await RefusedAsync("3.5.16", EtcdErrorIds.DownloadFailed);

        EtcdPackage package = await GetAsync("3.5.16");

        Assert.Equal(TestArchives.Sha256(archive), package.Sha256);
        Assert.EndsWith(" bytes=100-", _server.Requests[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_LeftPartDoesNotFit_StartsAnew()
    {
        byte[] archive = Publish("3.5.16");
        Directory.CreateDirectory(Downloads);
        await File.WriteAllBytesAsync(Path.Combine(Downloads, TestArchives.Sha256(archive) + ".part"), new byte[100], Cancel);

        EtcdPackage package = await GetAsync("3.5.16");

        Assert.Equal(TestArchives.Sha256(archive), package.Sha256);
    }

    [Fact]
    public async Task GetAsync_ServerWithoutRanges_StartsAnew()
    {
        byte[] archive = Publish("3.5.16");
        _server.HasRanges = false;
        _server.CutNext(50);

        EtcdPackage package = await GetAsync("3.5.16");

        Assert.Equal(TestArchives.Sha256(archive), package.Sha256);
    }

    [Fact]
    public async Task GetAsync_ServerFallsSilent_GivesUpAndCarriesOn()
    {
        byte[] archive = Publish("3.5.16");
        _server.IsSilentAtCut = true;
        _server.CutNext(50);

        EtcdPackage package = await GetAsync("3.5.16");

        Assert.Equal(TestArchives.Sha256(archive), package.Sha256);
        Assert.Contains(_events.Of<MessageEvent>(), m => m.Text.Contains("sent no data for 1 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GetAsync_WrongChecksum_IsRefusedAndNothingKept()
    {
        Publish("3.5.16");
        _server.Serve("/v3.5.16/etcd-v3.5.16-linux-s390x.tar.gz", TestArchives.ForeignRelease("3.5.16", "tampered with"));

        EtcdException error = await RefusedAsync("3.5.16", EtcdErrorIds.ChecksumMismatch);

        Assert.Contains("etcd-v3.5.16-linux-s390x.tar.gz", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Downloads));
        Assert.False(Directory.Exists(_temp.File("3.5.16-linux-s390x")));
    }

    [Fact]
    public async Task GetAsync_OtherHashThanExpected_IsRefusedBeforeDownloading()
    {
        Publish("3.5.16");

        await RefusedAsync("3.5.16", EtcdErrorIds.ChecksumMismatch, expectedSha256: new string('0', 64));

        Assert.Equal(["/v3.5.16/SHA256SUMS"], _server.Requests);
    }

    [Fact]
    public async Task GetAsync_ArchiveOfAnotherProcessor_IsRefused()
    {
        byte[] archive = TestArchives.TarGz(TestArchives.FileOf("x/etcd", TestArchives.ForeignProgram(machine: 21)));
        Serve("3.5.16", archive);

        EtcdException error = await RefusedAsync("3.5.16", EtcdErrorIds.ArchitectureMismatch);

        Assert.Contains("linux-ppc64,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_NoSuchVersion_IsNotFound() => await RefusedAsync("3.5.99", EtcdErrorIds.PackageNotFound);

    [Fact]
    public async Task FindAsync_LineOnMirrorWithFolderList_GivesItsVersionsNewestFirst()
    {
        _server.Serve("/",
            """<a href="../">up</a> <a href="v3.4.23/">v3.4.23/</a><a href='/v3.5.9/'>x</a> <A HREF=v3.5.16/>y</a> <a href="v3.5.17-rc.0/">z</a>""");

        IReadOnlyList<PackageCandidate> found = await Source().FindAsync(VersionRequest.Parse("3.5"), Foreign, _events, Cancel);

        Assert.Equal(["3.5.16", "3.5.9"], found.Select(c => c.Version.ToString()));
    }

    [Fact]
    public async Task FindAsync_LineOnMirrorWithoutList_AsksForAnExactVersion()
    {
        var error = await Assert.ThrowsAsync<EtcdException>(
            () => Source().FindAsync(VersionRequest.Parse("3.5"), Foreign, _events, Cancel));

        Assert.Equal(EtcdErrorIds.PackageNotFound, error.ErrorId);
        Assert.Contains("exact version", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindAsync_NobodyListens_FailsAtOnce()
    {
        Uri address = _server.BaseUrl;
        await _server.DisposeAsync();
        var source = new ReleaseSource(address, new PackageCache(_temp.Path));

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => source.FindAsync(VersionRequest.Parse("3.5"), Foreign, _events, Cancel).WaitAsync(TimeSpan.FromSeconds(5), Cancel));

        Assert.Equal(EtcdErrorIds.DownloadFailed, error.ErrorId);
    }

    [Fact]
    public async Task GetAsync_TwoAtOnce_DownloadOnce()
    {
        Publish("3.5.16");

        EtcdPackage[] packages = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => GetAsync("3.5.16")));

        Assert.Single(packages.Distinct());
        Assert.Single(_server.Requests, r => r.EndsWith(".tar.gz", StringComparison.Ordinal));
    }

    [Fact]
    public void ParseTags_AnswerOfGitHub_GivesTagNames()
    {
        const string json = """[{"ref":"refs/tags/v3.5.0","object":{"type":"tag"}},{"ref":"refs/tags/v3.5.16"},{"ref":"refs/heads/x"},{}]""";

        Assert.Equal(["v3.5.0", "v3.5.16"], ReleaseListing.ParseTags(json));
    }

    [Theory]
    [InlineData("{0}  etcd.tar.gz")]
    [InlineData("{0} *etcd.tar.gz\r\n")]
    [InlineData("bad line\n{0}  ./etcd.tar.gz\n")]
    public void Find_ChecksumList_ReadsEveryWritingOfSha256sum(string list)
    {
        string hash = TestArchives.Sha256([1]);

        string? found = ChecksumList.Find(string.Format(null, list, hash.ToUpperInvariant()), "etcd.tar.gz");

        Assert.Equal(hash, found);
        Assert.Null(ChecksumList.Find(list, "cd.tar.gz"));
    }

    private byte[] Publish(string version, string text = "")
    {
        byte[] archive = TestArchives.ForeignRelease(version, text);
        Serve(version, archive);
        return archive;
    }

    private void Serve(string version, byte[] archive)
    {
        string name = $"etcd-v{version}-linux-s390x.tar.gz";
        _server.Serve($"/v{version}/{name}", archive);
        _server.Serve($"/v{version}/SHA256SUMS", $"{TestArchives.Sha256(archive)}  {name}\n");
    }

    private ReleaseSource Source() => new(_server.BaseUrl, new PackageCache(_temp.Path), Quick);

    private async Task<EtcdPackage> GetAsync(string version, string? expectedSha256 = null)
    {
        ReleaseSource source = Source();
        PackageCandidate candidate = Assert.Single(await source.FindAsync(VersionRequest.Parse(version), Foreign, _events, Cancel));
        return await source.GetAsync(candidate with { ExpectedSha256 = expectedSha256 }, _events, Cancel)
            .WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    private async Task<EtcdException> RefusedAsync(string version, string errorId, string? expectedSha256 = null)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => GetAsync(version, expectedSha256));
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }
}
