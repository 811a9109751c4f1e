using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The key of a file, wrapped for one recipient.</summary>
/// <param name="Type">The type in the header.</param>
/// <param name="Body">The body in the header.</param>
internal sealed record KeySlot(KeySlotType Type, byte[] Body)
{
    /// <summary>Length of type and length fields.</summary>
    public const int PrefixSize = 4;

    private const int WrappedSize = ContainerFormat.KeySize + ContainerFormat.TagSize;

    /// <summary>SHA-256 of the recipient's certificate; null for a passphrase.</summary>
    public string? CertificateSha256 => Type == KeySlotType.Passphrase ? null : Convert.ToHexStringLower(Body.AsSpan(0, SHA256.HashSizeInBytes));

    /// <summary>Whether the body has at least the length that its type requires.</summary>
    public bool IsWellFormed => Type switch
    {
        KeySlotType.Passphrase => Body.Length == 4 + ContainerFormat.SaltSize + WrappedSize && Iterations is > 0 and <= ContainerFormat.MaxIterations,
        KeySlotType.Rsa => Body.Length > SHA256.HashSizeInBytes,
        KeySlotType.EllipticCurve => Body.Length > SHA256.HashSizeInBytes + WrappedSize,
        _ => true, // a slot of a later version, for another recipient
    };

    private uint Iterations => BinaryPrimitives.ReadUInt32BigEndian(Body);

    private ReadOnlySpan<byte> Salt => Body.AsSpan(4, ContainerFormat.SaltSize);

    /// <summary>Wraps the key for a passphrase.</summary>
    public static KeySlot For(string passphrase, ReadOnlySpan<byte> fileKey)
    {
        byte[] body = new byte[4 + ContainerFormat.SaltSize + WrappedSize];
        BinaryPrimitives.WriteUInt32BigEndian(body, ContainerFormat.Iterations);
        RandomNumberGenerator.Fill(body.AsSpan(4, ContainerFormat.SaltSize));
        var slot = new KeySlot(KeySlotType.Passphrase, body);
        KeyWrap.Wrap(slot.KeyOf(passphrase), fileKey, body.AsSpan(^WrappedSize..));
        return slot;
    }

    /// <summary>Wraps the key for the owner of a certificate's private key.</summary>
    /// <exception cref="EtcdException">CertificateInvalid: the certificate's key has an unsupported type, is too short, or must not be used for
    /// this.</exception>
    public static KeySlot For(X509Certificate2 certificate, ReadOnlySpan<byte> fileKey)
    {
        byte[] name = SHA256.HashData(certificate.RawData);
        using RSA? rsa = RecipientCertificate.RsaKey(certificate);
        if (rsa is not null) return new KeySlot(KeySlotType.Rsa, [.. name, .. rsa.Encrypt(fileKey.ToArray(), RSAEncryptionPadding.OaepSHA256)]);

        using ECDiffieHellman recipient = RecipientCertificate.KeyAgreementKey(certificate);
        using var ephemeral = ECDiffieHellman.Create(recipient.ExportParameters(includePrivateParameters: false).Curve);
        byte[] sender = ephemeral.ExportSubjectPublicKeyInfo();
        byte[] wrapped = new byte[WrappedSize];
        KeyWrap.Wrap(AgreedKey(ephemeral, recipient, name, sender), fileKey, wrapped);
        return new KeySlot(KeySlotType.EllipticCurve, [.. name, .. wrapped, .. sender]);
    }

    /// <summary>Unwraps the file key; null if the passphrase is wrong. Slow by design.</summary>
    public byte[]? Unwrap(string passphrase) => KeyWrap.TryUnwrap(KeyOf(passphrase), Body.AsSpan(^WrappedSize..));

    /// <summary>Unwraps the file key; null if the private key is wrong or the slot was changed.</summary>
    public byte[]? Unwrap(X509Certificate2 certificate)
    {
        try
        {
            return Type == KeySlotType.Rsa ? UnwrapRsa(certificate) : UnwrapEllipticCurve(certificate);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null; // another curve, a point outside the curve, or a wrong padding
        }
    }

    private byte[]? UnwrapRsa(X509Certificate2 certificate)
    {
        using RSA? key = certificate.GetRSAPrivateKey();
        byte[]? fileKey = key?.Decrypt(Body[SHA256.HashSizeInBytes..], RSAEncryptionPadding.OaepSHA256);
        return fileKey?.Length == ContainerFormat.KeySize ? fileKey : null;
    }

    private byte[]? UnwrapEllipticCurve(X509Certificate2 certificate)
    {
        using ECDiffieHellman? key = certificate.GetECDiffieHellmanPrivateKey();
        if (key is null) return null;
        byte[] sender = Body[(SHA256.HashSizeInBytes + WrappedSize)..];
        using var ephemeral = ECDiffieHellman.Create();
        ephemeral.ImportSubjectPublicKeyInfo(sender, out _);
        byte[] agreed = AgreedKey(key, ephemeral, Body.AsSpan(0, SHA256.HashSizeInBytes), sender);
        return KeyWrap.TryUnwrap(agreed, Body.AsSpan(SHA256.HashSizeInBytes, WrappedSize));
    }

    private static byte[] AgreedKey(ECDiffieHellman own, ECDiffieHellman other, ReadOnlySpan<byte> name, ReadOnlySpan<byte> sender)
    {
        using ECDiffieHellmanPublicKey publicKey = other.PublicKey;
        byte[] secret = own.DeriveRawSecretAgreement(publicKey);
        return ContainerFormat.Derive(secret, salt: default, [.. "EtcdAdmin snapshot recipient 1"u8, .. name, .. sender]);
    }

    // Normalized, so that the same characters give the same key on every keyboard and system.
    private byte[] KeyOf(string passphrase) => Rfc2898DeriveBytes.Pbkdf2(
        passphrase.Normalize(System.Text.NormalizationForm.FormC), Salt, (int)Iterations, HashAlgorithmName.SHA512, ContainerFormat.KeySize);
}

/// <summary>The recipient type of a slot.</summary>
internal enum KeySlotType : ushort
{
    /// <summary>Iterations 4, salt 32, wrapped key 48.</summary>
    Passphrase = 1,

    /// <summary>SHA-256 of the certificate 32, key encrypted with RSA-OAEP-SHA-256.</summary>
    Rsa = 2,

    /// <summary>SHA-256 of the certificate 32, wrapped key 48, the sender's public key as SubjectPublicKeyInfo.</summary>
    EllipticCurve = 3,
}
