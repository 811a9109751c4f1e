using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Sources;

/// <summary>The unpacked packages on this machine, one folder each: <c>{version}-{os}-{arch}</c>.</summary>
/// <remarks>Several processes may use and fill it at once: a package is made in a temporary folder and then renamed, so other processes see only
/// complete packages.</remarks>
internal sealed class PackageCache(string root)
{
    private static readonly TimeSpan StagingLifetime = TimeSpan.FromDays(1);

    public string Root { get; } = root;

    private string Staging => Path.Combine(Root, ".staging");

    /// <summary>Waits until no other process fetches this version; a process that had to wait checks the cache again.</summary>
    public Task<IDisposable> LockAsync(string name, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        FolderLock.AcquireAsync(Path.Combine(Root, ".locks", name), $"Another process is downloading etcd {name}. "
            + "Waiting until it has finished (Ctrl+C cancels).", events,
            cancellationToken);

    /// <summary>Every package with a readable manifest, not verified.</summary>
    public async Task<IReadOnlyList<(string Folder, PackageManifest Manifest)>> ListAsync(CancellationToken cancellationToken)
    {
        List<(string, PackageManifest)> found = [];
        if (!Directory.Exists(Root)) return found;
        foreach (string folder in Directory.EnumerateDirectories(Root).Order(StringComparer.Ordinal))
        {
            if (await PackageManifest.ReadAsync(folder, cancellationToken).ConfigureAwait(false) is { } manifest)
                found.Add((folder, manifest));
        }

        return found;
    }

    /// <summary>The verified package of this archive; null if there is none.</summary>
    public async Task<EtcdPackage?> FindAsync(string sha256, EtcdPlatform platform, CancellationToken cancellationToken)
    {
        foreach ((string folder, PackageManifest manifest) in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (manifest.Platform == platform && string.Equals(manifest.Sha256, sha256, StringComparison.OrdinalIgnoreCase)
                && await UnpackedPackage.IsIntactAsync(folder, manifest, cancellationToken).ConfigureAwait(false))
            {
                return UnpackedPackage.Describe(folder, manifest, manifest.Source);
            }
        }

        return null;
    }

    /// <summary>Makes a package: fills a new folder, checks its programs and moves it into the cache.</summary>
    /// <param name="origin">Its origin.</param>
    /// <param name="fill">Writes the programs into the given folder and returns version and platform from the content.</param>
    /// <param name="cancellationToken">Leaves no files.</param>
    /// <exception cref="EtcdException">NotEtcd, ArchitectureMismatch, ArchiveInvalid, HostCommandFailed.</exception>
    public Task<EtcdPackage> AddAsync(PackageOrigin origin, Func<string, Task<PackageName>> fill, CancellationToken cancellationToken) =>
        StageAsync(async staging =>
        {
            PackageName inside = await fill(staging).ConfigureAwait(false);
            if (inside.Platform is { } platform && platform != origin.Platform)
                throw PackageErrors.Architecture(origin.Location, platform, origin.Platform);
            ProgramSet programs = ProgramSet.Find(staging) ?? throw PackageErrors.NotEtcd(origin.Location, "it does not contain the program etcd.");
            EtcdVersion? expected = origin.NamedVersion ?? inside.Version ?? origin.AssumedVersion;
            EtcdVersion version = await EtcdProbe.InspectAsync(programs, origin.Platform, expected, cancellationToken)
                .ConfigureAwait(false);
            foreach (EtcdVersion? named in new[] { origin.NamedVersion, inside.Version })
            {
                if (named is not null && named != version)
                    throw PackageErrors.ArchiveInvalid(origin.Location, $"its name has the version {named}, but it contains etcd {version}.");
            }

            PackageManifest manifest = await UnpackedPackage.MakeManifestAsync(origin, version, programs, cancellationToken)
                .ConfigureAwait(false);
            await manifest.WriteAsync(staging, cancellationToken).ConfigureAwait(false);
            string folder = await PlaceAsync(staging, manifest, cancellationToken).ConfigureAwait(false);
            return UnpackedPackage.Describe(folder, manifest, origin.Source);
        });

    /// <summary>Runs work in a temporary folder on the disk of the cache, and deletes what is left of the folder.</summary>
    public async Task<T> StageAsync<T>(Func<string, Task<T>> work)
    {
        ClearOldStaging();
        string staging = Path.Combine(Staging, Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(staging);
        try
        {
            return await work(staging).ConfigureAwait(false);
        }
        finally
        {
            PackageFiles.DeleteTemporary(staging);
        }
    }

    /// <summary>Renames the finished folder into the cache, unless an intact package of the same archive is there.</summary>
    private async Task<string> PlaceAsync(string staging, PackageManifest manifest, CancellationToken cancellationToken)
    {
        string plain = Path.Combine(Root, $"{manifest.Version}-{manifest.Platform}");
        using IDisposable held = await FolderLock.AcquireAsync(Path.Combine(Root, ".locks", "place"),
            "Another process is writing to the package cache. Waiting until it has finished (Ctrl+C cancels).",
            null, cancellationToken).ConfigureAwait(false);

        // Another build of the same version (a distribution's, your own) gets its own folder: members may be running the first build.
        foreach (string folder in new[] { plain, $"{plain}-{manifest.Sha256[..12]}" })
        {
            PackageManifest? present = await PackageManifest.ReadAsync(folder, cancellationToken).ConfigureAwait(false);
            bool isIntact = present is not null
                && await UnpackedPackage.IsIntactAsync(folder, present, cancellationToken).ConfigureAwait(false);
            if (isIntact && present?.Sha256 == manifest.Sha256) return folder;
            if (isIntact) continue;
            if (Directory.Exists(folder))
            {
                string damaged = Path.Combine(Staging, Guid.NewGuid().ToString("n"));
                Directory.Move(folder, damaged);
                PackageFiles.DeleteTemporary(damaged);
            }

            Directory.Move(staging, folder);
            return folder;
        }

        throw new InvalidOperationException($"Two packages in {Root} have the same first digits of SHA-256, {manifest.Sha256[..12]}.");
    }

    private void ClearOldStaging()
    {
        if (!Directory.Exists(Staging)) return;
        DateTime limit = DateTime.UtcNow - StagingLifetime;
        foreach (string left in Directory.EnumerateDirectories(Staging))
        {
            if (Directory.GetLastWriteTimeUtc(left) < limit) PackageFiles.DeleteTemporary(left);
        }
    }
}
