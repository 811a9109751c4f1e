using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Tests.Support;

/// <summary>Debian packages on a host of the lab that has no way out: fetched here, installed there, purged at the end.</summary>
internal sealed class HostPackages : IAsyncDisposable
{
    private readonly HostCluster _hosts;
    private readonly string _host;
    private readonly string[] _names;

    private HostPackages(HostCluster hosts, string host, string[] names) => (_hosts, _host, _names) = (hosts, host, names);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>podman and the libraries that the lab's hosts lack, without its networks.</summary>
    public static Task<HostPackages> PodmanAsync(HostCluster hosts, string host) => InstallAsync(
        hosts, host, "podman", "conmon", "crun", "libglib2.0-0", "libgpgme11", "libassuan0", "libyajl2", "libsubid4",
        "golang-github-containers-common", "golang-github-containers-image");

    /// <summary>rpm with rpmbuild.</summary>
    public static Task<HostPackages> RpmAsync(HostCluster hosts, string host) => InstallAsync(
        hosts, host, "rpm", "rpm-common", "rpm2cpio", "librpm9", "librpmbuild9", "librpmio9", "librpmsign9", "liblua5.3-0", "libpopt0", "libmagic1",
        "libmagic-mgc", "libdw1", "libarchive13", "libfsverity0", "libgomp1");

    public async ValueTask DisposeAsync() => await _hosts.Lab[_host].TryRunAsync(
        $"dpkg --purge --force-depends {string.Join(' ', _names)} >/dev/null 2>&1; rm -rf /etc/containers /etc/cni; systemctl daemon-reload",
        CancellationToken.None);

    private static async Task<HostPackages> InstallAsync(HostCluster hosts, string host, params string[] names)
    {
        using var folder = new TempFolder();
        ProcessResult fetched = await ProcessRunner.RunAsync(
            new ProcessCommand("sh", ["-c", "cd \"$1\" && shift && apt-get download -qq \"$@\"", "sh", folder.Path, .. names]), Token);
        string[] files = Directory.GetFiles(folder.Path, "*.deb");
        Assert.SkipWhen(
            files.Length < names.Length && Environment.GetEnvironmentVariable("CI") is null or "",
            $"apt has no {string.Join(", ", names)} here: {fetched.Error}");
        string present = await hosts.LookAsync(host, "dpkg-query -W -f '${Package}\n'");
        var packages = new HostPackages(hosts, host, [.. names.Except(present.Split('\n'))]);
        await hosts.Connections.Get(hosts.To(host)).PutFilesAsync(
            "write packages",
            [.. files.Select(file => new HostFile($"/tmp/packages/{Path.GetFileName(file)}", HostFileContent.FromFile(file), (UnixFileMode)0x1A4))],
            Token);
        // Not all that they depend on is needed here.
        await hosts.LookAsync(host, "dpkg -i --force-depends /tmp/packages/*.deb >/tmp/packages.log 2>&1; rm -rf /tmp/packages");
        return packages;
    }
}
