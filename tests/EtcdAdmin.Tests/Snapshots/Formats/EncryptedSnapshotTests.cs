using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>The container of encrypted snapshots: who can open it, and that every change is detected.</summary>
public sealed class EncryptedSnapshotTests : IDisposable
{
    private const int SealedChunk = ContainerFormat.ChunkSize + ContainerFormat.TagSize;

    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ContainerFormat.ChunkSize - 1)]
    [InlineData(ContainerFormat.ChunkSize)]
    [InlineData(ContainerFormat.ChunkSize + 1)]
    [InlineData(2 * ContainerFormat.ChunkSize)]
    public async Task OpenAsync_EveryRecipientAlone_GetsTheSameBytes(int length)
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        using X509Certificate2 curve = TestCertificates.EllipticCurve(X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.DigitalSignature);
        byte[] plain = RandomNumberGenerator.GetBytes(length);
        byte[] file = Packing.Encrypt(plain, new SnapshotRecipients { Passphrase = "pässword", Certificates = [rsa, curve] });

        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Passphrase = "pässword" }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Passphrase = "pässword".Normalize(System.Text.NormalizationForm.FormD) }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Certificates = [rsa] }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Certificates = [curve] }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Passphrase = "wrong", Certificates = [curve] }));
    }

    [Fact]
    public async Task OpenAsync_FileOfTheFirstVersion_OpensForEver()
    {
        // Written once by the first version of this container; every later version must open it.
        const string Golden =
            """
            iUVUU04NChoAAQABAAAArAAQAAAAAQBUAAknwLjU9NjT+L/Ij62+QvsKxbFnskXrMcNwsb3qJgjO
            b4gnmUoRXC0ge5dQvVeEBUyaJgkhnCp13sgdx3X3jqzTogKIDySk2a/kuVnb8gzuG2kJ77T/HYqJ
            XVpCWJrYqLDXHKRiz1yxfumxg11O5M+6qEv7gasAxyfsY0Aed0WG8P1+GSufD3Y4ZLh2gAyfspjb
            29N8RroJFaSADxzbmogDSU9XYVVCn6mRzijZOoOWa4nIBSH4YfcmZjpXY5sIGnQedkNmAQ==
            """;

        byte[] plain = await OpenAsync(Convert.FromBase64String(Golden), new SnapshotSecrets { Passphrase = "correct horse battery staple" });

        Assert.Equal("an etcd snapshot, for once in words"u8.ToArray(), plain);
    }

    [Fact]
    public async Task OpenAsync_WithoutTheRightSecret_SaysWhatIsNeeded()
    {
        using X509Certificate2 recipient = TestCertificates.Rsa();
        using X509Certificate2 stranger = TestCertificates.Rsa();
        byte[] forBoth = Packing.Encrypt([1, 2, 3], new SnapshotRecipients { Passphrase = "sesame", Certificates = [recipient] });
        byte[] forOne = Packing.Encrypt([1, 2, 3], new SnapshotRecipients { Certificates = [recipient] });

        EtcdException none = await RefuseAsync(forBoth, null);
        EtcdException wrong = await RefuseAsync(forBoth, new SnapshotSecrets { Passphrase = "Sesame" });
        EtcdException strange = await RefuseAsync(forBoth, new SnapshotSecrets { Certificates = [stranger] });
        EtcdException useless = await RefuseAsync(forOne, new SnapshotSecrets { Passphrase = "sesame" });
        using X509Certificate2 withoutKey = X509CertificateLoader.LoadCertificate(recipient.RawData);
        EtcdException keyless = await RefuseAsync(forOne, new SnapshotSecrets { Certificates = [withoutKey] });

        string fingerprint = Convert.ToHexStringLower(SHA256.HashData(recipient.RawData));
        Assert.Equal(EtcdErrorIds.SnapshotEncrypted, none.ErrorId);
        Assert.Contains(
            $"a passphrase, or with the private key of the certificate with the SHA-256 {fingerprint}", none.Message, StringComparison.Ordinal);
        Assert.All([wrong, strange, useless, keyless], error => Assert.Equal(EtcdErrorIds.SnapshotKeyWrong, error.ErrorId));
        Assert.Contains("the passphrase is wrong", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(fingerprint, strange.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Sesame", wrong.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_EveryByteOfTheHeaderFlipped_IsNoticed()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        using X509Certificate2 curve = TestCertificates.EllipticCurve();
        byte[] file = Packing.Encrypt("content"u8.ToArray(), new SnapshotRecipients { Passphrase = "sesame", Certificates = [rsa, curve] });
        int header = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(12));
        var secrets = new SnapshotSecrets { Certificates = [rsa] };

        for (int i = ContainerFormat.Magic.Length; i < file.Length; i++)
        {
            byte[] flipped = [.. file];
            flipped[i] ^= 1;

            EtcdException error = await RefuseAsync(flipped, secrets);

            Assert.Equal(i is 8 or 9 ? EtcdErrorIds.SnapshotNotSupported : EtcdErrorIds.SnapshotInvalid, error.ErrorId);
            if (i >= header) Assert.Contains("chunk 0", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OpenAsync_HeaderChangedByOneWhoKnowsTheFormat_IsNoticed()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        byte[] file = Packing.Encrypt("content"u8.ToArray(), new SnapshotRecipients { Passphrase = "sesame", Certificates = [rsa] });
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
        byte[] file = Packing.Encrypt(plain, new SnapshotRecipients { Certificates = [rsa] });
        byte[] other = Packing.Encrypt(plain, new SnapshotRecipients { Certificates = [rsa] });
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
            .. new[] { 0, 1, SealedChunk - 1, SealedChunk, SealedChunk + 500_000, (3 * SealedChunk) - 17, (3 * SealedChunk) - 16, (3 * SealedChunk) - 1 }
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
        byte[] file = Packing.Encrypt([1, 2, 3], new SnapshotRecipients { Passphrase = "sesame" });
        int header = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(12));
        for (int length = ContainerFormat.Magic.Length; length < header; length++)
        {
            EtcdException error = await RefuseAsync(file[..length], new SnapshotSecrets { Passphrase = "sesame" });

            Assert.Contains("truncated", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Begin_RecipientThatCannotBe_IsRefused()
    {
        using X509Certificate2 weak = TestCertificates.Rsa(1024);
        using X509Certificate2 signer = TestCertificates.EllipticCurve(X509KeyUsageFlags.DigitalSignature);

        EtcdException tooWeak = Assert.ThrowsAny<EtcdException>(() => Packing.Encrypt([], new SnapshotRecipients { Certificates = [weak] }));
        EtcdException signsOnly = Assert.ThrowsAny<EtcdException>(() => Packing.Encrypt([], new SnapshotRecipients { Certificates = [signer] }));

        Assert.All([tooWeak, signsOnly], error =>
            Assert.Equal((EtcdErrorIds.CertificateInvalid, (object?)"CN=backup operator"), (error.ErrorId, error.Target)));
        Assert.Throws<ArgumentException>(() => Packing.Encrypt([], new SnapshotRecipients { Passphrase = "" }));
        Assert.Throws<ArgumentException>(() => Packing.Encrypt([], new SnapshotRecipients()));
    }

    [Fact]
    public void Encrypt_TheSameTwice_HasNothingInCommonButTheForm()
    {
        var recipients = new SnapshotRecipients { Passphrase = "sesame" };
        byte[] plain = new byte[5000];

        byte[] one = Packing.Encrypt(plain, recipients);
        byte[] two = Packing.Encrypt(plain, recipients);

        int body = ContainerFormat.FixedSize + KeySlot.PrefixSize + 4; // after the number of iterations
        Assert.Equal(one[..body], two[..body]);
        int same = one.Skip(body).Zip(two.Skip(body)).Count(pair => pair.First == pair.Second);
        Assert.InRange(same, 0, one.Length / 50); // by chance one of 256 is equal
    }

    private static byte[] Flipped(byte[] file, int place)
    {
        byte[] flipped = [.. file];
        flipped[place] ^= 0x80;
        return flipped;
    }

    private static byte[] Forge(byte[] file, Action<byte[]> change)
    {
        byte[] forged = [.. file];
        change(forged);
        int signed = BinaryPrimitives.ReadInt32BigEndian(forged.AsSpan(12)) - ContainerFormat.DigestSize - ContainerFormat.AuthenticationSize;
        SHA256.HashData(forged.AsSpan(0, signed)).CopyTo(forged, signed);
        return forged;
    }

    private async Task<byte[]> OpenAsync(byte[] file, SnapshotSecrets? secrets)
    {
        string path = _folder.File("snapshot.enc");
        await File.WriteAllBytesAsync(path, file, Stop);
        await using OpenSnapshot open = await SnapshotOpener.OpenAsync(path, secrets, null, Stop);
        Assert.True(open.Format.IsEncrypted);
        return await File.ReadAllBytesAsync(open.DatabasePath, Stop);
    }

    private Task<EtcdException> RefuseAsync(byte[] file, SnapshotSecrets? secrets) =>
        Assert.ThrowsAnyAsync<EtcdException>(() => OpenAsync(file, secrets));
}
