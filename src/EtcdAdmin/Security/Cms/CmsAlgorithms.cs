using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Oiw;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;

namespace EtcdAdmin.Security.Cms;

/// <summary>The algorithms by their object identifiers; null for one that is not supported.</summary>
internal static class CmsAlgorithms
{
    /// <summary>A hash.</summary>
    public static HashAlgorithmName? Hash(DerObjectIdentifier algorithm) => Find(
        algorithm, OiwObjectIdentifiers.IdSha1, NistObjectIdentifiers.IdSha256, NistObjectIdentifiers.IdSha384, NistObjectIdentifiers.IdSha512);

    /// <summary>The hash of an HMAC.</summary>
    public static HashAlgorithmName? Hmac(DerObjectIdentifier algorithm) => Find(
        algorithm, PkcsObjectIdentifiers.IdHmacWithSha1, PkcsObjectIdentifiers.IdHmacWithSha256, PkcsObjectIdentifiers.IdHmacWithSha384,
        PkcsObjectIdentifiers.IdHmacWithSha512);

    /// <summary>The hash of a key agreement.</summary>
    public static HashAlgorithmName? Agreement(DerObjectIdentifier algorithm) => Find(
        algorithm, X9ObjectIdentifiers.DHSinglePassStdDHSha1KdfScheme, SecObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme,
        SecObjectIdentifiers.dhSinglePass_stdDH_sha384kdf_scheme, SecObjectIdentifiers.dhSinglePass_stdDH_sha512kdf_scheme);

    /// <summary>Bytes of the key of an AES key wrap.</summary>
    public static int? WrapKeySize(DerObjectIdentifier algorithm) => KeySize(
        algorithm, NistObjectIdentifiers.IdAes128Wrap, NistObjectIdentifiers.IdAes192Wrap, NistObjectIdentifiers.IdAes256Wrap);

    /// <summary>Bytes of the key of AES-CBC.</summary>
    public static int? CbcKeySize(DerObjectIdentifier algorithm) => KeySize(
        algorithm, NistObjectIdentifiers.IdAes128Cbc, NistObjectIdentifiers.IdAes192Cbc, NistObjectIdentifiers.IdAes256Cbc);

    /// <summary>Bytes of the key of AES-GCM.</summary>
    public static int? GcmKeySize(DerObjectIdentifier algorithm) => KeySize(
        algorithm, NistObjectIdentifiers.IdAes128Gcm, NistObjectIdentifiers.IdAes192Gcm, NistObjectIdentifiers.IdAes256Gcm);

    private static HashAlgorithmName? Find(
        DerObjectIdentifier wanted, DerObjectIdentifier sha1, DerObjectIdentifier sha256, DerObjectIdentifier sha384, DerObjectIdentifier sha512) =>
        wanted switch
        {
            _ when wanted.Equals(sha1) => HashAlgorithmName.SHA1,
            _ when wanted.Equals(sha256) => HashAlgorithmName.SHA256,
            _ when wanted.Equals(sha384) => HashAlgorithmName.SHA384,
            _ when wanted.Equals(sha512) => HashAlgorithmName.SHA512,
            _ => null,
        };

    private static int? KeySize(
        DerObjectIdentifier wanted, DerObjectIdentifier aes128, DerObjectIdentifier aes192, DerObjectIdentifier aes256) => wanted switch
        {
            _ when wanted.Equals(aes128) => 16,
            _ when wanted.Equals(aes192) => 24,
            _ when wanted.Equals(aes256) => 32,
            _ => null,
        };
}
