using System.Globalization;
using System.Text.RegularExpressions;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Finds snapshots with the data for retention, without reading the snapshots completely.</summary>
internal static partial class RetentionCatalogue
{
    private const string NoSnapshot = "not a snapshot";

    /// <summary>Returns the snapshots at some paths, each once.</summary>
    /// <param name="paths">Files, and folders with snapshots.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">SnapshotNotFound: a path does not exist. SnapshotUnreadable.</exception>
    public static async Task<IReadOnlyList<RetentionItem>> FindAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var items = new List<RetentionItem>();
        foreach (string file in paths.SelectMany(SnapshotCatalogue.Find).Distinct(StringComparer.Ordinal))
            items.Add(await DescribeAsync(file, cancellationToken).ConfigureAwait(false));
        return items;
    }

    /// <summary>Why rules ignore a named file; null if they apply to it.</summary>
    public static string? LeftAlone(RetentionItem item) => SnapshotCatalogue.IsSnapshot(item.Path) ? item.Foreign : NoSnapshot;

    /// <summary>The time in a file name from Save-EtcdSnapshot or an older tool; null for other names.</summary>
    internal static DateTimeOffset? TimeIn(string fileName) =>
        NamedTime().Match(fileName) is { Success: true } found
        && DateTimeOffset.TryParseExact(
            found.Value, "yyyy-MM-dd-HH.mm.ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : null;

    private static async Task<RetentionItem> DescribeAsync(string file, CancellationToken cancellationToken)
    {
        var info = new FileInfo(file);
        if (!info.Exists) throw SnapshotFile.Translate(file, new FileNotFoundException())!; // not null: this error is translated
        string folder = info.DirectoryName!; // a file has one
        SnapshotManifest? manifest = await SnapshotManifest.FindAsync(file, cancellationToken).ConfigureAwait(false);
        return new RetentionItem(
            file,
            new RetentionSeries(folder, manifest?.ClusterId ?? manifest?.ClusterName ?? "", manifest?.ClusterName),
            manifest?.Created ?? TimeIn(info.Name) ?? new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero))
        {
            Size = info.Length,
            Foreign = manifest is null ? await ForeignAsync(info, cancellationToken).ConfigureAwait(false) : null,
        };
    }

    private static async Task<string?> ForeignAsync(FileInfo info, CancellationToken cancellationToken)
    {
        if (info.Length == 0) return NoSnapshot; // pipes and devices are not opened either; they would block
        byte[] head = new byte[ContentKinds.HeadSize];
        try
        {
            var file = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            await using (file.ConfigureAwait(false))
            {
                int read = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                ReadOnlySpan<byte> start = head.AsSpan(0, read);
                return ContentKinds.Of(start) != ContentKind.Other || ContentKinds.IsDatabase(start) ? null : NoSnapshot;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "the file cannot be read, so it is unknown whether it is a snapshot";
        }
    }

    [GeneratedRegex(@"(?<![0-9])\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex NamedTime();
}
