using System.Buffers.Binary;
using System.Numerics;

namespace EtcdAdmin.Database.Hashes;

/// <summary>CRC-32 with the Castagnoli polynomial, computed piece by piece; etcd's tools print this checksum for a snapshot.</summary>
internal struct Crc32C
{
    // The polynomial's bits in reverse: the checksum starts from the lowest bit of a byte.
    private const uint Polynomial = 0x82F63B78;

    private uint _inverted;

    /// <summary>The checksum of all bytes appended so far.</summary>
    public readonly uint Value => ~_inverted;

    public static Crc32C Create() => new() { _inverted = uint.MaxValue };

    /// <summary>Continues from a checksum; 0 starts anew.</summary>
    public static Crc32C Continue(uint value) => new() { _inverted = ~value };

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint crc = _inverted;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        _inverted = crc;
    }

    /// <summary>The checksum of two consecutive pieces, computed from their two checksums.</summary>
    /// <param name="first">Checksum of the first piece.</param>
    /// <param name="second">Checksum of the second piece alone.</param>
    /// <param name="secondLength">Bytes of the second piece.</param>
    /// <remarks>
    /// A checksum is the remainder of the bits, as a polynomial, divided by the Castagnoli polynomial. Bytes that follow multiply it by a power
    /// of x. That power is computed by squaring, so the cost is the logarithm of the length.
    /// </remarks>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        uint power = 1u << 23; // x to the 8th, one byte; the highest bit is x to the 0th
        for (; secondLength > 0; secondLength >>= 1)
        {
            if ((secondLength & 1) != 0) first = Multiply(first, power);
            power = Multiply(power, power);
        }

        return first ^ second;
    }

    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (uint bit = 1u << 31; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0) product ^= b;
            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }

        return product;
    }
}
