using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The key of a file, wrapped for one who may open it.</summary>
/// <param name="Type">As the header has it.</param>
/// <param name="Body">As the header has it.</param>
internal sealed record KeySlot(KeySlotType Type, byte[] Body)
{
    /// <summary>Type and length.</summary>
    public const int PrefixSize = 4;

    private const int WrappedSize = ContainerFormat.KeySize + ContainerFormat.TagSize;

    /// <summary>For whom it is; null for a passphrase.</summary>
    public string? CertificateSha256 => Type == KeySlotType.Passphrase ? null : Convert.ToHexStringLower(Body.AsSpan(0, SHA256.HashSizeInBytes));

    /// <summary>Whether the body is as long as its type asks for at least.</summary>
    public bool IsWellFormed => Type switch
    {
        KeySlotType.Passphrase => Body.Length == 4 + ContainerFormat.SaltSize + WrappedSize && Iterations is > 0 and <= ContainerFormat.MaxIterations,
        KeySlotType.Rsa => Body.Length > SHA256.HashSizeInBytes,
        KeySlotType.EllipticCurve => Body.Length > SHA256.HashSizeInBytes + WrappedSize,
        _ => true, // of a later version; somebody else's
    };

    private uint Iterations => BinaryPrimitives.ReadUInt32BigEndian(Body);

    private ReadOnlySpan<byte> Salt => Body.AsSpan(4, ContainerFormat.SaltSize);

    /// <summary>Wraps it for a passphrase.</summary>
    public static KeySlot For(string passphrase, ReadOnlySpan<byte> fileKey)
    {
        byte[] body = new byte[4 + ContainerFormat.SaltSize + WrappedSize];
        BinaryPrimitives.WriteUInt32BigEndian(body, ContainerFormat.Iterations);
        RandomNumberGenerator.Fill(body.AsSpan(4, ContainerFormat.SaltSize));
        var slot = new KeySlot(KeySlotType.Passphrase, body);
        KeyWrap.Wrap(slot.KeyOf(passphrase), fileKey, body.AsSpan(^WrappedSize..));
        return slot;
    }

    /// <summary>Wraps it for whoever has the private key of a certificate.</summary>
    /// <exception cref="EtcdException">CertificateInvalid: its key is of another kind, too short, or not meant for this.</exception>
    public static KeySlot For(X509Certificate2 certificate, ReadOnlySpan<byte> fileKey)
    {
        byte[] name = SHA256.HashData(certificate.RawData);
        if (certificate.GetRSAPublicKey() is { } rsa)
        {
            using (rsa)
            {
                const int SafeKeySize = 2048;
                if (rsa.KeySize < SafeKeySize) throw RecipientCertificate.Refuse(certificate, $"its RSA key has {rsa.KeySize} bits; at least {SafeKeySize} are asked for");
                return new KeySlot(KeySlotType.Rsa, [.. name, .. rsa.Encrypt(fileKey.ToArray(), RSAEncryptionPadding.OaepSHA256)]);
            }
        }

        using ECDiffieHellman recipient = RecipientCertificate.KeyAgreementKey(certificate);
        using var ephemeral = ECDiffieHellman.Create(recipient.ExportParameters(includePrivateParameters: false).Curve);
        byte[] sender = ephemeral.ExportSubjectPublicKeyInfo();
        byte[] wrapped = new byte[WrappedSize];
        KeyWrap.Wrap(AgreedKey(ephemeral, recipient, name, sender), fileKey, wrapped);
        return new KeySlot(KeySlotType.EllipticCurve, [.. name, .. wrapped, .. sender]);
    }

    /// <summary>The file's key; null where this is not the passphrase. Takes its time.</summary>
    public byte[]? Unwrap(string passphrase) => KeyWrap.TryUnwrap(KeyOf(passphrase), Body.AsSpan(^WrappedSize..));

    /// <summary>The file's key; null where this is not the private key, or the slot was tampered with.</summary>
    public byte[]? Unwrap(X509Certificate2 certificate)
    {
        try
        {
            return Type == KeySlotType.Rsa ? UnwrapRsa(certificate) : UnwrapEllipticCurve(certificate);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null; // a foreign curve, a point that is not on it, a padding that is not right
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

    // The same characters give the same key whatever keyboard or system composed them.
    private byte[] KeyOf(string passphrase) => Rfc2898DeriveBytes.Pbkdf2(
        passphrase.Normalize(System.Text.NormalizationForm.FormC), Salt, (int)Iterations, HashAlgorithmName.SHA512, ContainerFormat.KeySize);
}

/// <summary>Whom a slot is for.</summary>
internal enum KeySlotType : ushort
{
    /// <summary>Iterations 4, salt 32, wrapped key 48.</summary>
    Passphrase = 1,

    /// <summary>SHA-256 of the certificate 32, key encrypted with RSA-OAEP-SHA-256.</summary>
    Rsa = 2,

    /// <summary>SHA-256 of the certificate 32, wrapped key 48, the sender's public key as SubjectPublicKeyInfo.</summary>
    EllipticCurve = 3,
}
