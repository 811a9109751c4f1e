using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace EtcdAdmin.Security.Cms;

/// <summary>
/// The owner of an EC key: KeyAgreeRecipientInfo with an ephemeral key of the sender (RFC 5753), the KDF of X9.63 and the AES key wrap.
/// </summary>
/// <param name="info">The recipients that share one ephemeral key.</param>
/// <param name="recipient">The recipient.</param>
internal sealed class EllipticCurveRecipient(KeyAgreeRecipientInfo info, RecipientEncryptedKey recipient) : CertificateRecipient(
    (Asn1Encodable)recipient.Identifier.IssuerAndSerialNumber ?? recipient.Identifier.RKeyID.SubjectKeyIdentifier)
{
    private const byte Uncompressed = 0x04;

    /// <summary>The recipients of one ephemeral key.</summary>
    public static IEnumerable<CmsRecipient> ListOf(KeyAgreeRecipientInfo info) =>
        info.RecipientEncryptedKeys.Select(found => new EllipticCurveRecipient(info, RecipientEncryptedKey.GetInstance(found)));

    /// <summary>Wraps the key.</summary>
    public static RecipientInfo For(X509Certificate2 certificate, ECDiffieHellman publicKey, byte[] key)
    {
        using var ephemeral = ECDiffieHellman.Create(publicKey.ExportParameters(includePrivateParameters: false).Curve);
        ECPoint point = ephemeral.ExportParameters(includePrivateParameters: false).Q;
        // Without parameters, as openssl writes it: the curve is the recipient's.
        var sender = new OriginatorPublicKey(
            new AlgorithmIdentifier(X9ObjectIdentifiers.IdECPublicKey), new DerBitString([Uncompressed, .. point.X!, .. point.Y!])); // it has both
        var wrap = new AlgorithmIdentifier(NistObjectIdentifiers.IdAes256Wrap);
        byte[] wrapping = AgreedKey(ephemeral, publicKey, HashAlgorithmName.SHA256, wrap, material: null, CmsFormat.KeySize);
        byte[] wrapped = Engine(forWrapping: true, wrapping).Wrap(key, 0, key.Length);
        var encrypted = new RecipientEncryptedKey(
            new KeyAgreeRecipientIdentifier(CertificateName.Of(certificate)), new DerOctetString(wrapped));
        return new RecipientInfo(new KeyAgreeRecipientInfo(
            new OriginatorIdentifierOrKey(sender), ukm: null,
            new AlgorithmIdentifier(SecObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme, wrap), new DerSequence(encrypted)));
    }

    protected override byte[]? UnwrapWith(X509Certificate2 certificate)
    {
        AlgorithmIdentifier scheme = info.KeyEncryptionAlgorithm;
        AlgorithmIdentifier wrap = AlgorithmIdentifier.GetInstance(scheme.Parameters);
        using ECDiffieHellman? own = certificate.GetECDiffieHellmanPrivateKey();
        if (own is null || info.Originator.OriginatorKey is not { } sender || CmsAlgorithms.Agreement(scheme.Algorithm) is not { } hash
            || CmsAlgorithms.WrapKeySize(wrap.Algorithm) is not { } keySize)
            return null;
        byte[] point = sender.PublicKey.GetOctets();
        if (point.Length < 3 || point[0] != Uncompressed) return null;
        int half = point.Length / 2;
        using var ephemeral = ECDiffieHellman.Create(new ECParameters
        {
            Curve = own.ExportParameters(includePrivateParameters: false).Curve,
            Q = new ECPoint { X = point[1..(1 + half)], Y = point[(1 + half)..] },
        });
        byte[] wrapping = AgreedKey(own, ephemeral, hash, wrap, info.UserKeyingMaterial, keySize);
        byte[] wrapped = recipient.EncryptedKey.GetOctets();
        return Engine(forWrapping: false, wrapping).Unwrap(wrapped, 0, wrapped.Length);
    }

    /// <summary>The key that both sides derive: X9.63 with ECC-CMS-SharedInfo (RFC 5753, 7.2).</summary>
    private static byte[] AgreedKey(
        ECDiffieHellman own, ECDiffieHellman other, HashAlgorithmName hash, AlgorithmIdentifier wrap, Asn1OctetString? material, int length)
    {
        byte[] bits = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bits, length * 8);
        var parts = new Asn1EncodableVector(wrap);
        if (material is not null) parts.Add(new DerTaggedObject(true, 0, material));
        parts.Add(new DerTaggedObject(true, 2, new DerOctetString(bits)));
        byte[] shared = new DerSequence(parts).GetDerEncoded();

        using ECDiffieHellmanPublicKey publicKey = other.PublicKey;
        var key = new List<byte>();
        for (int counter = 1; key.Count < length; counter++)
        {
            byte[] suffix = [0, 0, 0, (byte)counter, .. shared];
            key.AddRange(own.DeriveKeyFromHash(publicKey, hash, secretPrepend: null, suffix));
        }

        return [.. key.Take(length)];
    }

    private static Rfc3394WrapEngine Engine(bool forWrapping, byte[] key)
    {
        var engine = new Rfc3394WrapEngine(AesUtilities.CreateEngine());
        engine.Init(forWrapping, new KeyParameter(key));
        return engine;
    }
}
