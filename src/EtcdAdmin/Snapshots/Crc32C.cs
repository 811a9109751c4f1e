using System.Buffers.Binary;
using System.Numerics;

namespace EtcdAdmin.Snapshots;

/// <summary>CRC-32 with Castagnoli's polynomial, over pieces; the checksum that etcd's tools print for a snapshot.</summary>
internal struct Crc32C
{
    private uint _inverted;

    /// <summary>The checksum of everything appended so far.</summary>
    public readonly uint Value => ~_inverted;

    public static Crc32C Create() => new() { _inverted = uint.MaxValue };

    /// <summary>Goes on from a checksum; from 0 it begins anew.</summary>
    public static Crc32C Continue(uint value) => new() { _inverted = ~value };

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint crc = _inverted;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        _inverted = crc;
    }
}
