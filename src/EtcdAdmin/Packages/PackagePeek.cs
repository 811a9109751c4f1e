using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Archives;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages;

/// <summary>Reads the version of a given package from its name, its manifest or its program. Nothing is unpacked.</summary>
internal static class PackagePeek
{
    /// <summary>The version; null if only unpacking shows it, or if the path has no usable package: the error is reported when the package is
    /// used.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="wanted">The requested version, if there are several.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<EtcdVersion?> VersionAsync(string path, VersionRequest wanted, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        try
        {
            if (File.Exists(path))
            {
                return ArchiveExtractor.IsArchive(path) ? PackageName.Parse(FileSource.DebPair(path)[0]).Version
                    : await AskAsync(ProgramSet.Find(Path.GetDirectoryName(path) ?? path), path, cancellationToken).ConfigureAwait(false);
            }

            if (!Directory.Exists(path)) return null;
            if (await PackageManifest.ReadAsync(path, cancellationToken).ConfigureAwait(false) is { } manifest)
                return EtcdVersion.TryParse(manifest.Version, out EtcdVersion saved) ? saved : null;
            return UnpackedPackage.FindPrograms(path) is { } programs
                ? await AskAsync(programs, path, cancellationToken).ConfigureAwait(false)
                : Best(path, wanted);
        }
        catch (Exception e) when (e is EtcdException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The program's own output counts; for a program of another platform, the folder's name is trusted.
    private static async Task<EtcdVersion?> AskAsync(ProgramSet? programs, string path, CancellationToken cancellationToken)
    {
        if (programs is null || await BinaryHeader.ReadAsync(programs.Etcd, cancellationToken).ConfigureAwait(false) is not { } platform) return null;
        return await EtcdProbe.InspectAsync(programs, platform,
            PackageName.Parse(File.Exists(path) ? Path.GetDirectoryName(path) ?? path : path).Version, cancellationToken).ConfigureAwait(false);
    }

    // The newest in a folder of packages; null if it differs between processor architectures.
    private static EtcdVersion? Best(string folder, VersionRequest wanted)
    {
        EtcdVersion[] newest =
        [
            .. Directory.EnumerateFileSystemEntries(folder).Select(PackageName.Parse)
                .Where(name => name is { Version: { } version, Platform: not null } && wanted.Matches(version))
                .GroupBy(name => name.Platform).Select(same => same.Max(name => name.Version!.Value)).Distinct(), // only names with a version
        ];
        return newest is [var only] ? only : null;
    }
}
