using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Apt;

/// <summary>Offers the etcd-server and etcd-client packages of this machine's Debian or Ubuntu mirror, from all its suites.</summary>
/// <remarks>There are two indexes, because each suite costs ten megabytes and a second or two: the machine's own release and the distribution's
/// newest suite are usually enough; the older suites are read only if these have no match.</remarks>
internal sealed class AptSource(PackageCache cache) : IPackageSource
{
    public PackageSource Kind => PackageSource.Apt;

    /// <summary>Whether this machine has apt.</summary>
    public static bool IsAvailable => OperatingSystem.IsLinux() && ProgramPath.Find("apt-get") is not null;

    public Task<IReadOnlyList<PackageCandidate>> FindAsync(VersionRequest version, EtcdPlatform platform,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        SearchAsync(version, platform, readAll: false, events, cancellationToken);

    /// <summary>The packages of every suite; takes several seconds without a recent index.</summary>
    public Task<IReadOnlyList<PackageCandidate>> ListAsync(VersionRequest version, EtcdPlatform platform,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        SearchAsync(version, platform, readAll: true, events, cancellationToken);

    public async Task<EtcdPackage> GetAsync(PackageCandidate candidate, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        using IDisposable held = await LockAsync(events, cancellationToken).ConfigureAwait(false);
        if (await FindHeldAsync(candidate, cancellationToken).ConfigureAwait(false) is { } package) return package;
        foreach (AptIndex index in await IndexesAsync(candidate.Platform, cancellationToken).ConfigureAwait(false))
        {
            IReadOnlyList<AptVersion> versions = await index.ListAsync(events, cancellationToken).ConfigureAwait(false);
            if (versions.FirstOrDefault(v => LocationOf(v) == candidate.Location) is { } version)
                return await FetchAsync(candidate, index, version, events, cancellationToken).ConfigureAwait(false);
        }

        throw PackageErrors.NotFound($"apt no longer offers {candidate.Location}.", candidate.Location);
    }

    // While this process waited for the lock, the other process may have fetched the same package.
    private async Task<EtcdPackage?> FindHeldAsync(PackageCandidate candidate, CancellationToken cancellationToken)
    {
        foreach ((string folder, PackageManifest manifest) in await cache.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (manifest.Location == candidate.Location && manifest.Platform == candidate.Platform
                && (candidate.ExpectedSha256 is null
                    || candidate.ExpectedSha256.Equals(manifest.Sha256, StringComparison.OrdinalIgnoreCase))
                && await UnpackedPackage.IsIntactAsync(folder, manifest, cancellationToken).ConfigureAwait(false))
            {
                return UnpackedPackage.Describe(folder, manifest, Kind);
            }
        }

        return null;
    }

    private async Task<EtcdPackage> FetchAsync(PackageCandidate candidate, AptIndex index, AptVersion version,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        string downloads = Path.Combine(cache.Root, ".staging", Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(downloads);
        string activity = $"Getting etcd {version.Version} through apt";
        events.Progress(activity, $"Downloading from {version.Origin}");
        try
        {
            await index.DownloadAsync(version.Version, downloads, cancellationToken).ConfigureAwait(false);
            events.Progress(activity, "Unpacking");
            return await UnpackAsync(candidate, downloads, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            PackageFiles.DeleteTemporary(downloads);
            events.Progress(activity, "Done", 1);
        }
    }

    private async Task<EtcdPackage> UnpackAsync(PackageCandidate candidate, string downloads, CancellationToken cancellationToken)
    {
        string[] debs = [.. Directory.EnumerateFiles(downloads, "*.deb").OrderDescending(StringComparer.Ordinal)];
        string server = Array.Find(debs, d => Path.GetFileName(d).StartsWith("etcd-server_", StringComparison.Ordinal))
            ?? throw PackageErrors.NotFound("apt-get download did not deliver an etcd-server package.", candidate.Location);
        string sha256 = await FileHash.ComputeAsync(server, cancellationToken).ConfigureAwait(false);
        FileHash.Require(Path.GetFileName(server), candidate.ExpectedSha256, sha256);
        var origin = new PackageOrigin(Kind, candidate.Location, sha256, candidate.Platform, candidate.Version);
        return await cache.AddAsync(origin, async folder =>
            (await FileSource.UnpackAsync(debs, folder, cancellationToken).ConfigureAwait(false)).Name, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<PackageCandidate>> SearchAsync(VersionRequest version, EtcdPlatform platform, bool readAll,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        List<AptVersion> found = [];
        if (platform.Os != "linux") return [];
        using IDisposable held = await LockAsync(events, cancellationToken).ConfigureAwait(false);
        foreach (AptIndex index in await IndexesAsync(platform, cancellationToken).ConfigureAwait(false))
        {
            if (found.Count > 0 && !readAll) break;
            found.AddRange((await index.ListAsync(events, cancellationToken).ConfigureAwait(false)).Where(v => version.Matches(v.Etcd)));
        }

        return [.. found.DistinctBy(v => v.Version).OrderByDescending(v => v.Etcd)
            .Select(v => new PackageCandidate(v.Etcd, platform, Kind, LocationOf(v)))];
    }

    private Task<IDisposable> LockAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken) => FolderLock.AcquireAsync(
        Path.Combine(cache.Root, ".locks", "apt"), "Another process is using apt's index of etcd packages. "
            + "Waiting until it has finished (Ctrl+C cancels).", events,
        cancellationToken);

    private async Task<IReadOnlyList<AptIndex>> IndexesAsync(EtcdPlatform platform, CancellationToken cancellationToken)
    {
        string aptGet = ProgramPath.Find("apt-get") ?? throw PackageErrors.NotFound("The program apt-get is not on PATH.", "apt-get");
        AptMachine machine = await AptMachine.ReadAsync(aptGet, cancellationToken).ConfigureAwait(false);
        string architecture = DebianVersion.ToDebian(platform.Architecture);
        string folder = Path.Combine(cache.Root, ".apt");
        var near = new AptIndex(aptGet, Path.Combine(folder, $"near-{architecture}"), [.. machine.Own, .. machine.Newest],
            machine.Keyring, architecture);
        IReadOnlyList<string> known = await near.ReadSuiteNamesAsync(cancellationToken).ConfigureAwait(false);
        var far = new AptIndex(aptGet, Path.Combine(folder, $"far-{architecture}"),
            [.. machine.Others.Where(s => !known.Contains(s.Suite))], machine.Keyring, architecture);
        return [near, far];
    }

    private static string LocationOf(AptVersion version) => $"{version.Origin} etcd-server {version.Version}";
}
