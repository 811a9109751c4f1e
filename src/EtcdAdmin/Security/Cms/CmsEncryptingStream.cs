using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Modes;

namespace EtcdAdmin.Security.Cms;

/// <summary>
/// Writes a CMS message (AuthEnvelopedData, RFC 5083, with AES-256-GCM, RFC 5084) while its content arrives. Other tools open it.
/// </summary>
/// <remarks>
/// BER with indefinite lengths, as <c>openssl cms -stream</c> writes it: the size of a compressed content is not known in advance.
/// .NET's AesGcm cannot stream; the library's can.
/// </remarks>
internal sealed class CmsEncryptingStream : SealingStream
{
    private const int SliceSize = 64 << 10;
    private const int PartHeaderSize = 5;

    private readonly Stream _inner;
    private readonly GcmBlockCipher _cipher;
    private readonly byte[] _part = new byte[PartHeaderSize + CmsFormat.PartSize + SliceSize + 2 * CmsFormat.TagSize];
    private int _filled = PartHeaderSize;

    private CmsEncryptingStream(Stream inner, byte[] key, byte[] nonce)
    {
        _inner = inner;
        FileKey = key;
        _cipher = AesGcmCipher.Create(forEncryption: true, key, nonce, CmsFormat.TagSize);
    }

    /// <inheritdoc/>
    public override byte[] FileKey { get; }

    /// <summary>Writes the header. Takes half a second if there is a passphrase.</summary>
    /// <param name="inner">Receives the message; its creator disposes it.</param>
    /// <param name="passphrase">A passphrase that opens the message; null for none.</param>
    /// <param name="certificates">Certificates whose private keys open the message.</param>
    /// <exception cref="EtcdException">CertificateInvalid: cannot encrypt for one of the recipients.</exception>
    public static CmsEncryptingStream Begin(Stream inner, string? passphrase, IEnumerable<X509Certificate2> certificates)
    {
        byte[] key = RandomNumberGenerator.GetBytes(CmsFormat.KeySize); // of this message alone
        RecipientInfo[] recipients =
        [
            .. certificates.Select(certificate => Recipient(certificate, key)),
            .. passphrase is null ? Array.Empty<RecipientInfo>() : [PassphraseRecipient.For(passphrase, key)],
        ];
        byte[] nonce = RandomNumberGenerator.GetBytes(CmsFormat.NonceSize);
        var algorithm = new AlgorithmIdentifier(NistObjectIdentifiers.IdAes256Gcm, new GcmParameters(nonce, CmsFormat.TagSize));
        byte[] header =
        [
            .. Indefinite(0x30), // ContentInfo
            .. CmsObjectIdentifiers.AuthEnvelopedData.GetDerEncoded(),
            .. Indefinite(0xA0),
            .. Indefinite(0x30), // AuthEnvelopedData
            .. DerInteger.Zero.GetDerEncoded(), // version
            .. new DerSet(recipients).GetDerEncoded(),
            .. Indefinite(0x30), // EncryptedContentInfo
            .. CmsObjectIdentifiers.Data.GetDerEncoded(),
            .. algorithm.GetDerEncoded(),
            .. Indefinite(0xA0), // the content, in parts
        ];
        inner.Write(header);
        return new CmsEncryptingStream(inner, key, nonce);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int slice = Math.Min(buffer.Length, SliceSize);
            _filled += _cipher.ProcessBytes(buffer[..slice], _part.AsSpan(_filled));
            if (_filled >= PartHeaderSize + CmsFormat.PartSize) WritePart(_filled);
            buffer = buffer[slice..];
        }
    }

    /// <summary>Writes the rest of the content, and the tag that authenticates it.</summary>
    public override void Finish()
    {
        _filled += _cipher.DoFinal(_part.AsSpan(_filled)); // the tag comes last
        byte[] tag = _part[(_filled - CmsFormat.TagSize).._filled];
        if (_filled - CmsFormat.TagSize > PartHeaderSize) WritePart(_filled - CmsFormat.TagSize);
        byte[] end =
        [
            0, 0, 0, 0, // the ends of the content and of EncryptedContentInfo
            .. new DerOctetString(tag).GetDerEncoded(),
            0, 0, 0, 0, 0, 0, // the ends of the other levels
        ];
        _inner.Write(end);
    }

    private static RecipientInfo Recipient(X509Certificate2 certificate, byte[] key)
    {
        using RSA? rsa = RecipientCertificate.RsaKey(certificate);
        if (rsa is not null) return RsaRecipient.For(certificate, rsa, key);
        using ECDiffieHellman curve = RecipientCertificate.KeyAgreementKey(certificate);
        return EllipticCurveRecipient.For(certificate, curve, key);
    }

    // Tag and length in front of the bytes: a length of three bytes is enough for a part.
    private void WritePart(int end)
    {
        int length = end - PartHeaderSize;
        _part[0] = 0x04;
        _part[1] = 0x83;
        _part[2] = (byte)(length >> 16);
        _part[3] = (byte)(length >> 8);
        _part[4] = (byte)length;
        _inner.Write(_part, 0, end);
        _filled = PartHeaderSize;
    }

    private static byte[] Indefinite(byte tag) => [tag, 0x80];
}
