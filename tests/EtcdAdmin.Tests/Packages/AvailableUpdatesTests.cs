using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Packages;

public sealed class AvailableUpdatesTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private EtcdAdminHome Home => new(_temp.File("home"));

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task ShowAsync_NewerPatchInTheCache_IsShownForItsMinorVersionOnly()
    {
        Directory.CreateDirectory(Home.PackagesPath);
        string path = _temp.File("etcd-v3.5.16-linux-s390x.tar.gz");
        await File.WriteAllBytesAsync(path, TestArchives.ForeignRelease("3.5.16"), Cancel);
        await new PackageResolver(Home).ResolveAsync(new PackageRequest { Path = path, Platform = new EtcdPlatform("linux", "s390x") }, null, Cancel);

        Assert.Equal(new EtcdVersion(3, 5, 16), await UpdateOfAsync("3.5.2", isHere: false));
        Assert.Null(await UpdateOfAsync("3.5.16", isHere: false));
        Assert.Null(await UpdateOfAsync("3.4.2", isHere: false));
        Assert.Null(await UpdateOfAsync("3.5.2", isHere: true)); // for another processor
    }

    [Fact]
    public async Task ShowAsync_VersionsThatSourcesOfferedEarlier_AreRememberedWithoutPreReleases()
    {
        var known = new KnownVersions(Home.PackagesPath);
        await known.AddAsync([Offer("3.5.20"), Offer("3.5.30"), Offer("3.5.31-rc.1"), Offer("3.6.2")], Cancel);
        await known.AddAsync([Offer("3.5.25")], Cancel);

        Assert.Equal(new EtcdVersion(3, 5, 30), await UpdateOfAsync("3.5.16", isHere: true));
        Assert.Equal(new EtcdVersion(3, 6, 2), await UpdateOfAsync("3.6.0", isHere: true));
        await File.WriteAllTextAsync(Path.Combine(Home.PackagesPath, ".known-versions"), "no version\n3.5.40\n\0", Cancel);
        Assert.Null(await UpdateOfAsync("3.5.16", isHere: true));
    }

    [Fact]
    public async Task ListAsync_ExactVersionOrMirror_IsNotRemembered()
    {
        await using var server = new ReleaseServer();
        var request = new PackageRequest
        {
            Version = VersionRequest.Parse("3.5.99"),
            BaseUrl = server.BaseUrl,
            Sources = [PackageSource.Release],
        };

        await new PackageResolver(Home).ListAsync(request, null, Cancel);

        Assert.Empty(await new KnownVersions(Home.PackagesPath).ReadAsync(Cancel));
    }

    private static PackageCandidate Offer(string version) => new(EtcdVersion.Parse(version), EtcdPlatform.Current, PackageSource.Release, "");

    private async Task<EtcdVersion?> UpdateOfAsync(string version, bool isHere)
    {
        var member = new MemberSpec
        {
            Name = "n1",
            HostName = "n1",
            Connection = isHere ? null : new HostConnection { HostName = "n1" },
            Address = "127.0.0.1",
            ClientPort = 2379,
            PeerPort = 2380,
            Directory = "/var/lib/etcd",
            BinDirectory = "/opt/etcd",
        };
        var cluster = new EtcdCluster("demo", [new Uri("http://127.0.0.1:2379")])
        {
            Spec = new ClusterSpec { Token = "t", Members = [member], Version = EtcdVersion.Parse(version) },
        };
        return (await new AvailableUpdates(Home).ShowAsync(cluster, Cancel)).AvailableUpdate;
    }
}
