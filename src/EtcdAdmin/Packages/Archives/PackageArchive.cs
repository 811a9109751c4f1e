using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Archives;

/// <summary>Writes the archive of a package for machines without a network.</summary>
internal static class PackageArchive
{
    private const UnixFileMode FolderMode = PackageFiles.ProgramMode;

    // Always the same, so that the same programs give the same bytes; tar warns about years before 1980.
    private static readonly DateTimeOffset Stamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a gzipped tar archive: one folder, named as in official releases, with the manifest and the programs.</summary>
    public static async Task WriteAsync(Stream file, PackageManifest manifest, ProgramSet programs, CancellationToken cancellationToken)
    {
        string folder = $"etcd-v{manifest.Version}-{manifest.Platform}/";
        var zip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        await using (zip.ConfigureAwait(false))
        {
            var tar = new TarWriter(zip, TarEntryFormat.Ustar, leaveOpen: true);
            await using (tar.ConfigureAwait(false))
            {
                await tar.WriteEntryAsync(Entry(TarEntryType.Directory, folder, FolderMode, null), cancellationToken).ConfigureAwait(false);
                using var text = new MemoryStream(manifest.ToBytes());
                await tar.WriteEntryAsync(Entry(TarEntryType.RegularFile, folder + PackageManifest.FileName, AtomicFile.Public, text),
                    cancellationToken).ConfigureAwait(false);
                foreach (string path in programs.All)
                {
                    var program = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, useAsync: true);
                    await using (program.ConfigureAwait(false))
                    {
                        await tar.WriteEntryAsync(
                            Entry(TarEntryType.RegularFile, folder + Path.GetFileName(path), PackageFiles.ProgramMode, program),
                            cancellationToken).ConfigureAwait(false);
                    }
                }
            }
        }
    }

    private static UstarTarEntry Entry(TarEntryType type, string name, UnixFileMode mode, Stream? content)
    {
        var entry = new UstarTarEntry(type, name) { Mode = mode, ModificationTime = Stamp };
        if (content is not null) entry.DataStream = content; // a folder must not have content, not even null
        return entry;
    }
}
