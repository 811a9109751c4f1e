using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>The errors for recorded history.</summary>
internal static class HistoryErrors
{
    /// <summary>The error for a segment that was changed or does not continue the segment before.</summary>
    public static EtcdException Invalid(string path, string finding) => new(
        EtcdErrorIds.HistoryInvalid, $"'{path}' cannot be used: {finding}.")
    {
        Target = path,
        NextStep = "The segments before it can still be used; do not delete them. Start a new history with a new snapshot, in another folder.",
    };

    /// <summary>The error for changes that were not recorded and are no longer available.</summary>
    public static EtcdException Gap(string folder, long after, Exception? cause = null) => new(
        EtcdErrorIds.HistoryGap,
        string.Create(CultureInfo.InvariantCulture, $"The history in '{folder}' ends at revision {after}. "
            + $"The cluster no longer has the changes after this revision (they were compacted), so they cannot be recorded."), cause)
    {
        Target = folder,
        NextStep = "The recorded history can still be used. Start a new history with a new snapshot, in another folder.",
    };

    /// <summary>The error for a request outside the history.</summary>
    public static EtcdException NotRecorded(string folder, string asked, HistoryArchive archive) => new(
        EtcdErrorIds.HistoryGap,
        string.Create(CultureInfo.InvariantCulture, $"The history in '{folder}' covers revisions {archive.After} to {archive.Through}; {asked}."))
    {
        Target = folder,
        NextStep = "Use a revision or time within the history. For older data, use a snapshot of that time.",
    };

    /// <summary>The error for a target that does not match the history.</summary>
    public static EtcdException Diverged(long revision, string finding) => new(
        EtcdErrorIds.HistoryDiverged,
        string.Create(CultureInfo.InvariantCulture, $"The target does not match the history at revision {revision}: {finding}. "
            + $"The target was not restored from the snapshot of this history, or other clients write to it."))
    {
        Target = revision,
        NextStep =
            "Check that this is the right target, because a restore replaces its data. Then restore the snapshot of this history into it again, "
                + "keep other clients away from it, and replay again.",
    };
}
