using System.Text.RegularExpressions;

namespace EtcdAdmin.Packages.Names;

/// <summary>The version and platform in the name or the content of an archive.</summary>
/// <param name="Version">Null if unknown.</param>
/// <param name="Platform">Null if unknown.</param>
internal sealed partial record PackageName(EtcdVersion? Version, EtcdPlatform? Platform)
{
    /// <summary>Reads names such as <c>etcd-v3.5.16-linux-amd64.tar.gz</c>, <c>etcd-server_3.5.16-4_amd64.deb</c> and
    /// <c>3.5.16-linux-amd64</c>.</summary>
    public static PackageName Parse(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (DebPattern().Match(name) is { Success: true } deb)
        {
            return new PackageName(DebianVersion.Upstream(Uri.UnescapeDataString(deb.Groups[1].Value)),
                new EtcdPlatform("linux", DebianVersion.FromDebian(deb.Groups[2].Value)));
        }

        if (ReleasePattern().Match(name) is { Success: true } release)
        {
            return new PackageName(EtcdVersion.Parse(release.Groups[1].Value),
                new EtcdPlatform(release.Groups[2].Value, release.Groups[3].Value));
        }

        return new PackageName(null, null);
    }

    /// <summary>The file name of the archive in a release.</summary>
    public static string ForRelease(EtcdVersion version, EtcdPlatform platform) =>
        $"etcd-v{version}-{platform}.{(platform.Os == "linux" ? "tar.gz" : "zip")}";

    [GeneratedRegex(@"\Aetcd-(?:server|client)_([^_]+)_([a-z0-9]+)\.deb\z")]
    private static partial Regex DebPattern();

    [GeneratedRegex(
        @"\A(?:etcd-)?(v?[0-9]+\.[0-9]+\.[0-9]+(?:-(?:alpha|beta|rc)[0-9.]*)?)-(linux|windows|darwin)-([a-z0-9]+)(?:-[0-9a-f]{12})?(?:\.tar\.gz|\.tgz|\.zip)?\z")]
    private static partial Regex ReleasePattern();
}
