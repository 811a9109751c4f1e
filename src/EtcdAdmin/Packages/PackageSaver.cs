using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Archives;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages;

/// <summary>Writes packages into files that a machine without a network installs from.</summary>
/// <param name="home">Where packages that must be fetched first are kept.</param>
public sealed class PackageSaver(EtcdAdminHome home)
{
    /// <summary>
    /// Resolves and writes one archive: the layout and name of an official release, with a manifest of the programs' SHA-256 in
    /// it. Whatever reads release archives reads it; <see cref="PackageRequest.Path"/> also checks it against the manifest.
    /// </summary>
    /// <remarks>The same programs make the same bytes, whenever and wherever they are saved.</remarks>
    /// <param name="request">What is asked for; its platform need not be this machine's.</param>
    /// <param name="destination">A folder, made where it is missing, or a file, see <see cref="IsFile"/>.</param>
    /// <param name="overwrite">Whether a file of that name is replaced.</param>
    /// <param name="events">Null tells nobody.</param>
    /// <param name="cancellationToken">Leaves no half file.</param>
    /// <exception cref="EtcdException">As <see cref="PackageResolver.ResolveAsync"/>; FileExists, DiskFull, FileWriteFailed.</exception>
    public async Task<EtcdPackageInfo> SaveAsync(PackageRequest request, string destination, bool overwrite,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdPackage package = await new PackageResolver(home).ResolveAsync(request, events, cancellationToken).ConfigureAwait(false);
        var programs = new ProgramSet(package.EtcdPath, package.EtcdctlPath, package.EtcdutlPath);
        PackageManifest manifest = await ManifestOfAsync(package, programs, cancellationToken).ConfigureAwait(false);
        string path = PathOf(Path.GetFullPath(destination), package);
        string activity = $"Saving {package.Version} for {package.Platform}";
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

    /// <summary>Whether a destination names a file: it ends in .tar.gz or .tgz and is not a folder.</summary>
    /// <param name="destination">As given.</param>
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

    /// <summary>The manifest with which it was verified just now, or a new one of programs that came without.</summary>
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
