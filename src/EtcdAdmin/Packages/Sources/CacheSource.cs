using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Offers the packages in the cache; every program is verified against the manifest when it is used.</summary>
internal sealed class CacheSource(PackageCache cache) : IPackageSource
{
    public PackageSource Kind => PackageSource.Cache;

    public async Task<IReadOnlyList<PackageCandidate>> FindAsync(VersionRequest version, EtcdPlatform platform,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        var found = await cache.ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. found
            .Where(e => e.Manifest.Platform == platform)
            .Select(e => (e.Folder, Version: EtcdVersion.TryParse(e.Manifest.Version, out EtcdVersion v) ? v : (EtcdVersion?)null))
            .Where(e => e.Version is { } v && version.Matches(v))
            .OrderByDescending(e => e.Version)
            .Select(e => new PackageCandidate(e.Version.GetValueOrDefault(), platform, Kind, e.Folder))];
    }

    public async Task<EtcdPackage> GetAsync(PackageCandidate candidate, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        PackageManifest manifest = await PackageManifest.ReadAsync(candidate.Location, cancellationToken).ConfigureAwait(false)
            ?? throw PackageErrors.NotFound($"'{candidate.Location}' is no longer in the cache.", candidate.Location);
        FileHash.Require(candidate.Location, candidate.ExpectedSha256, manifest.Sha256);
        EtcdException? damage = await UnpackedPackage.DamageAsync(candidate.Location, manifest, cancellationToken)
            .ConfigureAwait(false);
        if (damage is not null)
        {
            events.Warning($"The cached package '{candidate.Location}' is not used: {damage.Message}");
            throw damage;
        }

        return UnpackedPackage.Describe(candidate.Location, manifest, Kind);
    }
}
