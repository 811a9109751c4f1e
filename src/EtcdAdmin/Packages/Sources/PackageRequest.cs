using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Sources;

/// <summary>The requested etcd and the places to look for it.</summary>
public sealed record PackageRequest
{
    /// <summary>The version; by default the newest known.</summary>
    public VersionRequest Version { get; init; } = VersionRequest.Newest;

    /// <summary>The only file or folder to use: a release archive (.tar.gz, .zip), a .deb (its counterpart, etcd-server or etcd-client, is looked for
    /// in the same folder), a folder with the programs, or a folder of such archives. Null searches the sources.</summary>
    public string? Path { get; init; }

    /// <summary>A mirror in the layout of the project's downloads: <c>{base}/v3.5.16/etcd-v3.5.16-linux-amd64.tar.gz</c> with <c>SHA256SUMS</c> in
    /// the same folder. Null means the project's own site. With a mirror, PATH and apt are not used.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>The required SHA-256, in hexadecimal, see <see cref="EtcdPackage.Sha256"/>; null requires none.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The required platform; by default this machine's.</summary>
    public EtcdPlatform Platform { get; init; } = EtcdPlatform.Current;

    /// <summary>
    /// The sources in the order of preference; null is cache, installed clusters, PATH, release, apt. <see cref="PackageSource.File"/> is ignored.
    /// </summary>
    public IReadOnlyList<PackageSource>? Sources { get; init; }
}
