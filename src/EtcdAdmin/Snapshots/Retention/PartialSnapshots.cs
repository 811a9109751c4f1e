using EtcdAdmin.Database;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Finds leftovers of interrupted saves in a folder: temporary files that were last written more than a day ago.</summary>
internal static class PartialSnapshots
{
    private const string Extension = ".part";

    // Saving even the largest database takes minutes, and its file is written all the time.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromDays(1);

    /// <summary>Returns the leftovers in some folders. Other files, which could not have become snapshots, are ignored.</summary>
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
        string finalName = name[..^Extension.Length];
        string manifest = SnapshotManifest.PathFor("");
        return SnapshotCatalogue.IsSnapshot(finalName.EndsWith(manifest, StringComparison.OrdinalIgnoreCase)
            ? finalName[..^manifest.Length]
            : finalName);
    }
}
