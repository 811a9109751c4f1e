using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Archives;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages;

/// <summary>Tells what packages are there: in the cache, and in files and folders, whatever processor they are for.</summary>
/// <param name="home">Where the cache is.</param>
public sealed class PackageInspector(EtcdAdminHome home)
{
    private readonly PackageCache _cache = new(home.PackagesPath);

    /// <summary>What the package cache holds, newest first. It is verified when it is used, not here.</summary>
    /// <param name="version">Which versions.</param>
    /// <param name="cancellationToken">Stops it.</param>
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

    /// <summary>What the sources offer, newest first; nothing is fetched.</summary>
    /// <param name="request">Which versions, platform and sources; its path and hash do not matter here.</param>
    /// <param name="events">Which sources were passed over, and why; null tells nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EtcdException">PackageNotFound: none offers any, saying what each said.</exception>
    public async Task<IReadOnlyList<EtcdPackageInfo>> ListAvailableAsync(PackageRequest request, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken) =>
        [.. (await new PackageResolver(home).ListAsync(request, events, cancellationToken).ConfigureAwait(false))
            .Select(EtcdPackageInfo.OfCandidate)];

    /// <summary>The packages that a path means: itself, or where it is a folder of packages, each of them.</summary>
    /// <param name="path">A file or folder.</param>
    /// <exception cref="EtcdException">PackageNotFound: nothing is there. NotEtcd: a folder without any package.</exception>
    public static IReadOnlyList<string> Find(string path)
    {
        path = Path.GetFullPath(path);
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw PackageErrors.NotFound($"There is no file or folder '{path}'.", path);
        if (IsUnpacked(path)) return [path];
        string[] found = [.. Directory.EnumerateFileSystemEntries(path)
            .Where(entry => Directory.Exists(entry) ? IsUnpacked(entry) : ArchiveExtractor.IsArchive(entry))
            .Where(entry => !Path.GetFileName(entry).StartsWith("etcd-client_", StringComparison.Ordinal)) // part of its server's
            .Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw PackageErrors.NotEtcd(path, "there is neither an etcd program nor an archive in it.");
    }

    /// <summary>Opens and verifies one package; nothing is left in the cache.</summary>
    /// <param name="path">An archive, a folder with the programs, or the etcd program.</param>
    /// <param name="cancellationToken">Leaves nothing behind.</param>
    /// <exception cref="EtcdException">
    /// PackageNotFound: nothing is there or it cannot be read. ArchiveInvalid, ChecksumMismatch, ArchitectureMismatch: what is
    /// in it is not what it says. NotEtcd: it is none, or its version cannot be known. HostCommandFailed: it does not run here.
    /// </exception>
    public async Task<EtcdPackageInfo> InspectAsync(string path, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(path)) return await InspectFolderAsync(path, cancellationToken).ConfigureAwait(false);
            if (!File.Exists(path)) throw PackageErrors.NotFound($"There is no file or folder '{path}'.", path);
            if (ArchiveExtractor.IsArchive(path)) return await InspectArchiveAsync(path, cancellationToken).ConfigureAwait(false);
            string folder = Path.GetDirectoryName(path) ?? path;
            return ProgramSet.Find(folder)?.Etcd == path
                ? await InspectFolderAsync(folder, cancellationToken).ConfigureAwait(false)
                : throw PackageErrors.NotEtcd(path, "it is not an archive (.tar.gz, .zip, .deb) and not called etcd.");
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
        ProgramSet programs = ProgramSet.Find(staging) ?? throw PackageErrors.NotEtcd(path, "there is no etcd in it.");
        PackageName named = PackageName.Parse(archives[0]);
        var told = new PackageName(opened.Name.Version ?? named.Version, opened.Name.Platform ?? named.Platform);
        PackageManifest found = await RecogniseAsync(path, programs, told, cancellationToken).ConfigureAwait(false);
        if (named.Version is { } version && version.ToString() != found.Version)
            throw PackageErrors.ArchiveInvalid(path, $"it is named {version} and holds etcd {found.Version}.");
        if (named.Platform is { } platform && platform != found.Platform)
            throw PackageErrors.Architecture(path, found.Platform, platform);
        return EtcdPackageInfo.OfManifest(opened.Manifest ?? found, programs, path) with
        {
            Size = archives.Sum(a => new FileInfo(a).Length),
            Sha256 = sha256,
        };
    });

    /// <summary>Recognises programs by their headers, and their version by running them or, where that cannot be, by what is told.</summary>
    private static async Task<PackageManifest> RecogniseAsync(string path, ProgramSet programs, PackageName told,
        CancellationToken cancellationToken)
    {
        EtcdPlatform platform = await BinaryHeader.ReadAsync(programs.Etcd, cancellationToken).ConfigureAwait(false)
            ?? throw PackageErrors.NotEtcd(path, "its etcd is not a program for Linux, Windows or macOS.");
        if (told.Platform is { } said && said != platform) throw PackageErrors.Architecture(path, platform, said);
        EtcdVersion version = await EtcdProbe.InspectAsync(programs, platform, told.Version, cancellationToken).ConfigureAwait(false);
        if (told.Version is { } name && name != version)
            throw PackageErrors.ArchiveInvalid(path, $"it is named {name} and holds etcd {version}.");
        string sha256 = await FileHash.ComputeAsync(programs.Etcd, cancellationToken).ConfigureAwait(false);
        var origin = new PackageOrigin(PackageSource.File, path, sha256, platform, version);
        return await UnpackedPackage.MakeManifestAsync(origin, version, programs, cancellationToken).ConfigureAwait(false);
    }

    private static ProgramSet Programs(string folder) =>
        UnpackedPackage.FindPrograms(folder) ?? throw PackageErrors.NotEtcd(folder, "there is no etcd in it.");
}
