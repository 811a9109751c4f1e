using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security.Cms;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Snapshots as CMS messages: every change is detected, and nothing of a changed file is left behind.</summary>
public sealed class CmsSnapshotTests() : SnapshotEncryptionTest(SnapshotEncryption.Cms, Golden)
{
    private const string Golden =
        """
        MIAGCyqGSIb3DQEJEAEXoIAwgAIBADGBraOBqgIBAKBFBgkqhkiG9w0BBQwwOAQgcA9pP9gQ8o1/+QQ/ccrYgyi+9izRpNJ3IoAd
        jGfmDOkCAwknwAIBIDAMBggqhkiG9w0CCwUAMCwGCyqGSIb3DQEJEAMJMB0GCWCGSAFlAwQBKgQQn3MVlNZPYAL63cRv562hvgQw
        zEGuUaQAAFlAihTgyQE9TzukU6lPz94OmCPrt3YIDMC6m/iCJkSXvNBGgJI6GIhmMIAGCSqGSIb3DQEHATAeBglghkgBZQMEAS4w
        EQQMWpPUDFI+Kz4GE3feAgEQoIAEgwAAI+NoiAVWE1VrUF6HI/bK1L4kAgYLnFxg1vEdnR0rBt29upXUAAAAAAQQnQMvRxSrKhjP
        3rICcgof9AAAAAAAAA==
        """;

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
            byte[] flipped = Flipped(file, i);
            if (!CmsFormat.IsMessage(flipped)) continue; // not a CMS message any more

            try
            {
                // The key that is wrapped for another recipient is not authenticated, and this recipient does not use it.
                Assert.Equal(plain, await OpenAsync(flipped, new SnapshotSecrets { Certificates = [rsa] }));
                unnoticed++;
            }
            catch (EtcdException error)
            {
                Assert.Contains(
                    error.ErrorId, (string[])[EtcdErrorIds.SnapshotInvalid, EtcdErrorIds.SnapshotNotSupported, EtcdErrorIds.SnapshotKeyWrong]);
            }
        }

        Assert.InRange(unnoticed, 1, 300); // the recipient with the curve has about 250 bytes
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
            EtcdException error = await RefuseAsync(Flipped(file, place), new SnapshotSecrets { Certificates = [rsa] });

            Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
            Assert.Contains("the tag that authenticates its content does not match", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Unpacked());
    }

    [Fact]
    public async Task OpenAsync_HeaderThatClaimsAGigabyte_TakesNoMemoryForIt()
    {
        // ContentInfo, AuthEnvelopedData and RecipientInfos with a length of 1 GB each, then only zeros.
        byte[] start =
        [
            0x30, 0x80, 0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17, 0xA0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x00,
            0x31, 0x84, 0x40, 0x00, 0x00, 0x00,
        ];
        long before = GC.GetTotalAllocatedBytes(precise: true);

        EtcdException error = await RefuseAsync([.. start, .. new byte[2_000_000]], new SnapshotSecrets { Passphrase = "sesame" });

        Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 900_000_000); // other tests run meanwhile
    }

    [Fact]
    public async Task OpenAsync_HeaderWithoutEnd_IsRefusedEarly()
    {
        // Recipients of indefinite length without an end.
        byte[] start =
        [
            0x30, 0x80, 0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17, 0xA0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x00,
            0x31, 0x80,
        ];
        byte[] recipients = [.. Enumerable.Repeat((byte[])[0x05, 0x00], 1_000_000).SelectMany(nothing => nothing)];

        EtcdException error = await RefuseAsync([.. start, .. recipients], new SnapshotSecrets { Passphrase = "sesame" });

        Assert.Contains("its header is too long", error.Message, StringComparison.Ordinal);
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

    protected override string NameOf(X509Certificate2 certificate) =>
        $"serial number {Convert.ToHexStringLower(certificate.SerialNumberBytes.Span.TrimStart((byte)0))} issued by CN=backup operator";
}
