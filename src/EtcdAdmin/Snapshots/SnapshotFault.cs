using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;

namespace EtcdAdmin.Snapshots;

/// <summary>Finds faults of a snapshot file that apply to any use.</summary>
internal static class SnapshotFault
{
    /// <summary>Why a file must not be restored, whichever cluster it is for; null if nothing is wrong.</summary>
    /// <param name="info">The contents of the file.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="skipHashCheck">Whether a missing checksum is accepted.</param>
    public static EtcdException? Find(SnapshotInfo info, SnapshotFormat format, bool skipHashCheck)
    {
        if (info.HasTrailer && !info.TrailerValid)
        {
            return new EtcdException(EtcdErrorIds.SnapshotInvalid,
                $"'{info.Path}' is damaged: the SHA-256 at its end does not match its content.")
            {
                Target = info.Path,
                NextStep = "Use another snapshot.",
            };
        }

        if (info.HasTrailer || skipHashCheck || IsOldArchive(info, format)) return null;
        return new EtcdException(EtcdErrorIds.SnapshotInvalid,
            $"'{info.Path}' has no SHA-256 at its end: it is a copy of a database file, or it is truncated.")
        {
            Target = info.Path,
            NextStep = "If the file is a copy of a stopped member's database and you want to restore it, use -SkipHashCheck. "
                + "Otherwise use another snapshot.",
        };
    }

    /// <summary>Whether the file is an archive of an older tool; the databases in such archives have no SHA-256 at the end.</summary>
    // Unpacking has verified the checksums of these archives. A copy that was truncated before packing does not have a complete structure.
    public static bool IsOldArchive(SnapshotInfo info, SnapshotFormat format) =>
        !info.HasTrailer && format.Compression is (SnapshotCompression.TarGz or SnapshotCompression.Zip);
}
