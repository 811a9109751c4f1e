using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Archives;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages;

/// <summary>Writes packages to files, for installation on machines without a network.</summary>
/// <param name="home">The home with the package cache.</param>
public sealed class PackageSaver(EtcdAdminHome home)
{
    /// <summary>Finds a package and writes it as one archive: layout and name of an official release, with a manifest of the programs' SHA-256. Every
    /// tool that reads release archives can read it; <see cref="PackageRequest.Path"/> also checks it against the manifest.</summary>
    /// <remarks>The same programs give the same bytes, whenever and wherever they are saved.</remarks>
    /// <param name="request">The request; it may be for another platform than this machine's.</param>
    /// <param name="destination">A folder, which is created if missing, or a file, see <see cref="IsFile"/>.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <param name="events">May be null.</param>
    /// <param name="cancellationToken">Leaves no incomplete file.</param>
    /// <exception cref="EtcdException">As <see cref="PackageResolver.ResolveAsync"/>; FileExists, DiskFull, FileWriteFailed.</exception>
    public async Task<EtcdPackageInfo> SaveAsync(PackageRequest request, string destination, bool overwrite,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdPackage package = await new PackageResolver(home).ResolveAsync(request, events, cancellationToken).ConfigureAwait(false);
        var programs = new ProgramSet(package.EtcdPath, package.EtcdctlPath, package.EtcdutlPath);
        PackageManifest manifest = await ManifestOfAsync(package, programs, cancellationToken).ConfigureAwait(false);
        string path = PathOf(Path.GetFullPath(destination), package);
        string activity = $"Saving etcd {package.Version} for {package.Platform}";
        events.Progress(activity, $"Writing {path}");
        try
        {
            await AtomicFile.WriteAsync(path, (file, token) => PackageArchive.WriteAsync(file, manifest, programs, token),
                AtomicFile.Public, overwrite, cancellationToken).ConfigureAwait(false);
            return EtcdPackageInfo.OfManifest(manifest, programs, path) with
            {
                Size = new FileInfo(path).Length,
                Sha256 = await FileHash.ComputeAsync(path, cancellationToken).ConfigureAwait(false),
            };
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }
    }

    /// <summary>Whether a destination is a file: it ends in .tar.gz or .tgz and is not a folder.</summary>
    /// <param name="destination">The destination.</param>
    public static bool IsFile(string destination) =>
        (destination.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || destination.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))
        && !Directory.Exists(destination);

    private static string PathOf(string destination, EtcdPackage package)
    {
        bool isFile = IsFile(destination);
        string folder = isFile ? Path.GetDirectoryName(destination) ?? destination : destination;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailed(folder, e);
        }

        return isFile ? destination : Path.Combine(folder, $"etcd-v{package.Version}-{package.Platform}.tar.gz");
    }

    /// <summary>The manifest that the package was just verified with, or a new one for programs without a manifest.</summary>
    private static async Task<PackageManifest> ManifestOfAsync(EtcdPackage package, ProgramSet programs,
        CancellationToken cancellationToken)
    {
        PackageManifest? present = await PackageManifest.ReadAsync(package.Folder, cancellationToken).ConfigureAwait(false);
        if (present is null)
        {
            var origin = new PackageOrigin(package.Source, package.Location, package.Sha256, package.Platform, package.Version);
            present = await UnpackedPackage.MakeManifestAsync(origin, package.Version, programs, cancellationToken)
                .ConfigureAwait(false);
        }

        return present with { Created = null };
    }
}
