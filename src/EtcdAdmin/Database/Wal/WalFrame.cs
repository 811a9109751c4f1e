using System.Buffers.Binary;

namespace EtcdAdmin.Database.Wal;

/// <summary>
/// The frame before each record of the log: the record's length in the low 56 bits of 8 bytes, little-endian. If the top bit is set,
/// the low 3 bits of the top byte are the number of padding bytes after the record.
/// </summary>
/// <remarks>Source: etcd <c>server/wal/encoder.go</c> and <c>decoder.go</c>, 3.5; the same from 3.0 to 3.7. etcd 2 writes no padding, and ends with
/// "len out of range" where it reads a padded frame (<c>wal/decoder.go</c>, 2.3.8).</remarks>
/// <param name="Length">Bytes of the record.</param>
/// <param name="Padding">Padding bytes (zeros) after the record.</param>
internal readonly record struct WalFrame(long Length, int Padding)
{
    /// <summary>Bytes of the frame itself.</summary>
    public const int Size = 8;

    private const ulong LengthMask = 0x00FF_FFFF_FFFF_FFFF;
    private const int PaddingShift = 56;
    private const ulong PaddingFlag = 0x80;

    /// <summary>Record and padding.</summary>
    public long Total => Length + Padding;

    /// <summary>Creates the frame of a record; records end at multiples of 8 bytes.</summary>
    public static WalFrame For(int length) => new(length, (8 - (length % 8)) % 8);

    public static WalFrame Parse(ReadOnlySpan<byte> bytes)
    {
        ulong field = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        int padding = (field >> PaddingShift & PaddingFlag) != 0 ? (int)(field >> PaddingShift & 7) : 0;
        return new WalFrame((long)(field & LengthMask), padding);
    }

    public void Write(Span<byte> bytes)
    {
        ulong field = (ulong)Length | (Padding == 0 ? 0 : (PaddingFlag | (uint)Padding) << PaddingShift);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, field);
    }
}
