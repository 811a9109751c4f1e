using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The errors for compressed and encrypted files.</summary>
internal static class FormatErrors
{
    /// <param name="path">The file.</param>
    /// <param name="finding">What is wrong: a clause without a full stop.</param>
    public static EtcdException Damaged(string path, string finding) => SnapshotDamage.File(path, finding);

    public static EtcdException TooLarge(string path, long limit) => SnapshotDamage.File(path, $"its unpacked size exceeds {limit} bytes");

    /// <summary>A backup in the style of etcd v2, which has no usable v3 database.</summary>
    public static EtcdException OldStyle(string path, string finding) => new(
        EtcdErrorIds.SnapshotNotSupported, $"'{path}' is a copy of a data directory that cannot be used as a snapshot: {finding}.")
    {
        Target = path,
        NextStep = "Its v2 keys: Convert-EtcdV2Store -Path, which imports them as v3 keys. For v3 keys that are only in its write-ahead log, "
            + "unpack the archive into an empty folder, start the etcd version that wrote the data on this copy, with --force-new-cluster and "
            + "unused addresses, and save its v3 keys with Save-EtcdSnapshot.",
    };

    /// <summary>The reason why no secret opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="secrets">The given secrets.</param>
    /// <param name="triedPassphrase">Whether the file has a passphrase and one was tried.</param>
    /// <param name="tried">A recipient's certificate that was tried; null for none.</param>
    /// <param name="openedBy">The secrets that open the file, as a noun phrase.</param>
    public static EtcdException Locked(
        string path, SnapshotSecrets? secrets, bool triedPassphrase, X509Certificate2? tried, string openedBy) =>
        (triedPassphrase, tried, secrets?.Passphrase is not null || secrets?.Certificates.Count > 0) switch
        {
            (true, _, _) => WrongKey(path, "the passphrase is wrong"),
            (_, { } certificate, _) => WrongKey(path, $"the private key of {certificate.Subject} does not decrypt the file"),
            (_, _, true) => WrongKey(path, $"the file can be decrypted only with {openedBy}"),
            _ => NeedsSecret(path, openedBy),
        };

    /// <summary>A CMS message with an unsupported feature.</summary>
    /// <param name="path">The file.</param>
    /// <param name="finding">The feature: a clause without a full stop.</param>
    public static EtcdException ForeignMessage(string path, string finding) => new(
        EtcdErrorIds.SnapshotNotSupported, $"'{path}' is a CMS file that cannot be read: {finding}.")
    {
        Target = path,
        NextStep = "Decrypt it with the tool that wrote it, for example with 'openssl cms -decrypt -binary -inform DER'.",
    };

    private static EtcdException NeedsSecret(string path, string openedBy) => new(
        EtcdErrorIds.SnapshotEncrypted, $"'{path}' is encrypted. It can be decrypted with {openedBy}.")
    {
        Target = path,
        NextStep = "Supply the passphrase (-Passphrase) or a certificate with its private key (-DecryptionCertificate).",
    };

    private static EtcdException WrongKey(string path, string reason) => new(
        EtcdErrorIds.SnapshotKeyWrong, $"'{path}' cannot be decrypted: {reason}.")
    {
        Target = path,
        NextStep = "Supply the passphrase (-Passphrase) or the certificate (-DecryptionCertificate) that the file was encrypted for.",
    };

    public static EtcdException NoSpace(string folder, long free) => new(
        EtcdErrorIds.DiskFull, $"Unpacking into '{folder}' was cancelled: only {free >> 20} MB are free.")
    {
        Target = folder,
        NextStep = folder.StartsWith(Path.GetTempPath(), StringComparison.Ordinal)
            ? "Free some space, or set the environment variable TMPDIR to a folder on another disk."
            : "Free some space, or use a folder on another disk. To check a compressed snapshot, it is unpacked next to its file and deleted again.",
    };
}
