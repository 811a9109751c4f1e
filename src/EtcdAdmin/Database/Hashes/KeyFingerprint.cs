using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace EtcdAdmin.Database.Hashes;

/// <summary>128 bits that identify a key.</summary>
internal readonly record struct KeyFingerprint(ulong Low, ulong High);

/// <summary>
/// Turns keys into fingerprints with SipHash-2-4 (128-bit variant) and a random secret. So even a file made for this purpose
/// cannot contain two keys with the same fingerprint: for a thousand million keys the chance is below 2^-66.
/// </summary>
/// <remarks>Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", and their reference implementation.</remarks>
internal sealed class KeyFingerprinter(ulong secretLow, ulong secretHigh)
{
    /// <summary>Creates a fingerprinter with a new random secret.</summary>
    public static KeyFingerprinter Create()
    {
        Span<byte> secret = stackalloc byte[16];
        RandomNumberGenerator.Fill(secret);
        return new KeyFingerprinter(
            BinaryPrimitives.ReadUInt64LittleEndian(secret),
            BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]));
    }

    public KeyFingerprint Compute(ReadOnlySpan<byte> key)
    {
        ulong v0 = secretLow ^ 0x736f6d6570736575;
        ulong v1 = secretHigh ^ 0x646f72616e646f6d ^ 0xee;
        ulong v2 = secretLow ^ 0x6c7967656e657261;
        ulong v3 = secretHigh ^ 0x7465646279746573;
        ulong last = (ulong)key.Length << 56;
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
            Absorb(ref v0, ref v1, ref v2, ref v3, BinaryPrimitives.ReadUInt64LittleEndian(key));
        for (int i = 0; i < key.Length; i++) last |= (ulong)key[i] << (8 * i);
        Absorb(ref v0, ref v1, ref v2, ref v3, last);

        v2 ^= 0xee;
        for (int i = 0; i < 4; i++) Round(ref v0, ref v1, ref v2, ref v3);
        ulong low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        for (int i = 0; i < 4; i++) Round(ref v0, ref v1, ref v2, ref v3);
        return new KeyFingerprint(low, v0 ^ v1 ^ v2 ^ v3);
    }

    private static void Absorb(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3, ulong word)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
