using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>The errors of recorded history.</summary>
internal static class HistoryErrors
{
    /// <summary>A segment is not as it was written, or does not follow the one before.</summary>
    public static EtcdException Invalid(string path, string finding) => new(
        EtcdErrorIds.HistoryInvalid, $"'{path}' cannot be used: {finding}.")
    {
        Target = path,
        NextStep = "What was recorded before it can still be used; begin a new history with a new snapshot.",
    };

    /// <summary>Something happened that was not recorded, and never will be.</summary>
    public static EtcdException Gap(string folder, long after, Exception? cause = null) => new(
        EtcdErrorIds.HistoryGap,
        string.Create(CultureInfo.InvariantCulture, $"The history in '{folder}' ends at revision {after}, and what came after it is no longer available."), cause)
    {
        Target = folder,
        NextStep = "What was recorded can still be used; begin a new history with a new snapshot, in another folder.",
    };

    /// <summary>What is asked for is not in it.</summary>
    public static EtcdException NotRecorded(string folder, string asked, HistoryArchive archive) => new(
        EtcdErrorIds.HistoryGap,
        string.Create(CultureInfo.InvariantCulture, $"The history in '{folder}' goes from revision {archive.After} to {archive.Through}; {asked}."))
    {
        Target = folder,
        NextStep = "Ask for something within it; what is older is in a snapshot that was saved then.",
    };

    /// <summary>The target is not what the history goes on from.</summary>
    public static EtcdException Diverged(long revision, string finding) => new(
        EtcdErrorIds.HistoryDiverged,
        string.Create(CultureInfo.InvariantCulture, $"At revision {revision} of the history {finding}, so the target is not the snapshot that the history goes on from, or others write to it."))
    {
        Target = revision,
        NextStep = "Restore the snapshot anew, keep others away from it, and replay again.",
    };
}
