using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security.Cms;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>openssl opens the CMS files of EtcdAdmin, and EtcdAdmin opens those of openssl.</summary>
public sealed class OpensslTests : EncryptedFileTest
{
    private readonly Openssl _openssl;

    public OpensslTests()
        : base(SnapshotEncryption.Cms) => _openssl = new Openssl(Folder);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(CmsFormat.PartSize)]
    [InlineData(CmsFormat.PartSize + 1)]
    [InlineData(3 * CmsFormat.PartSize + 70_000)]
    public async Task Decrypt_EveryRecipientAlone_GetsTheSameBytes(int length)
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        using X509Certificate2 curve = TestCertificates.EllipticCurve(X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.DigitalSignature);
        byte[] plain = RandomNumberGenerator.GetBytes(length);

        byte[] message = Encrypt(plain, new SnapshotRecipients { Passphrase = "pässword", Certificates = [rsa, curve] });

        Assert.Equal(plain, Opened(await _openssl.DecryptAsync(message, rsa)));
        Assert.Equal(plain, Opened(await _openssl.DecryptAsync(message, curve)));
        Assert.Equal(plain, Opened(await _openssl.DecryptAsync(message, "pässword")));
    }

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    [InlineData("brainpoolP256r1")]
    public async Task Decrypt_EveryCurve_IsOpened(string name)
    {
        using X509Certificate2 curve = TestCertificates.OnCurve(ECCurve.CreateFromFriendlyName(name));
        byte[] plain = RandomNumberGenerator.GetBytes(1000);

        byte[] message = Encrypt(plain, new SnapshotRecipients { Certificates = [curve] });

        Assert.Equal(plain, Opened(await _openssl.DecryptAsync(message, curve)));
        Assert.Equal(plain, await OpenAsync(message, new SnapshotSecrets { Certificates = [curve] }));
        foreach (string[] options in (string[][])[["-aes-256-gcm"], ["-aes-128-gcm"], ["-aes-256-gcm", "-keyid"]])
            Assert.Equal(plain, await OpenAsync(await _openssl.EncryptAsync(plain, curve, options), new SnapshotSecrets { Certificates = [curve] }));
    }

    [Fact]
    public async Task Decrypt_ChangedAnywhereInTheContentOrTheTag_ExitsWith4AsWeRefuse()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        byte[] plain = RandomNumberGenerator.GetBytes(2 * CmsFormat.PartSize);
        byte[] message = Encrypt(plain, new SnapshotRecipients { Certificates = [rsa] });
        Assert.Equal(plain, Opened(await _openssl.DecryptAsync(message, rsa)));
        foreach (int place in new[] { message.Length - 8, message.Length / 2, 2000 })
        {
            byte[] changed = Flipped(message, place);

            (int exitCode, byte[] written) = await _openssl.DecryptAsync(changed, rsa);
            EtcdException error = await RefuseAsync(changed, new SnapshotSecrets { Certificates = [rsa] });

            Assert.Equal(Openssl.CannotDecrypt, exitCode);
            Assert.Empty(written);
            Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
            Assert.Contains("was changed", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Decrypt_WrongPassphraseOrWrongKey_ExitsWith4()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        using X509Certificate2 stranger = TestCertificates.Rsa();
        byte[] message = Encrypt("content"u8.ToArray(), new SnapshotRecipients { Passphrase = "sesame", Certificates = [rsa] });

        Assert.Equal(Openssl.CannotDecrypt, (await _openssl.DecryptAsync(message, "Sesame")).ExitCode);
        Assert.Equal(Openssl.CannotDecrypt, (await _openssl.DecryptAsync(message, stranger)).ExitCode);
    }

    [Theory]
    [InlineData("-aes-256-gcm")]
    [InlineData("-aes-192-gcm")]
    [InlineData("-aes-128-gcm")]
    [InlineData("-aes-256-gcm", "-stream")]
    [InlineData("-aes-256-gcm", "-keyid")]
    [InlineData("-aes-256-gcm", "-keyopt", "rsa_padding_mode:oaep")]
    [InlineData("-aes-256-gcm", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256")]
    [InlineData("-aes-256-gcm", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha512", "-keyopt", "rsa_mgf1_md:sha512")]
    public async Task Encrypt_EveryWayOfOpenssl_IsOpened(params string[] options)
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();
        byte[] plain = RandomNumberGenerator.GetBytes(1_500_000);

        byte[] message = await _openssl.EncryptAsync(plain, rsa, options);

        Assert.Equal(plain, await OpenAsync(message, new SnapshotSecrets { Certificates = [rsa] }));
        message[^(options.Contains("-stream") ? 30 : 1)] ^= 1;
        EtcdException error = await RefuseAsync(message, new SnapshotSecrets { Certificates = [rsa] });
        Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
    }

    [Fact]
    public async Task Encrypt_WithoutAuthentication_IsRefused()
    {
        using X509Certificate2 rsa = TestCertificates.Rsa();

        EtcdException error = await RefuseAsync(
            await _openssl.EncryptAsync([1, 2, 3], rsa, "-aes-256-cbc"), new SnapshotSecrets { Certificates = [rsa] });

        Assert.Equal(EtcdErrorIds.SnapshotNotSupported, error.ErrorId);
        Assert.Contains("openssl cms -decrypt", error.NextStep, StringComparison.Ordinal);
    }

    private static byte[] Opened((int ExitCode, byte[] Plain) result)
    {
        Assert.Equal(0, result.ExitCode);
        return result.Plain;
    }
}
