using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Archives;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Gets etcd from a given file or folder. Archives are unpacked into the cache, folders are used in place.</summary>
internal sealed class FileSource(PackageCache cache)
{
    /// <summary>Opens the file or folder.</summary>
    /// <exception cref="EtcdException">PackageNotFound: it does not exist, or has another version than requested. ChecksumMismatch,
    /// ArchitectureMismatch, ArchiveInvalid, NotEtcd: it must not be used. HostCommandFailed: it does not run on this machine.</exception>
    public async Task<EtcdPackage> GetAsync(PackageRequest request, string path, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        EtcdPackage package;
        try
        {
            package = await OpenAsync(request, path, cancellationToken).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException e)
        {
            throw PackageErrors.NotFound($"'{path}' cannot be used: {e.Message}", path);
        }
        catch (IOException e)
        {
            throw AtomicFile.WriteFailed(cache.Root, e);
        }

        if (request.Version.Matches(package.Version) || request.Version.IsNewest) return package;
        throw PackageErrors.NotFound($"'{path}' contains etcd {package.Version}, not {request.Version}.", path);
    }

    /// <summary>Checks a file or folder by names, manifest and the program's header: nothing is unpacked or run.</summary>
    /// <exception cref="EtcdException">PackageNotFound, ArchitectureMismatch, NotEtcd.</exception>
    public static async Task CheckAsync(PackageRequest request, string path, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        try
        {
            if (!Path.Exists(path)) throw PackageErrors.NotFound($"The file or folder '{path}' does not exist.", path);
            if (File.Exists(path) && ArchiveExtractor.IsArchive(path))
            {
                PackageName name = PackageName.Parse(DebPair(path)[0]);
                Require(request, path, name.Platform, name.Version);
            }
            else if (Directory.Exists(path) && await PackageManifest.ReadAsync(path, cancellationToken).ConfigureAwait(false) is { } manifest)
                Require(request, path, manifest.Platform, EtcdVersion.TryParse(manifest.Version, out EtcdVersion version) ? version : null);
            else if (Directory.Exists(path) && UnpackedPackage.FindPrograms(path) is null)
                await CheckAsync(request, BestOf(request, path), cancellationToken).ConfigureAwait(false);
            else
            {
                string etcd = Directory.Exists(path) ? UnpackedPackage.FindPrograms(path)!.Etcd : path; // found above
                Require(request, etcd, await BinaryHeader.ReadAsync(etcd, cancellationToken).ConfigureAwait(false), null);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw PackageErrors.NotFound($"'{path}' cannot be used: {e.Message}", path);
        }
    }

    private static void Require(PackageRequest request, string path, EtcdPlatform? platform, EtcdVersion? version)
    {
        if (platform is { } known && known != request.Platform) throw PackageErrors.Architecture(path, known, request.Platform);
        if (version is { } found && !request.Version.Matches(found) && !request.Version.IsNewest)
            throw PackageErrors.NotFound($"'{path}' contains etcd {found}, not {request.Version}.", path);
    }

    private Task<EtcdPackage> OpenAsync(PackageRequest request, string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path)) return FromFileAsync(request, path, cancellationToken);
        return Directory.Exists(path)
            ? FromFolderAsync(request, path, cancellationToken)
            : throw PackageErrors.NotFound($"The file or folder '{path}' does not exist.", path);
    }

    private async Task<EtcdPackage> FromFolderAsync(PackageRequest request, string folder, CancellationToken cancellationToken)
    {
        if (await PackageManifest.ReadAsync(folder, cancellationToken).ConfigureAwait(false) is { } manifest)
            return await FromSavedAsync(request, folder, manifest, cancellationToken).ConfigureAwait(false);
        if (UnpackedPackage.FindPrograms(folder) is { } programs)
        {
            EtcdPackage package = await UnpackedPackage.InspectAsync(programs, request.Platform, PackageSource.File,
                PackageName.Parse(folder).Version ?? request.Version.Exact, cancellationToken).ConfigureAwait(false);
            FileHash.Require(package.EtcdPath, request.Sha256, package.Sha256);
            return package;
        }

        string best = BestOf(request, folder);
        return File.Exists(best)
            ? await FromFileAsync(request, best, cancellationToken).ConfigureAwait(false)
            : await FromFolderAsync(request, best, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<EtcdPackage> FromSavedAsync(PackageRequest request, string folder, PackageManifest manifest,
        CancellationToken cancellationToken)
    {
        FileHash.Require(folder, request.Sha256, manifest.Sha256);
        if (manifest.Platform != request.Platform) throw PackageErrors.Architecture(folder, manifest.Platform, request.Platform);
        EtcdException? damage = await UnpackedPackage.DamageAsync(folder, manifest, cancellationToken).ConfigureAwait(false);
        return damage is null ? UnpackedPackage.Describe(folder, manifest, PackageSource.File) : throw damage;
    }

    /// <summary>The newest matching archive or saved package in a folder, by their names.</summary>
    private static string BestOf(PackageRequest request, string folder)
    {
        var named = Directory.EnumerateFileSystemEntries(folder)
            .Where(p => Directory.Exists(p) || ArchiveExtractor.IsArchive(p))
            .Select(p => (Path: p, Name: PackageName.Parse(p)))
            .Where(p => p.Name.Version is not null)
            .ToList();
        if (named.Count == 0)
            throw PackageErrors.NotEtcd(folder, "the folder has neither an etcd program nor an archive with an etcd package's name.");
        string? best = named
            .Where(p => p.Name.Platform == request.Platform && request.Version.Matches(p.Name.Version.GetValueOrDefault()))
            .OrderByDescending(p => p.Name.Version)
            .ThenByDescending(p => p.Path, StringComparer.Ordinal) // etcd-server before etcd-client
            .Select(p => p.Path)
            .FirstOrDefault();
        return best ?? throw PackageErrors.NotFound(
            $"'{folder}' has no etcd {request.Version} for {request.Platform}, only "
            + string.Join(", ", named.Select(p => $"{p.Name.Version} for {p.Name.Platform}").Distinct().Order(StringComparer.Ordinal))
            + ".", folder);
    }

    private async Task<EtcdPackage> FromFileAsync(PackageRequest request, string path, CancellationToken cancellationToken)
    {
        if (!ArchiveExtractor.IsArchive(path)) return await FromProgramAsync(request, path, cancellationToken).ConfigureAwait(false);

        string[] archives = DebPair(path);
        string actual = await FileHash.ComputeAsync(archives[0], cancellationToken).ConfigureAwait(false);
        FileHash.Require(archives[0], request.Sha256, actual);
        PackageName name = PackageName.Parse(archives[0]);
        if (name.Platform is { } platform && platform != request.Platform)
            throw PackageErrors.Architecture(archives[0], platform, request.Platform);
        if (await cache.FindAsync(actual, request.Platform, cancellationToken).ConfigureAwait(false) is { } held)
            return held with { Source = PackageSource.File };

        var origin = new PackageOrigin(PackageSource.File, archives[0], actual, request.Platform, name.Version,
            request.Version.Exact);
        return await cache.AddAsync(origin, async folder =>
            (await UnpackAsync(archives, folder, cancellationToken).ConfigureAwait(false)).Name, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Unpacks the archives of one package into one folder.</summary>
    /// <returns>Version and platform of the first archive, which is the server's.</returns>
    public static async Task<OpenedArchive> UnpackAsync(IReadOnlyList<string> archives, string folder, CancellationToken cancellationToken)
    {
        OpenedArchive? server = null;
        foreach (string archive in archives)
        {
            OpenedArchive opened = await ArchiveOpener.OpenAsync(archive, folder, cancellationToken).ConfigureAwait(false);
            server ??= opened;
        }

        return server ?? throw new ArgumentException("There is no archive to unpack.", nameof(archives));
    }

    private static async Task<EtcdPackage> FromProgramAsync(PackageRequest request, string path, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(path) ?? path;
        if (ProgramSet.Find(folder) is not { } programs || programs.Etcd != path)
            throw PackageErrors.NotEtcd(path, "it is neither an archive (.tar.gz, .zip, .deb) nor a program named etcd.");
        EtcdPackage package = await UnpackedPackage.InspectAsync(programs, request.Platform, PackageSource.File,
            PackageName.Parse(folder).Version ?? request.Version.Exact, cancellationToken).ConfigureAwait(false);
        FileHash.Require(path, request.Sha256, package.Sha256);
        return package;
    }

    /// <summary>The archive itself; for a Debian package the server first, then the client if it is in the same folder.</summary>
    public static string[] DebPair(string path)
    {
        const string server = "etcd-server_", client = "etcd-client_";
        string folder = Path.GetDirectoryName(path) ?? "";
        string name = Path.GetFileName(path);
        if (name.StartsWith(client, StringComparison.Ordinal))
        {
            string sibling = Path.Combine(folder, server + name[client.Length..]);
            return File.Exists(sibling)
                ? [sibling, path]
                : throw PackageErrors.NotFound($"'{path}' is only the client; '{Path.GetFileName(sibling)}' must be in the same folder.", path);
        }

        if (!name.StartsWith(server, StringComparison.Ordinal)) return [path];
        string companion = Path.Combine(folder, client + name[server.Length..]);
        return File.Exists(companion) ? [path, companion] : [path];
    }
}
