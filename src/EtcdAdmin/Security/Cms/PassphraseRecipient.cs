using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace EtcdAdmin.Security.Cms;

/// <summary>A passphrase: PasswordRecipientInfo with PBKDF2 (RFC 8018) and the key wrap of RFC 3211.</summary>
internal sealed class PassphraseRecipient : CmsRecipient
{
    private const int BlockSize = 16; // of AES

    private readonly PasswordRecipientInfo _info;
    private readonly Pbkdf2Params? _derivation;

    /// <exception cref="ArgumentException">The parameters are damaged.</exception>
    public PassphraseRecipient(PasswordRecipientInfo info)
    {
        _info = info;
        if (info.KeyDerivationAlgorithm is not { } derivation || !derivation.Algorithm.Equals(PkcsObjectIdentifiers.IdPbkdf2)) return;
        _derivation = Pbkdf2Params.GetInstance(derivation.Parameters);
        if (_derivation.IterationCount is var rounds && (rounds.SignValue < 1 || rounds.BitLength > 31))
            throw new ArgumentException("The number of iterations is not valid.", nameof(info));
    }

    public override string? OpenedBy => _derivation is null ? null : "a passphrase";

    public override bool IsForPassphrase => _derivation is not null;

    public override int Iterations => _derivation?.IterationCount.IntValue ?? 0;

    /// <summary>Wraps the key.</summary>
    public static RecipientInfo For(string passphrase, byte[] key)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(CmsFormat.SaltSize);
        byte[] iv = RandomNumberGenerator.GetBytes(BlockSize);
        byte[] wrapping = Derive(passphrase, salt, CmsFormat.Iterations, HashAlgorithmName.SHA512, CmsFormat.KeySize);
        var hmac = new AlgorithmIdentifier(PkcsObjectIdentifiers.IdHmacWithSha512, DerNull.Instance);
        var derivation = new AlgorithmIdentifier(
            PkcsObjectIdentifiers.IdPbkdf2, new Pbkdf2Params(salt, CmsFormat.Iterations, CmsFormat.KeySize, hmac));
        var wrap = new AlgorithmIdentifier(
            PkcsObjectIdentifiers.IdAlgPwriKek, new AlgorithmIdentifier(NistObjectIdentifiers.IdAes256Cbc, new DerOctetString(iv)));
        byte[] wrapped = Engine(forWrapping: true, wrapping, iv).Wrap(key, 0, key.Length);
        return new RecipientInfo(new PasswordRecipientInfo(derivation, wrap, new DerOctetString(wrapped)));
    }

    public override byte[]? Unwrap(string passphrase) => NullIfRefused(() =>
    {
        AlgorithmIdentifier wrap = _info.KeyEncryptionAlgorithm;
        if (_derivation is null || !wrap.Algorithm.Equals(PkcsObjectIdentifiers.IdAlgPwriKek)) return null;
        AlgorithmIdentifier cipher = AlgorithmIdentifier.GetInstance(wrap.Parameters);
        byte[] iv = Asn1OctetString.GetInstance(cipher.Parameters).GetOctets();
        byte[] wrapped = _info.EncryptedKey.GetOctets();
        if (CmsAlgorithms.CbcKeySize(cipher.Algorithm) is not { } keySize || CmsAlgorithms.Hmac(_derivation.Prf.Algorithm) is not { } hash
            || iv.Length != BlockSize || wrapped.Length % BlockSize != 0)
            return null;
        byte[] wrapping = Derive(passphrase, _derivation.GetSalt(), Iterations, hash, keySize);
        return Engine(forWrapping: false, wrapping, iv).Unwrap(wrapped, 0, wrapped.Length);
    });

    // Normalized, so that the same characters give the same key on every keyboard and system.
    private static byte[] Derive(string passphrase, byte[] salt, int iterations, HashAlgorithmName hash, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase.Normalize(NormalizationForm.FormC)), salt, iterations, hash, length);

    private static Rfc3211WrapEngine Engine(bool forWrapping, byte[] key, byte[] iv)
    {
        var engine = new Rfc3211WrapEngine(AesUtilities.CreateEngine());
        engine.Init(forWrapping, new ParametersWithIV(new KeyParameter(key), iv));
        return engine;
    }
}
