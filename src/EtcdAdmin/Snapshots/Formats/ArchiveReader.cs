using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Goes through the entries of archives. Nothing is written under an entry's name, and no link is followed.</summary>
internal static class ArchiveReader
{
    /// <summary>Offers each entry of a tar archive.</summary>
    /// <exception cref="InvalidDataException">Not a whole tar archive; also FormatException, EndOfStreamException.</exception>
    public static async Task ReadTarAsync(Stream tar, DatabaseFinder finder, CancellationToken cancellationToken)
    {
        var reader = new TarReader(new ShortReads(tar), leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                bool isFile = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;
                await finder.OfferAsync(entry.Name, isFile ? entry.DataStream ?? Stream.Null : null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Offers each entry of a zip archive.</summary>
    /// <param name="zip">The archive; can be read anywhere.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <param name="limits">How many entries and bytes there may be.</param>
    /// <param name="finder">Gets them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidDataException">Not a whole zip archive.</exception>
    public static async Task ReadZipAsync(
        Stream zip, string source, UnpackLimits limits, DatabaseFinder finder, CancellationToken cancellationToken)
    {
        const int FileTypeMask = 0xF000, RegularFile = 0x8000, UnixMode = 16; // Info-ZIP keeps st_mode in the upper half.
        using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
        long left = limits.Bytes;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            int type = (entry.ExternalAttributes >> UnixMode) & FileTypeMask;
            bool isFile = !entry.FullName.EndsWith('/') && type is 0 or RegularFile;
            if (!isFile)
            {
                await finder.OfferAsync(entry.FullName, content: null, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (entry.IsEncrypted) throw FormatErrors.Damaged(source, $"its entry '{entry.FullName}' is encrypted with a password of zip; unpack it first");
            Stream content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                var limited = new LimitedStream(content, left, () => FormatErrors.TooLarge(source, limits.Bytes));
                var checkedBytes = new Crc32Stream(limited, entry.Crc32);
                await finder.OfferAsync(entry.FullName, checkedBytes, cancellationToken).ConfigureAwait(false);
                left -= limited.BytesRead;
            }
        }
    }

    /// <summary>
    /// Refuses to read very much at once. .NET's reader takes names and attributes, of whatever length the archive says, into memory; the
    /// content of files is read in small pieces.
    /// </summary>
    private sealed class ShortReads(Stream inner) : ReadingStream
    {
        private const int Longest = 4 << 20;

        public override int Read(Span<byte> buffer) => inner.Read(Check(buffer.Length) ? buffer : default);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(Check(buffer.Length) ? buffer : default, cancellationToken);

        private static bool Check(int length) =>
            length <= Longest ? true : throw new InvalidDataException("a name or attribute of an entry is longer than 4 MB");
    }
}
