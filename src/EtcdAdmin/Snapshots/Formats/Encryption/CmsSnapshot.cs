using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security.Cms;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>Snapshots as CMS messages.</summary>
internal static class CmsSnapshot
{
    /// <summary>
    /// The largest database that is encrypted as a message by default. <c>openssl cms</c> opens messages of up to 1,610,612,732 bytes
    /// (LIMIT_BEFORE_EXPANSION in crypto/buffer/buffer.c); the difference allows for growth of the database while it is saved.
    /// </summary>
    public const long LargestForOpenssl = 1_500_000_000;

    /// <summary>Reads the start of a message and finds the key.</summary>
    /// <param name="inner">Positioned at the start of the file; its creator disposes it.</param>
    /// <param name="path">Path of the file, for errors.</param>
    /// <param name="secrets">The secrets to open the file.</param>
    /// <exception cref="EtcdException">SnapshotInvalid, SnapshotNotSupported, SnapshotEncrypted, SnapshotKeyWrong.</exception>
    public static CmsDecryptingStream Open(Stream inner, string path, SnapshotSecrets? secrets)
    {
        var errors = new CmsErrors(finding => FormatErrors.Damaged(path, finding), finding => FormatErrors.ForeignMessage(path, finding));
        CmsMessage message = CmsMessage.Read(inner, errors);
        return message.Decrypt(secrets?.FileKey ?? FindKey(message, secrets, path));
    }

    private static byte[] FindKey(CmsMessage message, SnapshotSecrets? secrets, string path)
    {
        (CmsRecipient Recipient, X509Certificate2 Certificate)[] fitting =
        [
            .. from certificate in secrets?.Certificates ?? []
               from recipient in message.Recipients
               where recipient.IsFor(certificate)
               select (recipient, certificate),
        ];
        CmsRecipient[] ofPassphrase = secrets?.Passphrase is null ? [] : [.. message.Recipients.Where(recipient => recipient.IsForPassphrase)];
        return fitting.Select(found => found.Recipient.Unwrap(found.Certificate))
                .Concat(ofPassphrase.Select(recipient => recipient.Unwrap(secrets!.Passphrase!))) // there are none without one
                .FirstOrDefault(key => key?.Length == message.KeySize)
            ?? throw FormatErrors.Locked(
                path, secrets, ofPassphrase.Length > 0, fitting.Select(found => found.Certificate).FirstOrDefault(), OpenedBy(message));
    }

    private static string OpenedBy(CmsMessage message)
    {
        string[] ways =
        [
            .. message.Recipients.OrderByDescending(recipient => recipient.IsForPassphrase)
                .Select(recipient => recipient.OpenedBy).OfType<string>().Distinct(StringComparer.Ordinal),
        ];
        return ways.Length == 0 ? "a kind of secret that EtcdAdmin does not support" : string.Join(", or with ", ways);
    }
}
