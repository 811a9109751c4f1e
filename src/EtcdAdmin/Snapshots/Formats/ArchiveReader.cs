using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Reads the entries of archives. No file is written under an entry's name, and no link is followed.</summary>
internal static class ArchiveReader
{
    /// <summary>Passes each entry of a tar archive to a sink.</summary>
    /// <exception cref="InvalidDataException">Not a complete tar archive; also FormatException, EndOfStreamException.</exception>
    public static async Task ReadTarAsync(Stream tar, IArchiveSink sink, CancellationToken cancellationToken)
    {
        var reader = new TarReader(new ShortReads(tar), leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                bool isFile = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;
                await sink.OfferAsync(entry.Name, isFile ? entry.DataStream ?? Stream.Null : null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Passes each entry of a zip archive to a sink.</summary>
    /// <param name="zip">The archive; must be seekable.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <param name="limits">The limits for entries and bytes.</param>
    /// <param name="sink">Receives the entries.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidDataException">Not a complete zip archive.</exception>
    public static async Task ReadZipAsync(
        Stream zip, string source, UnpackLimits limits, IArchiveSink sink, CancellationToken cancellationToken)
    {
        const int FileTypeMask = 0xF000, RegularFile = 0x8000, UnixMode = 16; // Info-ZIP stores st_mode in the upper half.
        using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
        long left = limits.Bytes;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            int type = (entry.ExternalAttributes >> UnixMode) & FileTypeMask;
            bool isFile = !entry.FullName.EndsWith('/') && type is 0 or RegularFile;
            if (!isFile)
            {
                await sink.OfferAsync(entry.FullName, content: null, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (entry.IsEncrypted)
                throw FormatErrors.Damaged(source, $"entry '{entry.FullName}' is encrypted with a zip password; unpack the archive first");
            Stream content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                var limited = new LimitedStream(content, left, () => FormatErrors.TooLarge(source, limits.Bytes));
                var checkedBytes = new Crc32Stream(limited, entry.Crc32);
                await sink.OfferAsync(entry.FullName, checkedBytes, cancellationToken).ConfigureAwait(false);
                left -= limited.BytesRead;
            }
        }
    }

    /// <summary>
    /// Refuses very large reads. .NET's reader loads names and attributes into memory at any length that the archive claims; it reads the
    /// content of files in small pieces.
    /// </summary>
    private sealed class ShortReads(Stream inner) : ReadingStream
    {
        private const int Longest = 4 << 20;

        public override int Read(Span<byte> buffer) => inner.Read(Check(buffer.Length) ? buffer : default);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(Check(buffer.Length) ? buffer : default, cancellationToken);

        private static bool Check(int length) =>
            length <= Longest ? true : throw new InvalidDataException("an entry has a name or attribute longer than 4 MB");
    }
}
