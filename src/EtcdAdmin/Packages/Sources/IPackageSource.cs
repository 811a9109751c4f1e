using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Sources;

/// <summary>A source of etcd versions.</summary>
/// <remarks>PackageNotFound, DownloadFailed and HostCommandFailed mean that this source cannot help but another source may; any other error means
/// that its package must not be used.</remarks>
internal interface IPackageSource
{
    PackageSource Kind { get; }

    /// <summary>The matching versions, newest first. An exact version may be offered unchecked; fetching it shows whether it exists.</summary>
    Task<IReadOnlyList<PackageCandidate>> FindAsync(VersionRequest version, EtcdPlatform platform, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken);

    /// <summary>Downloads, verifies and unpacks a package.</summary>
    Task<EtcdPackage> GetAsync(PackageCandidate candidate, IProgress<EtcdEvent>? events, CancellationToken cancellationToken);
}
