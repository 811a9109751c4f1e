using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Archives;

/// <summary>Version and platform from the content of an archive, not from its file name.</summary>
/// <param name="Name">From the manifest, the top folder of a release, or a Debian package's control file.</param>
/// <param name="Manifest">The manifest of an archive that EtcdAdmin saved; null in other archives.</param>
internal sealed record OpenedArchive(PackageName Name, PackageManifest? Manifest);

/// <summary>Unpacks an archive and checks its programs against its manifest, if it has one.</summary>
internal static class ArchiveOpener
{
    /// <summary>Unpacks the programs into a folder that the caller deletes on an error.</summary>
    /// <exception cref="EtcdException">ArchiveInvalid; ChecksumMismatch, NotEtcd: the programs differ from the manifest. HostCommandFailed: the tool
    /// to decompress a .deb is missing.</exception>
    public static async Task<OpenedArchive> OpenAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        PackageName name = await ArchiveExtractor.ExtractAsync(archive, folder, cancellationToken).ConfigureAwait(false);
        string path = Path.Combine(folder, PackageManifest.FileName);
        if (!File.Exists(path)) return new OpenedArchive(name, null);

        PackageManifest manifest = await PackageManifest.ReadAsync(folder, cancellationToken).ConfigureAwait(false)
            ?? throw PackageErrors.ArchiveInvalid(archive, $"its manifest {PackageManifest.FileName} cannot be read.");
        EtcdException? damage = await UnpackedPackage.DamageAsync(folder, manifest, cancellationToken, archive).ConfigureAwait(false);
        if (damage is not null) throw damage;

        File.Delete(path); // a caller that keeps the folder writes its own manifest
        return new OpenedArchive(new PackageName(EtcdVersion.Parse(manifest.Version), manifest.Platform), manifest);
    }
}
