using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Bolt;

/// <summary>Makes the one error that all readers of this folder throw for a file that is not as it should be.</summary>
internal static class SnapshotDamage
{
    /// <param name="path">The file.</param>
    /// <param name="offset">Where in the file, in bytes from its start.</param>
    /// <param name="finding">What should be there and what is: a clause without a full stop, never a key or a value.</param>
    /// <param name="part">What is damaged.</param>
    public static EtcdException At(string path, long offset, string finding, SnapshotPart part) =>
        Whole(path, string.Create(CultureInfo.InvariantCulture, $"at byte {offset}: {finding}"), part);

    /// <param name="path">The file.</param>
    /// <param name="finding">What is the matter with the file: a clause without a full stop.</param>
    /// <param name="part">What is damaged.</param>
    public static EtcdException Whole(string path, string finding, SnapshotPart part = SnapshotPart.Entry) =>
        new SnapshotDamageException(part, $"'{path}' cannot be used as an etcd database: {finding}.")
        {
            Target = path,
            NextStep = "Use another snapshot, or save a new one from a healthy member.",
        };
}

/// <summary>A file that is not as it should be.</summary>
internal sealed class SnapshotDamageException(SnapshotPart part, string message) : EtcdException(EtcdErrorIds.SnapshotInvalid, message)
{
    /// <summary>What is damaged.</summary>
    public SnapshotPart Part => part;
}
