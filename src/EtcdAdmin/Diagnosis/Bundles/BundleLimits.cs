using System.Text;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>Keeps a support bundle within its limits. Small files come first; logs share what is left.</summary>
internal static class BundleLimits
{
    /// <summary>The files in the order of their paths, cut to the limits. A file without room is kept empty, so that the index names it.</summary>
    /// <param name="files">All files.</param>
    /// <param name="file">The most bytes of a file.</param>
    /// <param name="total">The most bytes of all.</param>
    public static IReadOnlyList<BundleFile> Apply(IEnumerable<BundleFile> files, int file, long total)
    {
        var kept = new List<BundleFile>();
        BundleFile[] all = [.. files.OrderBy(found => found.IsLog)
            .ThenBy(found => found.Text.Length).ThenBy(found => found.Path, StringComparer.Ordinal)];
        int logs = all.Count(found => found.IsLog);
        foreach (BundleFile found in all)
        {
            // A log that needs less than its share leaves the rest to the next ones.
            BundleFile cut = Cut(found, (int)Math.Min(file, found.IsLog ? total / logs-- : total));
            total -= Encoding.UTF8.GetByteCount(cut.Text);
            kept.Add(cut);
        }

        return [.. kept.OrderBy(found => found.Path, StringComparer.Ordinal)];
    }

    private static BundleFile Cut(BundleFile file, int limit)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(file.Text);
        if (bytes.Length <= limit) return file;
        int start = file.IsLog ? bytes.Length - limit : 0, end = start + limit;
        // Not within a character.
        while (start < end && (bytes[start] & 0xC0) == 0x80) start++;
        while (end > start && end < bytes.Length && (bytes[end] & 0xC0) == 0x80) end--;
        string text = Encoding.UTF8.GetString(bytes, start, end - start);
        return file with { Text = text, Truncated = true };
    }
}
