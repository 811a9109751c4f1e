using System.Buffers.Binary;
using System.Numerics;

namespace EtcdAdmin.Database.Hashes;

/// <summary>CRC-32 with Castagnoli's polynomial, over pieces; the checksum that etcd's tools print for a snapshot.</summary>
internal struct Crc32C
{
    // Its bits in reverse, as the checksum is computed from the lowest bit of a byte on.
    private const uint Polynomial = 0x82F63B78;

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

    /// <summary>The checksum of two pieces that follow each other, from the checksums of both.</summary>
    /// <param name="first">Of the first piece.</param>
    /// <param name="second">Of the second piece alone.</param>
    /// <param name="secondLength">Bytes of the second piece.</param>
    /// <remarks>
    /// A checksum is what its bits, as a polynomial, leave when divided by Castagnoli's. Bytes that follow multiply it by a power of x;
    /// that power is made by squaring, so that the length costs its logarithm.
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
