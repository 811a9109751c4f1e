using EtcdAdmin.Errors;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Apt;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Packages;

public sealed class AptTests
{
    private const string Uris = """
        'https://third.example/stable/debian/dists/bookworm/InRelease' x 0
        'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_debian_dists_bookworm_InRelease 0
        'http://mirror.example/debian/dists/bookworm-updates/InRelease' x 0
        'http://other.example/security/dists/bookworm-security/InRelease' x 0
        'https://third.example/apt/dists/bookworm-pgdg/InRelease' x 0
        'https://third.example/apt/dists/nodistro/InRelease' x 0
        'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' x 0
        """;

    [Fact]
    public void Parse_DebianSources_TakesOwnSuitesAndTheMirrorsOthers()
    {
        var release = new Dictionary<string, string> { ["ID"] = "debian", ["VERSION_CODENAME"] = "bookworm" };

        AptMachine machine = AptMachine.Parse(release, Uris, _ => true);

        Assert.Equal(["bookworm", "bookworm-updates", "bookworm-security"], machine.Own.Select(s => s.Suite));
        Assert.Equal("http://other.example/security", machine.Own[2].Base);
        Assert.Equal(new AptSuite("http://mirror.example/debian", "unstable", "main"), Assert.Single(machine.Newest));
        Assert.Equal(["stable", "oldstable", "oldoldstable"], machine.Others.Select(s => s.Suite));
        Assert.Equal("/usr/share/keyrings/debian-archive-keyring.gpg", machine.Keyring);
    }

    [Fact]
    public void Parse_UbuntuSources_LooksInUniverse()
    {
        var release = new Dictionary<string, string> { ["ID"] = "ubuntu", ["VERSION_CODENAME"] = "noble" };

        AptMachine machine = AptMachine.Parse(release, "'http://mirror.example/ubuntu/dists/noble/InRelease' x 0", _ => false);

        Assert.Equal(new AptSuite("http://mirror.example/ubuntu", "noble", "universe"), Assert.Single(machine.Own));
        Assert.Equal(["jammy", "focal"], machine.Others.Select(s => s.Suite));
        Assert.Null(machine.Keyring);
    }

    [Fact]
    public void Parse_SourcesThatFollowSid_AreRecognised()
    {
        var release = new Dictionary<string, string> { ["ID"] = "debian", ["VERSION_CODENAME"] = "forky" };
        const string uris = "'https://third.example/chrome/deb/dists/stable/InRelease' x 0\n'http://mirror.example/debian/dists/sid/InRelease' x 0";

        AptMachine machine = AptMachine.Parse(release, uris, _ => true);

        Assert.Equal(new AptSuite("http://mirror.example/debian", "sid", "main"), Assert.Single(machine.Own));
        Assert.Empty(machine.Newest);
    }

    [Fact]
    public void Parse_NoMirrorOfTheOwnRelease_IsNotFound()
    {
        var release = new Dictionary<string, string> { ["ID"] = "debian", ["VERSION_CODENAME"] = "trixie" };

        var error = Assert.Throws<EtcdException>(
            () => AptMachine.Parse(release, "'https://third.example/apt/dists/nodistro/InRelease' x 0", _ => true));

        Assert.Equal(EtcdErrorIds.PackageNotFound, error.ErrorId);
    }

    [Fact]
    public void ParseMadison_Versions_KeepsThoseWithServerAndClient()
    {
        const string output = """
            etcd-server |   3.5.16-4 | http://mirror.example/debian stable/main amd64 Packages
            etcd-server | 3.3.25+dfsg-6+b6 | http://mirror.example/debian oldoldstable/main amd64 Packages
            etcd-server |   3.5.30-2 | http://mirror.example/debian unstable/main amd64 Packages
            etcd-client |   3.5.30-2 | http://mirror.example/debian unstable/main amd64 Packages
            etcd-client | 3.3.25+dfsg-6+b6 | http://mirror.example/debian oldoldstable/main amd64 Packages
            """;

        IReadOnlyList<AptVersion> versions = AptIndex.ParseMadison(output);

        Assert.Equal(["3.5.30", "3.3.25"], versions.Select(v => v.Etcd.ToString()));
        Assert.Equal("http://mirror.example/debian unstable/main", versions[0].Origin);
    }

    [Fact]
    public async Task ResolveAsync_AptAlone_GetsARunningEtcdAndLeavesTheMachinesAptAlone()
    {
        Assert.SkipUnless(AptSource.IsAvailable, "apt-get is not on PATH; this needs Debian or Ubuntu.");
        using var temp = new TempFolder();
        var events = new EventRecorder();
        var resolver = new PackageResolver(new EtcdAdminHome(temp.Path));
        var request = new PackageRequest { Version = VersionRequest.Parse("3"), Sources = [PackageSource.Apt] };
        string[] before = MachineState();

        EtcdPackage package;
        try
        {
            package = await resolver.ResolveAsync(request, events, TestContext.Current.CancellationToken);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.PackageNotFound && e.InnerException is not null)
        {
            Assert.Skip($"This machine's mirror cannot be reached: {e.Message}");
            throw;
        }

        Assert.Equal(PackageSource.Apt, package.Source);
        Assert.NotNull(package.EtcdctlPath);
        Assert.Equal(EtcdPlatform.Current, package.Platform);
        Assert.Equal(before, MachineState());
        EtcdPackage again = await resolver.ResolveAsync(request, events, TestContext.Current.CancellationToken);
        Assert.Equal(package, again);
    }

    private static string[] MachineState() => [.. new[] { "/var/lib/apt/lists", "/var/cache/apt" }
        .Where(Directory.Exists)
        .SelectMany(f => Directory.EnumerateFileSystemEntries(f))
        .Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O}")
        .Order(StringComparer.Ordinal)];
}
