using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security.Cms;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Snapshots as CMS messages: who can open them, and that nothing is left of one that was changed.</summary>
public sealed class CmsSnapshotTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(CmsFormat.PartSize - 1)]
    [InlineData(CmsFormat.PartSize)]
    [InlineData(2 * CmsFormat.PartSize + 12_345)]
    public async Task OpenAsync_EveryRecipientAlone_GetsTheSameBytes(int length)
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        using X509Certificate2 curve = TestCertificates.EllipticCurve();
        byte[] plain = RandomNumberGenerator.GetBytes(length);
        byte[] file = Encrypt(plain, new SnapshotRecipients { Passphrase = "pässword", Certificates = [rsa, curve] });

        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Passphrase = "pässword" }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Passphrase = "pässword".Normalize(System.Text.NormalizationForm.FormD) }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Certificates = [rsa] }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Certificates = [curve] }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Passphrase = "wrong", Certificates = [curve] }));
    }

    [Fact]
    public async Task OpenAsync_FileOfTheFirstVersion_OpensForEver()
    {
        // Written once by the first version of this code; every later version must open it.
        const string Golden =
            """
            MIAGCyqGSIb3DQEJEAEXoIAwgAIBADGBraOBqgIBAKBFBgkqhkiG9w0BBQwwOAQgcA9pP9gQ8o1/+QQ/ccrYgyi+9izRpNJ3IoAd
            jGfmDOkCAwknwAIBIDAMBggqhkiG9w0CCwUAMCwGCyqGSIb3DQEJEAMJMB0GCWCGSAFlAwQBKgQQn3MVlNZPYAL63cRv562hvgQw
            zEGuUaQAAFlAihTgyQE9TzukU6lPz94OmCPrt3YIDMC6m/iCJkSXvNBGgJI6GIhmMIAGCSqGSIb3DQEHATAeBglghkgBZQMEAS4w
            EQQMWpPUDFI+Kz4GE3feAgEQoIAEgwAAI+NoiAVWE1VrUF6HI/bK1L4kAgYLnFxg1vEdnR0rBt29upXUAAAAAAQQnQMvRxSrKhjP
            3rICcgof9AAAAAAAAA==
            """;

        byte[] plain = await OpenAsync(Convert.FromBase64String(Golden), new SnapshotSecrets { Passphrase = "correct horse battery staple" });

        Assert.Equal("an etcd snapshot, for once in words"u8.ToArray(), plain);
    }

    [Fact]
    public async Task OpenAsync_WithoutTheRightSecret_SaysWhatIsNeeded()
    {
        using X509Certificate2 recipient = TestCertificates.Rsa();
        using X509Certificate2 stranger = TestCertificates.EllipticCurve();
        byte[] forBoth = Encrypt([1, 2, 3], new SnapshotRecipients { Passphrase = "sesame", Certificates = [recipient] });
        byte[] forOne = Encrypt([1, 2, 3], new SnapshotRecipients { Certificates = [recipient] });

        EtcdException none = await RefuseAsync(forBoth, null);
        EtcdException wrong = await RefuseAsync(forBoth, new SnapshotSecrets { Passphrase = "Sesame" });
        EtcdException strange = await RefuseAsync(forBoth, new SnapshotSecrets { Certificates = [stranger] });
        EtcdException useless = await RefuseAsync(forOne, new SnapshotSecrets { Passphrase = "sesame" });
        using X509Certificate2 withoutKey = X509CertificateLoader.LoadCertificate(recipient.RawData);
        EtcdException keyless = await RefuseAsync(forOne, new SnapshotSecrets { Certificates = [withoutKey] });

        string needed = $"serial number {recipient.SerialNumber.TrimStart('0').ToLowerInvariant()} issued by CN=backup operator";
        Assert.Equal(EtcdErrorIds.SnapshotEncrypted, none.ErrorId);
        Assert.Contains("a passphrase", none.Message, StringComparison.Ordinal);
        Assert.Contains("or with the private key of the certificate with the serial number", none.Message, StringComparison.Ordinal);
        Assert.Contains("issued by CN=backup operator", none.Message, StringComparison.Ordinal);
        Assert.All([wrong, strange, useless, keyless], error => Assert.Equal(EtcdErrorIds.SnapshotKeyWrong, error.ErrorId));
        Assert.Contains("the passphrase is wrong", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(needed, strange.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("does not decrypt the file", keyless.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Sesame", wrong.ToString(), StringComparison.Ordinal);
        Assert.Empty(Unpacked());
    }

    [Fact]
    public async Task OpenAsync_EveryByteFlipped_IsNoticedOrChangesNothing()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        using X509Certificate2 curve = TestCertificates.EllipticCurve();
        byte[] plain = "content"u8.ToArray();
        byte[] file = Encrypt(plain, new SnapshotRecipients { Certificates = [rsa, curve] });
        int unnoticed = 0;

        for (int i = 0; i < file.Length; i++)
        {
            byte[] flipped = [.. file];
            flipped[i] ^= 1;
            if (!CmsFormat.IsMessage(flipped)) continue; // no CMS message, so not encrypted for anybody

            try
            {
                // The wrapped key of another recipient is not authenticated: it is of no use to this one.
                Assert.Equal(plain, await OpenAsync(flipped, new SnapshotSecrets { Certificates = [rsa] }));
                unnoticed++;
            }
            catch (EtcdException error)
            {
                Assert.Contains(
                    error.ErrorId, (string[])[EtcdErrorIds.SnapshotInvalid, EtcdErrorIds.SnapshotNotSupported, EtcdErrorIds.SnapshotKeyWrong]);
            }
        }

        Assert.InRange(unnoticed, 1, 300); // the recipient for the curve has some 250 bytes
        Assert.Empty(Unpacked());
    }

    [Fact]
    public async Task OpenAsync_CutOffAnywhereOrExtended_SaysSo()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        byte[] file = Encrypt(new byte[1000], new SnapshotRecipients { Certificates = [rsa] });
        var secrets = new SnapshotSecrets { Certificates = [rsa] };
        for (int length = 20; length < file.Length; length++)
        {
            EtcdException error = await RefuseAsync(file[..length], secrets);

            Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
            Assert.Contains("truncated", error.Message, StringComparison.Ordinal);
        }

        EtcdException extended = await RefuseAsync([.. file, 0], secrets);
        Assert.Contains("appended", extended.Message, StringComparison.Ordinal);
        Assert.Empty(Unpacked());
    }

    [Theory]
    [InlineData(SnapshotCompression.Gzip)]
    [InlineData(SnapshotCompression.Zip)]
    [InlineData(SnapshotCompression.TarGz)]
    public async Task OpenAsync_PackedAndChanged_IsCalledChangedWhateverTheUnpackersSay(SnapshotCompression compression)
    {
        byte[] content = RandomNumberGenerator.GetBytes(200_000);
        byte[] packed = compression switch
        {
            SnapshotCompression.Gzip => Packing.Gzip(content),
            SnapshotCompression.Zip => Packing.Zip(("db", content)),
            _ => Packing.Gzip(Packing.Tar(("db", content))),
        };
        using X509Certificate2 rsa = TestCertificates.Rsa();
        byte[] file = Encrypt(packed, new SnapshotRecipients { Certificates = [rsa] });
        foreach (int place in new[] { 600, 5_000, file.Length / 2, file.Length - 100 })
        {
            byte[] changed = [.. file];
            changed[place] ^= 1;

            EtcdException error = await RefuseAsync(changed, new SnapshotSecrets { Certificates = [rsa] });

            Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
            Assert.Contains("the tag that authenticates its content does not match", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Unpacked());
    }

    [Fact]
    public async Task OpenAsync_HeaderThatClaimsAGigabyte_TakesNoMemoryForIt()
    {
        // ContentInfo, AuthEnvelopedData and RecipientInfos with a length of 1 GB each, and then nothing but zeros.
        byte[] start =
        [
            0x30, 0x80, 0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17, 0xA0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x00,
            0x31, 0x84, 0x40, 0x00, 0x00, 0x00,
        ];
        long before = GC.GetTotalAllocatedBytes(precise: true);

        EtcdException error = await RefuseAsync([.. start, .. new byte[2_000_000]], new SnapshotSecrets { Passphrase = "sesame" });

        Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 100_000_000);
    }

    [Fact]
    public async Task OpenAsync_HeaderWithoutEnd_IsRefusedEarly()
    {
        // Recipients of indefinite length, which never end.
        byte[] start =
        [
            0x30, 0x80, 0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17, 0xA0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x00,
            0x31, 0x80,
        ];
        byte[] recipients = [.. Enumerable.Repeat((byte[])[0x05, 0x00], 1_000_000).SelectMany(nothing => nothing)];

        EtcdException error = await RefuseAsync([.. start, .. recipients], new SnapshotSecrets { Passphrase = "sesame" });

        Assert.Contains("its header is too long", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encrypt_RecipientThatCannotBe_IsRefused()
    {
        using X509Certificate2 weak = TestCertificates.Rsa(1024);
        using X509Certificate2 signer = TestCertificates.EllipticCurve(X509KeyUsageFlags.DigitalSignature);

        EtcdException tooWeak = Assert.ThrowsAny<EtcdException>(() => Encrypt([], new SnapshotRecipients { Certificates = [weak] }));
        EtcdException signsOnly = Assert.ThrowsAny<EtcdException>(() => Encrypt([], new SnapshotRecipients { Certificates = [signer] }));

        Assert.All([tooWeak, signsOnly], error =>
            Assert.Equal((EtcdErrorIds.CertificateInvalid, (object?)"CN=backup operator"), (error.ErrorId, error.Target)));
        Assert.Throws<ArgumentException>(() => Encrypt([], new SnapshotRecipients { Passphrase = "" }));
        Assert.Throws<ArgumentException>(() => Encrypt([], new SnapshotRecipients()));
    }

    [Theory]
    [InlineData(1_000, null, SnapshotEncryption.Cms)]
    [InlineData(1_500_000_000, null, SnapshotEncryption.Cms)]
    [InlineData(1_500_000_001, null, SnapshotEncryption.Container)]
    [InlineData(8_000_000_000, SnapshotEncryption.Cms, SnapshotEncryption.Cms)]
    [InlineData(1_000, SnapshotEncryption.Container, SnapshotEncryption.Container)]
    public void FormatFor_SizeAndChoice_DecideHowItIsEncrypted(long size, SnapshotEncryption? chosen, SnapshotEncryption expected)
    {
        var request = new SaveSnapshotRequest { Destination = "x", Recipients = new() { Passphrase = "sesame" }, Encryption = chosen };

        Assert.Equal(expected, request.FormatFor(size).Encryption);
        Assert.Equal(SnapshotEncryption.None, (request with { Recipients = null }).FormatFor(size).Encryption);
    }

    [Theory]
    [InlineData(2_000_000_000, null, "only EtcdAdmin opens")]
    [InlineData(2_000_000_000, SnapshotEncryption.Cms, "openssl may not")]
    [InlineData(2_000_000_000, SnapshotEncryption.Container, null)]
    [InlineData(1_000, null, null)]
    [InlineData(1_000, SnapshotEncryption.Cms, null)]
    public void OpensslProblem_FileThatOpensslCannotOpen_IsReportedUnlessItWasChosen(long size, SnapshotEncryption? chosen, string? expected)
    {
        var request = new SaveSnapshotRequest { Destination = "x", Recipients = new() { Passphrase = "sesame" }, Encryption = chosen };
        var snapshot = new EtcdSnapshot(SnapshotSample.Info with { Size = size, DatabaseSize = size }, DateTimeOffset.UnixEpoch)
        {
            Format = request.FormatFor(size),
        };

        string? problem = SnapshotSaver.OpensslProblem(snapshot, request);

        if (expected is null) Assert.Null(problem);
        else Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    private static byte[] Encrypt(byte[] plain, SnapshotRecipients recipients) => Packing.Encrypt(plain, recipients, SnapshotEncryption.Cms);

    private string[] Unpacked() => Directory.Exists(_folder.File("unpacked"))
        ? Directory.GetFiles(_folder.File("unpacked"), "*", SearchOption.AllDirectories)
        : [];

    private async Task<byte[]> OpenAsync(byte[] file, SnapshotSecrets? secrets)
    {
        string path = _folder.File("snapshot.enc");
        await File.WriteAllBytesAsync(path, file, Stop);
        var limits = new UnpackLimits { Folder = Directory.CreateDirectory(_folder.File("unpacked")).FullName };
        await using OpenSnapshot open = await SnapshotOpener.OpenAsync(path, secrets, limits, null, Stop);
        Assert.Equal(SnapshotEncryption.Cms, open.Format.Encryption);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(open.DatabasePath));
        return await File.ReadAllBytesAsync(open.DatabasePath, Stop);
    }

    private Task<EtcdException> RefuseAsync(byte[] file, SnapshotSecrets? secrets) =>
        Assert.ThrowsAnyAsync<EtcdException>(() => OpenAsync(file, secrets));
}
