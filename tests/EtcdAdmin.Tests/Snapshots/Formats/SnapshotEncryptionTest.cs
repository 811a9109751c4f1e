using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Base of the tests of one encryption of snapshots: what holds for each.</summary>
/// <param name="encryption">The encryption.</param>
/// <param name="golden">"an etcd snapshot, for once in words", written once by the first version of the encryption for the passphrase
/// "correct horse battery staple".</param>
public abstract class SnapshotEncryptionTest(SnapshotEncryption encryption, string golden) : EncryptedFileTest(encryption)
{
    private const int Piece = 1 << 20; // of the content, in both encryptions

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Piece - 1)]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    [InlineData((2 * Piece) + 12_345)]
    public async Task OpenAsync_EveryRecipientAlone_GetsTheSameBytes(int length)
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        using X509Certificate2 curve = TestCertificates.EllipticCurve(X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.DigitalSignature);
        byte[] plain = RandomNumberGenerator.GetBytes(length);
        byte[] file = Encrypt(plain, new SnapshotRecipients { Passphrase = "pässword", Certificates = [rsa, curve] });

        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Passphrase = "pässword" }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Passphrase = "pässword".Normalize(NormalizationForm.FormD) }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Certificates = [rsa] }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Certificates = [curve] }));
        Assert.Equal(plain, await OpenAsync(file, new SnapshotSecrets { Passphrase = "wrong", Certificates = [curve] }));
    }

    [Fact]
    public async Task OpenAsync_FileOfTheFirstVersion_OpensForEver()
    {
        byte[] plain = await OpenAsync(Convert.FromBase64String(golden), new SnapshotSecrets { Passphrase = "correct horse battery staple" });

        Assert.Equal("an etcd snapshot, for once in words"u8.ToArray(), plain);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenAsync_WithoutTheRightSecret_SaysWhatIsNeeded(bool strangerHasCurve)
    {
        using X509Certificate2 recipient = TestCertificates.Rsa();
        using X509Certificate2 stranger = strangerHasCurve ? TestCertificates.EllipticCurve() : TestCertificates.Rsa();
        using X509Certificate2 withoutKey = X509CertificateLoader.LoadCertificate(recipient.RawData);
        byte[] forBoth = Encrypt([1, 2, 3], new SnapshotRecipients { Passphrase = "sesame", Certificates = [recipient] });
        byte[] forOne = Encrypt([1, 2, 3], new SnapshotRecipients { Certificates = [recipient] });

        EtcdException none = await RefuseAsync(forBoth, null);
        EtcdException wrong = await RefuseAsync(forBoth, new SnapshotSecrets { Passphrase = "Sesame" });
        EtcdException strange = await RefuseAsync(forBoth, new SnapshotSecrets { Certificates = [stranger] });
        EtcdException useless = await RefuseAsync(forOne, new SnapshotSecrets { Passphrase = "sesame" });
        EtcdException keyless = await RefuseAsync(forOne, new SnapshotSecrets { Certificates = [withoutKey] });

        Assert.Equal(EtcdErrorIds.SnapshotEncrypted, none.ErrorId);
        Assert.Contains(
            $"a passphrase, or with the private key of the certificate with the {NameOf(recipient)}", none.Message, StringComparison.Ordinal);
        Assert.All([wrong, strange, useless, keyless], error => Assert.Equal(EtcdErrorIds.SnapshotKeyWrong, error.ErrorId));
        Assert.Contains("the passphrase is wrong", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(NameOf(recipient), strange.Message, StringComparison.Ordinal);
        Assert.Contains("does not decrypt the file", keyless.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Sesame", wrong.ToString(), StringComparison.Ordinal);
        Assert.Empty(Unpacked());
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

    /// <summary>How messages name a certificate.</summary>
    protected abstract string NameOf(X509Certificate2 certificate);
}
