using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>Creates the error that all readers in this folder throw for a damaged file.</summary>
internal static class SnapshotDamage
{
    /// <param name="path">The file.</param>
    /// <param name="offset">Position in bytes from the start of the file.</param>
    /// <param name="finding">What is wrong: a clause without a full stop, never a key or a value.</param>
    /// <param name="part">The kind of damage.</param>
    public static EtcdException At(string path, long offset, string finding, SnapshotPart part) =>
        File(path, string.Create(CultureInfo.InvariantCulture, $"at byte {offset}: {finding}"), part);

    /// <param name="path">The file.</param>
    /// <param name="finding">What is wrong with the file: a clause without a full stop.</param>
    /// <param name="part">The kind of damage.</param>
    public static EtcdException File(string path, string finding, SnapshotPart part = SnapshotPart.Entry) =>
        new SnapshotDamageException(part, $"'{path}' cannot be used as an etcd database: {finding}.")
        {
            Target = path,
            NextStep = "Use another snapshot, or save a new one from a healthy member (Save-EtcdSnapshot).",
        };
}

/// <summary>The error for a damaged file.</summary>
internal sealed class SnapshotDamageException(SnapshotPart part, string message) : EtcdException(EtcdErrorIds.SnapshotInvalid, message)
{
    /// <summary>The kind of damage.</summary>
    public SnapshotPart Part => part;
}
