using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace EtcdAdmin.Security.Cms;

/// <summary>The owner of an RSA key: KeyTransRecipientInfo. OAEP with SHA-256 is written; PKCS #1 v1.5 is read too.</summary>
/// <param name="info">The recipient.</param>
internal sealed class RsaRecipient(KeyTransRecipientInfo info) : CertificateRecipient(info.RecipientIdentifier.ID)
{
    /// <summary>Wraps the key.</summary>
    public static RecipientInfo For(X509Certificate2 certificate, RSA publicKey, byte[] key)
    {
        var sha256 = new AlgorithmIdentifier(NistObjectIdentifiers.IdSha256);
        var oaep = new RsaesOaepParameters(
            sha256, new AlgorithmIdentifier(PkcsObjectIdentifiers.IdMgf1, sha256), RsaesOaepParameters.DefaultPSourceAlgorithm);
        return new RecipientInfo(new KeyTransRecipientInfo(
            new RecipientIdentifier(CertificateName.Of(certificate)),
            new AlgorithmIdentifier(PkcsObjectIdentifiers.IdRsaesOaep, oaep),
            new DerOctetString(publicKey.Encrypt(key, RSAEncryptionPadding.OaepSHA256))));
    }

    protected override byte[]? UnwrapWith(X509Certificate2 certificate)
    {
        using RSA? key = certificate.GetRSAPrivateKey();
        return Padding() is { } padding ? key?.Decrypt(info.EncryptedKey.GetOctets(), padding) : null;
    }

    private RSAEncryptionPadding? Padding()
    {
        AlgorithmIdentifier algorithm = info.KeyEncryptionAlgorithm;
        if (algorithm.Algorithm.Equals(PkcsObjectIdentifiers.RsaEncryption)) return RSAEncryptionPadding.Pkcs1;
        if (!algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdRsaesOaep)) return null;
        RsaesOaepParameters oaep = algorithm.Parameters is { } parameters ? RsaesOaepParameters.GetInstance(parameters) : new RsaesOaepParameters();
        DerObjectIdentifier hash = oaep.HashAlgorithm.Algorithm;
        // .NET has one hash for both, and no label.
        bool isPlain = oaep.MaskGenAlgorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdMgf1)
            && AlgorithmIdentifier.GetInstance(oaep.MaskGenAlgorithm.Parameters).Algorithm.Equals(hash)
            && Asn1OctetString.GetInstance(oaep.PSourceAlgorithm.Parameters).GetOctetsLength() == 0;
        return isPlain && CmsAlgorithms.Hash(hash) is { } name ? RSAEncryptionPadding.CreateOaep(name) : null;
    }
}
