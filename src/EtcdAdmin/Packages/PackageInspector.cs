using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Archives;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages;

/// <summary>Lists packages in the cache, in files and in folders, for all processor architectures.</summary>
/// <param name="home">The home with the cache.</param>
public sealed class PackageInspector(EtcdAdminHome home)
{
    private readonly PackageCache _cache = new(home.PackagesPath);

    /// <summary>The packages in the cache, newest first. They are verified when they are used, not here.</summary>
    /// <param name="version">The versions to list.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public async Task<IReadOnlyList<EtcdPackageInfo>> ListCacheAsync(VersionRequest version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(version);
        List<EtcdPackageInfo> found = [];
        foreach ((string folder, PackageManifest manifest) in await _cache.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (EtcdVersion.TryParse(manifest.Version, out EtcdVersion held) && (version.IsNewest || version.Matches(held))
                && ProgramSet.Find(folder) is { } programs)
            {
                found.Add(EtcdPackageInfo.OfManifest(manifest, programs, folder));
            }
        }

        return [.. found.OrderByDescending(p => p.Version).ThenBy(p => p.Architecture, StringComparer.Ordinal)];
    }

    /// <summary>The packages that the sources offer, newest first; nothing is downloaded.</summary>
    /// <param name="request">Version, platform and sources; its path and hash are ignored.</param>
    /// <param name="events">Receives the skipped sources with the reasons; may be null.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="EtcdException">PackageNotFound: no source offers a package; the message has the answer of each source.</exception>
    public async Task<IReadOnlyList<EtcdPackageInfo>> ListAvailableAsync(PackageRequest request, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken) =>
        [.. (await new PackageResolver(home).ListAsync(request, events, cancellationToken).ConfigureAwait(false))
            .Select(EtcdPackageInfo.OfCandidate)];

    /// <summary>The packages at a path: the path itself, or each package in a folder of packages.</summary>
    /// <param name="path">A file or folder.</param>
    /// <exception cref="EtcdException">PackageNotFound: the path does not exist. NotEtcd: a folder without packages.</exception>
    public static IReadOnlyList<string> Find(string path)
    {
        path = Path.GetFullPath(path);
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw PackageErrors.NotFound($"The file or folder '{path}' does not exist.", path);
        if (IsUnpacked(path)) return [path];
        string[] found = [.. Directory.EnumerateFileSystemEntries(path)
            .Where(entry => Directory.Exists(entry) ? IsUnpacked(entry) : ArchiveExtractor.IsArchive(entry))
            .Where(entry => !Path.GetFileName(entry).StartsWith("etcd-client_", StringComparison.Ordinal)) // belongs to the package of its server
            .Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw PackageErrors.NotEtcd(path, "the folder has neither an etcd program nor an archive.");
    }

    /// <summary>Opens and verifies one package; the cache is not changed.</summary>
    /// <param name="path">An archive, a folder with the programs, or the etcd program.</param>
    /// <param name="cancellationToken">Leaves no files.</param>
    /// <exception cref="EtcdException">PackageNotFound: it does not exist or cannot be read. ArchiveInvalid, ChecksumMismatch, ArchitectureMismatch:
    /// its content does not match its name or manifest. NotEtcd: not a package, or its version is unknown. HostCommandFailed: it does not run on this
    /// machine.</exception>
    public async Task<EtcdPackageInfo> InspectAsync(string path, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(path)) return await InspectFolderAsync(path, cancellationToken).ConfigureAwait(false);
            if (!File.Exists(path)) throw PackageErrors.NotFound($"The file or folder '{path}' does not exist.", path);
            if (ArchiveExtractor.IsArchive(path)) return await InspectArchiveAsync(path, cancellationToken).ConfigureAwait(false);
            string folder = Path.GetDirectoryName(path) ?? path;
            return ProgramSet.Find(folder)?.Etcd == path
                ? await InspectFolderAsync(folder, cancellationToken).ConfigureAwait(false)
                : throw PackageErrors.NotEtcd(path, "it is neither an archive (.tar.gz, .zip, .deb) nor a program named etcd.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw PackageErrors.NotFound($"'{path}' cannot be used: {e.Message}", path);
        }
        catch (IOException e)
        {
            throw AtomicFile.WriteFailed(_cache.Root, e);
        }
    }

    private static bool IsUnpacked(string folder) => UnpackedPackage.FindPrograms(folder) is not null;

    private static async Task<EtcdPackageInfo> InspectFolderAsync(string folder, CancellationToken cancellationToken)
    {
        if (await PackageManifest.ReadAsync(folder, cancellationToken).ConfigureAwait(false) is { } manifest)
        {
            EtcdException? damage = await UnpackedPackage.DamageAsync(folder, manifest, cancellationToken).ConfigureAwait(false);
            return damage is null ? EtcdPackageInfo.OfManifest(manifest, Programs(folder), folder) : throw damage;
        }

        PackageName name = PackageName.Parse(folder);
        manifest = await RecogniseAsync(folder, Programs(folder), name, cancellationToken).ConfigureAwait(false);
        return EtcdPackageInfo.OfManifest(manifest, Programs(folder), folder);
    }

    private Task<EtcdPackageInfo> InspectArchiveAsync(string path, CancellationToken cancellationToken) => _cache.StageAsync(async staging =>
    {
        string[] archives = FileSource.DebPair(path);
        string sha256 = await FileHash.ComputeAsync(archives[0], cancellationToken).ConfigureAwait(false);
        OpenedArchive opened = await FileSource.UnpackAsync(archives, staging, cancellationToken).ConfigureAwait(false);
        ProgramSet programs = ProgramSet.Find(staging) ?? throw PackageErrors.NotEtcd(path, "it does not contain the program etcd.");
        PackageName named = PackageName.Parse(archives[0]);
        var known = new PackageName(opened.Name.Version ?? named.Version, opened.Name.Platform ?? named.Platform);
        PackageManifest found = await RecogniseAsync(path, programs, known, cancellationToken).ConfigureAwait(false);
        if (named.Version is { } version && version.ToString() != found.Version)
            throw PackageErrors.ArchiveInvalid(path, $"its name has the version {version}, but it contains etcd {found.Version}.");
        if (named.Platform is { } platform && platform != found.Platform)
            throw PackageErrors.Architecture(path, found.Platform, platform);
        return EtcdPackageInfo.OfManifest(opened.Manifest ?? found, programs, path) with
        {
            Size = archives.Sum(a => new FileInfo(a).Length),
            Sha256 = sha256,
        };
    });

    /// <summary>Identifies programs by their headers, and their version by running them; if that is impossible, by name and manifest.</summary>
    private static async Task<PackageManifest> RecogniseAsync(string path, ProgramSet programs, PackageName known,
        CancellationToken cancellationToken)
    {
        EtcdPlatform platform = await BinaryHeader.ReadAsync(programs.Etcd, cancellationToken).ConfigureAwait(false)
            ?? throw PackageErrors.NotEtcd(path, "its file etcd is not a program for Linux, Windows or macOS.");
        if (known.Platform is { } named && named != platform) throw PackageErrors.Architecture(path, platform, named);
        EtcdVersion version = await EtcdProbe.InspectAsync(programs, platform, known.Version, cancellationToken).ConfigureAwait(false);
        if (known.Version is { } name && name != version)
            throw PackageErrors.ArchiveInvalid(path, $"its name has the version {name}, but it contains etcd {version}.");
        string sha256 = await FileHash.ComputeAsync(programs.Etcd, cancellationToken).ConfigureAwait(false);
        var origin = new PackageOrigin(PackageSource.File, path, sha256, platform, version);
        return await UnpackedPackage.MakeManifestAsync(origin, version, programs, cancellationToken).ConfigureAwait(false);
    }

    private static ProgramSet Programs(string folder) =>
        UnpackedPackage.FindPrograms(folder) ?? throw PackageErrors.NotEtcd(folder, "it does not contain the program etcd.");
}
