using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Security;

/// <summary>Packs and unpacks the <c>.tar.gz</c> of a credential package in memory; its files are never unpacked to disk.</summary>
internal static class CredentialArchive
{
    /// <summary>4 MiB, packed and unpacked; a package has about ten kilobytes.</summary>
    private const int MaxSize = 4 << 20;

    /// <param name="files">Texts by file name.</param>
    /// <param name="time">The time stamp of every file.</param>
    public static byte[] Pack(IReadOnlyDictionary<string, string> files, DateTimeOffset time)
    {
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, CredentialFiles.Folder + "/")
            {
                Mode = AtomicFile.OwnerOnlyFolder,
                ModificationTime = time,
            });
            foreach ((string name, string text) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{CredentialFiles.Folder}/{name}")
                {
                    Mode = name == CredentialFiles.Key ? AtomicFile.OwnerOnly : AtomicFile.Public,
                    ModificationTime = time,
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                });
            }
        }

        return archive.ToArray();
    }

    /// <summary>Whether a file is packed with gzip, as packages are, whatever its name.</summary>
    public static bool IsOne(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return file.ReadByte() == 0x1f && file.ReadByte() == 0x8b; // RFC 1952, 2.3.1
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // reading it as PEM fails with the reason
        }
    }

    /// <summary>Reads the known files of an archive.</summary>
    /// <exception cref="EtcdException">CredentialPackageInvalid: damaged, too large, or with entries that no valid package has.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using MemoryStream content = await InflateAsync(path, cancellationToken).ConfigureAwait(false);
            return await ReadEntriesAsync(path, content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw CredentialFiles.Invalid(path, "it is damaged, or not a .tar.gz archive", e);
        }
    }

    private static async Task<MemoryStream> InflateAsync(string path, CancellationToken cancellationToken)
    {
        FileStream file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            var gzip = new GZipStream(file, CompressionMode.Decompress);
            await using (gzip.ConfigureAwait(false))
            {
                var content = new MemoryStream();
                byte[] buffer = new byte[64 << 10];
                int count;
                while ((count = await gzip.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    if (content.Length + count > MaxSize) throw CredentialFiles.Invalid(path, "it unpacks to more than 4 MiB");
                    content.Write(buffer, 0, count);
                }

                content.Position = 0;
                return content;
            }
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReadEntriesAsync(
        string path, MemoryStream content, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var tar = new TarReader(content);
        await using (tar.ConfigureAwait(false))
        {
            while (await NextAsync(tar, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
                if (FileNameOf(path, entry) is not { } name || !CredentialFiles.Read.Contains(name)) continue;
                if (entry.Length > CredentialFiles.MaxFileSize) throw CredentialFiles.Invalid(path, $"its file {name} is larger than 256 KiB");
                if (!files.TryAdd(name, await ReadTextAsync(entry, cancellationToken).ConfigureAwait(false)))
                {
                    throw CredentialFiles.Invalid(path, $"it contains {name} twice");
                }
            }
        }

        return files;
    }

    private static async Task<TarEntry?> NextAsync(TarReader tar, CancellationToken cancellationToken)
    {
        try
        {
            return await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // .NET's reader throws these for damaged headers, for instance a size above two gigabytes.
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>The name inside the folder; null for the folder itself and for entries in subfolders.</summary>
    private static string? FileNameOf(string path, TarEntry entry)
    {
        string[] parts = [.. entry.Name.Split('/').Where(part => part is not ("" or "."))];
        if (entry.Name.StartsWith('/') || entry.Name.Contains('\\', StringComparison.Ordinal)
            || parts.Contains("..", StringComparer.Ordinal) || (parts.Length > 0 && parts[0] != CredentialFiles.Folder))
        {
            throw CredentialFiles.Invalid(path, $"its entry '{Printable(entry.Name)}' is outside the folder {CredentialFiles.Folder}");
        }

        if (entry.EntryType is TarEntryType.Directory) return null;
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
        {
            throw CredentialFiles.Invalid(path, $"its entry '{Printable(entry.Name)}' is not a regular file");
        }

        return parts.Length == 2 ? parts[1] : null;
    }

    private static async Task<string> ReadTextAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(entry.DataStream ?? Stream.Null, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    // The names come from an untrusted file and are printed on a terminal.
    private static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
}
