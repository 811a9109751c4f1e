using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Sources;

/// <summary>A place that offers versions of etcd.</summary>
/// <remarks>
/// PackageNotFound, DownloadFailed and HostCommandFailed mean that this source cannot help and another may; any other error
/// says that what it gave must not be used.
/// </remarks>
internal interface IPackageSource
{
    PackageSource Kind { get; }

    /// <summary>What it offers of this, newest first. An exact version may be offered unseen; fetching it then tells.</summary>
    Task<IReadOnlyList<PackageCandidate>> FindAsync(VersionRequest version, EtcdPlatform platform, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken);

    /// <summary>Fetches, verifies and unpacks it.</summary>
    Task<EtcdPackage> GetAsync(PackageCandidate candidate, IProgress<EtcdEvent>? events, CancellationToken cancellationToken);
}
