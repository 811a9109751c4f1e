using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Formats;

/// <summary>Short texts about snapshots, for the format views.</summary>
public static class SnapshotText
{
    /// <summary>The state of the SHA-256 at the end: <c>valid</c>, <c>none</c>, <c>WRONG</c>.</summary>
    /// <param name="snapshot">The snapshot.</param>
    public static string Trailer(SnapshotInfo snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.TrailerValid ? "valid" : snapshot.HasTrailer ? "WRONG" : "none";
    }

    /// <summary>
    /// The result of the checks in one line: the failed checks with their reasons; if none failed, the checks that passed and
    /// those that do not apply.
    /// </summary>
    /// <param name="verdict">The verdict.</param>
    public static string Detail(SnapshotVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        IEnumerable<string> failed = verdict.Checks.Where(check => check.Passed == false).Select(check => $"{check.Part}: {check.Detail}");
        if (verdict.Checks.All(check => check.Passed != false))
            failed = verdict.Drill?.Checks.Where(check => check.Passed == false).Select(check => $"drill, {check.Part}: {check.Detail}") ?? [];
        string reason = string.Join("; ", failed);
        return reason.Length > 0 ? reason : Passed(verdict);
    }

    private static string Passed(SnapshotVerdict verdict)
    {
        string text = string.Join(", ", verdict.Checks.Where(check => check.Passed == true).Select(check => check.Part.ToString()));
        if (verdict.Drill is { } drill) text += $"; drill with etcd {drill.EtcdVersion}";
        IEnumerable<SnapshotPart> open = verdict.Checks.Where(check => check.Passed is null).Select(check => check.Part);
        return open.Any() ? $"{text}; nothing to check: {string.Join(", ", open)}" : text;
    }
}
