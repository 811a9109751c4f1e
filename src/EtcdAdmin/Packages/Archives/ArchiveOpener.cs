using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Archives;

/// <summary>What an archive says about what it holds, apart from its own name.</summary>
/// <param name="Name">From the manifest, the top folder of a release, or a Debian package's control file.</param>
/// <param name="Manifest">What EtcdAdmin wrote into an archive that it saved; null in any other.</param>
internal sealed record OpenedArchive(PackageName Name, PackageManifest? Manifest);

/// <summary>Unpacks an archive and holds its programs against the manifest where it carries one.</summary>
internal static class ArchiveOpener
{
    /// <summary>Unpacks the programs into a folder that the caller throws away on an error.</summary>
    /// <exception cref="EtcdException">
    /// ArchiveInvalid; ChecksumMismatch, NotEtcd: the programs are not those of the manifest. HostCommandFailed: the tool to
    /// decompress a .deb is missing.
    /// </exception>
    public static async Task<OpenedArchive> OpenAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        PackageName name = await ArchiveExtractor.ExtractAsync(archive, folder, cancellationToken).ConfigureAwait(false);
        string path = Path.Combine(folder, PackageManifest.FileName);
        if (!File.Exists(path)) return new OpenedArchive(name, null);

        PackageManifest manifest = await PackageManifest.ReadAsync(folder, cancellationToken).ConfigureAwait(false)
            ?? throw PackageErrors.ArchiveInvalid(archive, $"its {PackageManifest.FileName} cannot be read.");
        EtcdException? damage = await UnpackedPackage.DamageAsync(folder, manifest, cancellationToken, archive).ConfigureAwait(false);
        if (damage is not null) throw damage;

        File.Delete(path); // whoever keeps the folder writes one of its own
        return new OpenedArchive(new PackageName(EtcdVersion.Parse(manifest.Version), manifest.Platform), manifest);
    }
}
