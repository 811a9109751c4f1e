using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The errors of files that are packed or encrypted.</summary>
internal static class FormatErrors
{
    /// <param name="path">The file.</param>
    /// <param name="finding">What is the matter: a clause without a full stop.</param>
    public static EtcdException Damaged(string path, string finding) => SnapshotDamage.Whole(path, finding);

    public static EtcdException TooLarge(string path, long limit) => SnapshotDamage.Whole(path, $"unpacked it is larger than {limit} bytes");

    /// <summary>A backup from before snapshots, which is not a database.</summary>
    public static EtcdException OldStyle(string path, string finding) => new(
        EtcdErrorIds.SnapshotNotSupported, $"'{path}' is a copy of a data directory that cannot be used as a snapshot: {finding}.")
    {
        Target = path,
        NextStep = "Unpack it, start the etcd that it comes from on it with --force-new-cluster and addresses of its own, and take what it holds from there: "
            + "v3 keys with Save-EtcdSnapshot; v2 keys by dump and import, or first turned into v3 keys by the etcdctl migrate of etcd 3.4.",
    };

    public static EtcdException NeedsSecret(string path, string openedBy) => new(
        EtcdErrorIds.SnapshotEncrypted, $"'{path}' is encrypted; it opens with {openedBy}.")
    {
        Target = path,
        NextStep = "Give the passphrase (-Passphrase), or a certificate with its private key (-DecryptionCertificate).",
    };

    public static EtcdException WrongKey(string path, string reason) => new(
        EtcdErrorIds.SnapshotKeyWrong, $"'{path}' cannot be decrypted: {reason}.")
    {
        Target = path,
        NextStep = "Give the passphrase or certificate that it was encrypted for.",
    };

    public static EtcdException NoSpace(string folder, long free) => new(
        EtcdErrorIds.DiskFull, $"Unpacking into '{folder}' was given up: only {free >> 20} MB are free there.")
    {
        Target = folder,
        NextStep = folder.StartsWith(Path.GetTempPath(), StringComparison.Ordinal)
            ? "Make room, or have another folder used for temporary files (the environment variable TMPDIR)."
            : "Make room, or choose a folder on another disk: a packed snapshot is unpacked beside its file to be checked, and removed again.",
    };
}
