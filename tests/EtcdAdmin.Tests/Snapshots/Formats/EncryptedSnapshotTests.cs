using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>The container of encrypted snapshots: every change is detected.</summary>
public sealed class EncryptedSnapshotTests() : SnapshotEncryptionTest(SnapshotEncryption.Container, Golden)
{
    private const string Golden =
        """
        iUVUU04NChoAAQABAAAArAAQAAAAAQBUAAknwLjU9NjT+L/Ij62+QvsKxbFnskXrMcNwsb3qJgjO
        b4gnmUoRXC0ge5dQvVeEBUyaJgkhnCp13sgdx3X3jqzTogKIDySk2a/kuVnb8gzuG2kJ77T/HYqJ
        XVpCWJrYqLDXHKRiz1yxfumxg11O5M+6qEv7gasAxyfsY0Aed0WG8P1+GSufD3Y4ZLh2gAyfspjb
        29N8RroJFaSADxzbmogDSU9XYVVCn6mRzijZOoOWa4nIBSH4YfcmZjpXY5sIGnQedkNmAQ==
        """;

    private const int SealedChunk = ContainerFormat.ChunkSize + ContainerFormat.TagSize;

    [Fact]
    public async Task OpenAsync_EveryByteOfTheHeaderFlipped_IsNoticed()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        using X509Certificate2 curve = TestCertificates.EllipticCurve();
        byte[] file = Encrypt("content"u8.ToArray(), new SnapshotRecipients { Passphrase = "sesame", Certificates = [rsa, curve] });
        int header = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(12));
        var secrets = new SnapshotSecrets { Certificates = [rsa] };

        for (int i = ContainerFormat.Magic.Length; i < file.Length; i++)
        {
            EtcdException error = await RefuseAsync(Flipped(file, i), secrets);

            Assert.Equal(i is 8 or 9 ? EtcdErrorIds.SnapshotNotSupported : EtcdErrorIds.SnapshotInvalid, error.ErrorId);
            if (i >= header) Assert.Contains("chunk 0", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OpenAsync_HeaderChangedByOneWhoKnowsTheFormat_IsNoticed()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        byte[] file = Encrypt("content"u8.ToArray(), new SnapshotRecipients { Passphrase = "sesame", Certificates = [rsa] });
        int rsaBody = ContainerFormat.FixedSize + KeySlot.PrefixSize;
        int passphraseBody = rsaBody + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(rsaBody - 2)) + KeySlot.PrefixSize;
        var certificate = new SnapshotSecrets { Certificates = [rsa] };
        var passphrase = new SnapshotSecrets { Passphrase = "sesame" };

        // The digest is corrected each time; the authentication cannot be corrected.
        EtcdException smallChunks = await RefuseAsync(
            Forge(file, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), 1 << 16)), certificate);
        EtcdException noChunks = await RefuseAsync(Forge(file, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), 0)), certificate);
        EtcdException hugeChunks = await RefuseAsync(
            Forge(file, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), int.MaxValue)), certificate);
        EtcdException otherSlots = await RefuseAsync(Forge(file, bytes => bytes[passphraseBody + 10] ^= 1), certificate);
        EtcdException wrapped = await RefuseAsync(Forge(file, bytes => bytes[rsaBody + 60] ^= 1), certificate);
        EtcdException salt = await RefuseAsync(Forge(file, bytes => bytes[passphraseBody + 10] ^= 1), passphrase);
        EtcdException slow = await RefuseAsync(
            Forge(file, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(passphraseBody), int.MaxValue)), passphrase);
        EtcdException manySlots = await RefuseAsync(Forge(file, bytes => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), 3)), passphrase);
        EtcdException longSlot = await RefuseAsync(
            Forge(file, bytes => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(rsaBody - 2), 60_000)), passphrase);

        Assert.All(
            [smallChunks, noChunks, hugeChunks, otherSlots, slow, manySlots, longSlot], error => Assert.IsType<SnapshotDamageException>(error));
        Assert.All([wrapped, salt], error => Assert.Equal(EtcdErrorIds.SnapshotKeyWrong, error.ErrorId));
    }

    [Fact]
    public async Task OpenAsync_AnythingDoneToTheChunks_IsNoticed()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        byte[] plain = RandomNumberGenerator.GetBytes(3 * ContainerFormat.ChunkSize);
        byte[] file = Encrypt(plain, new SnapshotRecipients { Certificates = [rsa] });
        byte[] other = Encrypt(plain, new SnapshotRecipients { Certificates = [rsa] });
        int start = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(12));
        var secrets = new SnapshotSecrets { Certificates = [rsa] };
        Range Chunk(int i) => (start + (i * SealedChunk))..(start + ((i + 1) * SealedChunk));
        (string What, byte[] File)[] changed =
        [
            ("first chunk left out", [.. file[..start], .. file[Chunk(1)], .. file[Chunk(2)]]),
            ("middle chunk left out", [.. file[..start], .. file[Chunk(0)], .. file[Chunk(2)]]),
            ("last chunk left out", file[..(start + (2 * SealedChunk))]),
            ("all chunks left out", file[..start]),
            ("chunks swapped", [.. file[..start], .. file[Chunk(1)], .. file[Chunk(0)], .. file[Chunk(2)]]),
            ("a chunk twice", [.. file[..start], .. file[Chunk(0)], .. file[Chunk(0)], .. file[Chunk(1)], .. file[Chunk(2)]]),
            ("the last chunk twice", [.. file, .. file[Chunk(2)]]),
            ("a chunk of another file", [.. file[..start], .. other[Chunk(0)], .. file[Chunk(1)], .. file[Chunk(2)]]),
            ("a byte added", [.. file, 0]),
            ("a file behind it", [.. file, .. file]),
            .. new[] { 1, 15, 16, 17, SealedChunk - 1, SealedChunk, SealedChunk + 1, file.Length - start - 1, file.Length - start }
                .Select(cut => ($"{cut} bytes cut off", file[..^cut])),
            .. new[]
            {
                0, 1, SealedChunk - 1, SealedChunk, SealedChunk + 500_000, (3 * SealedChunk) - 17, (3 * SealedChunk) - 16, (3 * SealedChunk) - 1
            }
                .Select(place => ($"byte {place} flipped", Flipped(file, start + place))),
        ];
        foreach ((string what, byte[] bytes) in changed)
        {
            EtcdException error = await RefuseAsync(bytes, secrets);

            Assert.True(error is SnapshotDamageException, $"{what}: {error.Message}");
        }
    }

    [Fact]
    public async Task OpenAsync_CutOffAnywhereInTheHeader_SaysSo()
    {
        byte[] file = Encrypt([1, 2, 3], new SnapshotRecipients { Passphrase = "sesame" });
        int header = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(12));
        for (int length = ContainerFormat.Magic.Length; length < header; length++)
        {
            EtcdException error = await RefuseAsync(file[..length], new SnapshotSecrets { Passphrase = "sesame" });

            Assert.Contains("truncated", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Encrypt_TheSameTwice_HasNothingInCommonButTheFormat()
    {
        var recipients = new SnapshotRecipients { Passphrase = "sesame" };
        byte[] plain = new byte[5000];

        byte[] one = Encrypt(plain, recipients);
        byte[] two = Encrypt(plain, recipients);

        int body = ContainerFormat.FixedSize + KeySlot.PrefixSize + 4; // after the number of iterations
        Assert.Equal(one[..body], two[..body]);
        int same = one.Skip(body).Zip(two.Skip(body)).Count(pair => pair.First == pair.Second);
        Assert.InRange(same, 0, one.Length / 50); // by chance one of 256 is equal
    }

    protected override string NameOf(X509Certificate2 certificate) => $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(certificate.RawData))}";

    private static byte[] Forge(byte[] file, Action<byte[]> change)
    {
        byte[] forged = [.. file];
        change(forged);
        int signed = BinaryPrimitives.ReadInt32BigEndian(forged.AsSpan(12)) - ContainerFormat.DigestSize - ContainerFormat.AuthenticationSize;
        SHA256.HashData(forged.AsSpan(0, signed)).CopyTo(forged, signed);
        return forged;
    }
}
