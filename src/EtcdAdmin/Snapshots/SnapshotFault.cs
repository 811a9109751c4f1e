using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;

namespace EtcdAdmin.Snapshots;

/// <summary>Says what is wrong with a snapshot file as a whole, whatever it is for.</summary>
internal static class SnapshotFault
{
    /// <summary>What speaks against restoring a file, whichever cluster it is for; null for nothing.</summary>
    /// <param name="info">What it holds.</param>
    /// <param name="form">How it is packed.</param>
    /// <param name="skipHashCheck">Whether a missing checksum is accepted.</param>
    public static EtcdException? Find(SnapshotInfo info, SnapshotFormat form, bool skipHashCheck)
    {
        if (info.HasTrailer && !info.TrailerValid)
        {
            return new EtcdException(EtcdErrorIds.SnapshotInvalid,
                $"'{info.Path}' is damaged: its trailing SHA-256 does not match its content.")
            {
                Target = info.Path,
                NextStep = "Use another snapshot.",
            };
        }

        if (info.HasTrailer || skipHashCheck || IsOldArchive(info, form)) return null;
        return new EtcdException(EtcdErrorIds.SnapshotInvalid,
            $"'{info.Path}' has no trailing SHA-256: it is a copy of a database file, or was cut off.")
        {
            Target = info.Path,
            NextStep = "If it is such a copy of a stopped member and meant to be used, say so (-SkipHashCheck).",
        };
    }

    /// <summary>Whether it is an archive of the older tools, whose databases have no trailing SHA-256.</summary>
    // The checksums of these archives were checked when they were unpacked; a copy cut off before it was packed has no whole structure.
    public static bool IsOldArchive(SnapshotInfo info, SnapshotFormat form) =>
        !info.HasTrailer && form.Compression is (SnapshotCompression.TarGz or SnapshotCompression.Zip);
}
