using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Archives;

/// <summary>Extracts etcd's programs from an archive. No other code unpacks archives.</summary>
/// <remarks>Programs are written directly into the target folder, whatever their path in the archive, with the mode 0755, together with the manifest
/// of a package that EtcdAdmin saved. Nothing else is written, and one invalid entry makes the archive invalid. After an error the caller must delete
/// the target folder, which may be incomplete.</remarks>
internal static class ArchiveExtractor
{
    /// <summary>Whether the file name is that of an archive that can be unpacked.</summary>
    public static bool IsArchive(string path) => KindOf(path) is not null;

    /// <summary>Unpacks a release archive or a Debian package.</summary>
    /// <returns>Version and platform from the content: the name of a release's top folder, or a Debian package's control file.</returns>
    /// <exception cref="EtcdException">ArchiveInvalid; HostCommandFailed: the tool to decompress a .deb is missing.</exception>
    public static Task<PackageName> ExtractAsync(string archive, string folder, CancellationToken cancellationToken) =>
        ExtractAsync(archive, folder, new ArchiveLimits(), cancellationToken);

    internal static async Task<PackageName> ExtractAsync(string archive, string folder, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        string kind = KindOf(archive)
            ?? throw PackageErrors.ArchiveInvalid(archive, "only .tar.gz, .tgz, .zip and .deb can be unpacked.");
        try
        {
            var file = new FileStream(archive, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                switch (kind)
                {
                    case ".zip":
                        return await ExtractZipAsync(file, archive, folder, limits, cancellationToken).ConfigureAwait(false);
                    case ".deb":
                        PackageName name = await DebControl.ReadAsync(file, archive, cancellationToken).ConfigureAwait(false);
                        await DebArchive.ReadAsync(file, archive, DebArchive.Data,
                            tar => ExtractTarAsync(tar, archive, folder, limits, cancellationToken), cancellationToken)
                            .ConfigureAwait(false);
                        return name;
                    default:
                        var plain = new GZipStream(file, CompressionMode.Decompress);
                        await using (plain.ConfigureAwait(false))
                        {
                            return await ExtractTarAsync(plain, archive, folder, limits, cancellationToken).ConfigureAwait(false);
                        }
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw PackageErrors.ArchiveInvalid(archive, $"it is damaged ({e.Message})", e);
        }
    }

    private static async Task<PackageName> ExtractTarAsync(Stream plain, string archive, string folder, ArchiveLimits limits,
        CancellationToken cancellationToken)
    {
        var entries = new ArchiveEntries(archive, limits);
        var limited = new LimitedStream(plain, limits.Bytes, () => PackageErrors.TooLarge(archive, limits.Bytes));
        await using (limited.ConfigureAwait(false))
        {
            var reader = new TarReader(limited, leaveOpen: true);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    string? link = entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink ? entry.LinkName : null;
                    if (entries.Accept(entry.Name, entry.EntryType, link) is { } name)
                        await WriteAsync(entry.DataStream ?? Stream.Null, folder, name, cancellationToken).ConfigureAwait(false);
                }
            }

            // The data after the end mark is read too: only then a wrong checksum at the end of the compression is detected.
            await limited.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }

        return entries.Name;
    }

    private static async Task<PackageName> ExtractZipAsync(Stream file, string archive, string folder, ArchiveLimits limits,
        CancellationToken cancellationToken)
    {
        const int fileTypeMask = 0xF000, symbolicLink = 0xA000, unixMode = 16; // Info-ZIP keeps st_mode in the upper half.
        var entries = new ArchiveEntries(archive, limits);
        long left = limits.Bytes;
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (((entry.ExternalAttributes >> unixMode) & fileTypeMask) == symbolicLink)
                throw PackageErrors.ArchiveInvalid(archive, $"its entry '{entry.FullName}' is a link, but etcd's releases have no links.");
            bool isFolder = entry.FullName.EndsWith('/');
            if (entries.Accept(entry.FullName, isFolder ? TarEntryType.Directory : TarEntryType.RegularFile, null) is not { } name)
                continue;
            Stream unpacked = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            var data = new LimitedStream(unpacked, left, () => PackageErrors.TooLarge(archive, limits.Bytes));
            await using (data.ConfigureAwait(false))
            {
                await WriteAsync(data, folder, name, cancellationToken).ConfigureAwait(false);
                left -= data.BytesRead;
            }
        }

        return entries.Name;
    }

    private static async Task WriteAsync(Stream data, string folder, string name, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = PackageFiles.ProgramMode;
        string path = Path.Combine(folder, name);
        var file = new FileStream(path, options);
        await using (file.ConfigureAwait(false))
        {
            await data.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        // At creation the umask removes bits of the mode; a daemon of another user must be able to run the program.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, PackageFiles.ProgramMode);
    }

    private static string? KindOf(string path) =>
        new[] { ".tar.gz", ".tgz", ".zip", ".deb" }.FirstOrDefault(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}
