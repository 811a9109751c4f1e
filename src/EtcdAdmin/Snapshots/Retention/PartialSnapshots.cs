using EtcdAdmin.Database;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>What interrupted saves have left in a folder: files under a temporary name that nobody has written to for a day.</summary>
internal static class PartialSnapshots
{
    private const string Extension = ".part";

    // A snapshot of the largest database there is takes minutes, and its file is written to all the time.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromDays(1);

    /// <summary>The left-overs of some folders; files that could not have become snapshots are somebody else's.</summary>
    /// <exception cref="EtcdException">SnapshotUnreadable.</exception>
    public static IReadOnlyList<FileInfo> Find(IEnumerable<string> folders, DateTimeOffset now) =>
        [.. folders.Distinct(StringComparer.Ordinal).Where(Directory.Exists).SelectMany(folder => In(folder, now))];

    private static FileInfo[] In(string folder, DateTimeOffset now)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(folder).EnumerateFiles("*" + Extension)
                    .Where(file => now - file.LastWriteTimeUtc >= StaleAfter && IsOfASnapshot(file.Name))
                    .OrderBy(file => file.Name, StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (SnapshotFile.Translate(folder, e) is { } error)
        {
            throw error;
        }
    }

    private static bool IsOfASnapshot(string name)
    {
        string whole = name[..^Extension.Length];
        string notes = SnapshotManifest.PathFor("");
        return SnapshotCatalogue.IsSnapshot(whole.EndsWith(notes, StringComparison.OrdinalIgnoreCase) ? whole[..^notes.Length] : whole);
    }
}
