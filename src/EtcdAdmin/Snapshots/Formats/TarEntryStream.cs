using System.Globalization;
using System.Text;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Writes a tar archive with one file as a stream; .NET's own writer needs all bytes in advance.</summary>
/// <param name="inner">Receives the archive; its creator disposes it.</param>
/// <param name="name">The name of the entry, in ASCII, at most 100 characters.</param>
/// <param name="time">The time when the file was last written.</param>
/// <remarks>
/// Source: POSIX.1-2024, pax, "ustar Interchange Format". Sizes of 8 GiB and more are in base 256, as GNU tar and
/// all later tools write and read them.
/// </remarks>
internal sealed class TarEntryStream(Stream inner, string name, DateTimeOffset time) : WritingStream
{
    private const int BlockSize = 512;

    private long _written;
    private bool _hasBegun;

    /// <summary>Number of bytes to come; set before the first byte.</summary>
    public long EntryLength { get; set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_hasBegun) Begin();
        inner.Write(buffer);
        _written += buffer.Length;
    }

    /// <summary>Finishes the archive.</summary>
    /// <exception cref="InvalidDataException">The number of bytes differs from the announced number.</exception>
    public void Finish()
    {
        if (!_hasBegun) Begin();
        if (_written != EntryLength)
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"{EntryLength} bytes were announced for the archive, but {_written} bytes were written"));
        int padding = (int)(-_written & (BlockSize - 1));
        inner.Write(new byte[padding + 2 * BlockSize]); // two empty blocks mark the end
    }

    private void Begin()
    {
        _hasBegun = true;
        byte[] header = new byte[BlockSize];
        Encoding.ASCII.GetBytes(name, header);
        Octal(header.AsSpan(100, 8), (int)AtomicFile.OwnerOnly);
        Octal(header.AsSpan(108, 8), 0);
        Octal(header.AsSpan(116, 8), 0);
        Size(header.AsSpan(124, 12), EntryLength);
        Octal(header.AsSpan(136, 12), time.ToUnixTimeSeconds());
        header.AsSpan(148, 8).Fill((byte)' '); // the checksum counts its own field as spaces
        header[156] = (byte)'0'; // a regular file
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        Octal(header.AsSpan(148, 7), header.Sum(value => value));
        inner.Write(header);
    }

    private static void Octal(Span<byte> field, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0'), field);

    private static void Size(Span<byte> field, long value)
    {
        const long OctalLimit = 1L << 33;
        if (value < OctalLimit)
        {
            Octal(field, value);
            return;
        }

        field[0] = 0x80;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(field[^8..], value);
    }
}
