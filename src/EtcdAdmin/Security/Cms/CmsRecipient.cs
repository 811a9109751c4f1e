using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;

namespace EtcdAdmin.Security.Cms;

/// <summary>A recipient of a message: the key, wrapped for a passphrase or for a certificate.</summary>
internal abstract class CmsRecipient
{
    /// <summary>The secret that opens the message, as a noun phrase; null for an unsupported type of recipient.</summary>
    public virtual string? OpenedBy => null;

    /// <summary>The iterations to try a passphrase; 0 for other recipients.</summary>
    public virtual int Iterations => 0;

    /// <summary>The recipients of a message.</summary>
    public static IReadOnlyList<CmsRecipient> ListOf(Asn1Object recipientInfos)
    {
        CmsRecipient[] recipients = [.. Asn1Set.GetInstance(recipientInfos).SelectMany(Read)];
        // Each passphrase costs time to try.
        return recipients.Sum(recipient => (long)recipient.Iterations) <= CmsFormat.MaxIterations
            ? recipients
            : throw new ArgumentException("Too many iterations.", nameof(recipientInfos));
    }

    /// <summary>Whether the recipient is the owner of this certificate.</summary>
    public virtual bool IsFor(X509Certificate2 certificate) => false;

    /// <summary>Whether a passphrase opens the message.</summary>
    public virtual bool IsForPassphrase => false;

    /// <summary>Unwraps the key; null if the passphrase is wrong. Slow by design.</summary>
    public virtual byte[]? Unwrap(string passphrase) => null;

    /// <summary>Unwraps the key; null if the private key is wrong, the entry was changed, or the key wrap is not supported.</summary>
    public virtual byte[]? Unwrap(X509Certificate2 certificate) => null;

    /// <summary>Unwraps a key; null if it does not fit: another curve, a point outside the curve, a wrong padding.</summary>
    protected static byte[]? NullIfRefused(Func<byte[]?> unwrap)
    {
        try
        {
            return unwrap();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or InvalidOperationException or InvalidCastException
            or Org.BouncyCastle.Crypto.CryptoException)
        {
            return null;
        }
    }

    private static IEnumerable<CmsRecipient> Read(Asn1Encodable recipientInfo) => RecipientInfo.GetInstance(recipientInfo).Info switch
    {
        KeyTransRecipientInfo rsa => [new RsaRecipient(rsa)],
        KeyAgreeRecipientInfo agreed => EllipticCurveRecipient.ListOf(agreed),
        PasswordRecipientInfo passphrase => [new PassphraseRecipient(passphrase)],
        _ => [new UnknownRecipient()],
    };

    private sealed class UnknownRecipient : CmsRecipient;
}
