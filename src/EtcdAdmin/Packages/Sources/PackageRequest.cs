using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Which etcd is wanted and where to look for it.</summary>
public sealed record PackageRequest
{
    /// <summary>The version; by default the newest known.</summary>
    public VersionRequest Version { get; init; } = VersionRequest.Newest;

    /// <summary>
    /// A file or folder to take it from, and nowhere else: a release archive (.tar.gz, .zip), a .deb (its sibling, etcd-server
    /// or etcd-client, is looked for beside it), a folder with the programs, or a folder of such archives. Null searches the
    /// sources.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>
    /// A mirror in the layout of the project's downloads: <c>{base}/v3.5.16/etcd-v3.5.16-linux-amd64.tar.gz</c> and
    /// <c>SHA256SUMS</c> beside it. Null is the project's own. Naming one leaves PATH and apt out.
    /// </summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>The SHA-256 it must have, in hexadecimal, see <see cref="EtcdPackage.Sha256"/>; null expects none.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What it must run on; by default this machine.</summary>
    public EtcdPlatform Platform { get; init; } = EtcdPlatform.Current;

    /// <summary>The sources in the order of preference; null is cache, installed clusters, PATH, release, apt. <see cref="PackageSource.File"/> is ignored.</summary>
    public IReadOnlyList<PackageSource>? Sources { get; init; }
}
