namespace EtcdAdmin.Snapshots;

/// <summary>A folder with snapshots in any form.</summary>
internal static class SnapshotFolder
{
    private static readonly string[] Extensions = [.. Enum.GetValues<SnapshotCompression>()
        .SelectMany(compression => new[] { new SnapshotForm(compression, IsEncrypted: false), new SnapshotForm(compression, IsEncrypted: true) })
        .Select(form => form.Extension)];

    /// <summary>The files that are snapshots by their names, the newest first, by what is noted beside them or else by when they were last written.</summary>
    /// <exception cref="EtcdException">SnapshotUnreadable: it cannot be listed.</exception>
    public static async Task<IReadOnlyList<(string Path, DateTimeOffset Created)>> FindAsync(string folder, CancellationToken cancellationToken)
    {
        string full = Path.GetFullPath(folder);
        var found = new List<(string Path, DateTimeOffset Created)>();
        try
        {
            foreach (string file in Directory.EnumerateFiles(full).Where(file => Extensions.Any(extension => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase))))
            {
                SnapshotManifest? manifest = await SnapshotManifest.FindAsync(file, cancellationToken).ConfigureAwait(false);
                found.Add((file, manifest?.Created ?? File.GetLastWriteTimeUtc(file)));
            }
        }
        catch (Exception e) when (SnapshotFile.Translate(full, e) is { } error)
        {
            throw error;
        }

        return [.. found.OrderByDescending(file => file.Created).ThenByDescending(file => file.Path, StringComparer.Ordinal)];
    }
}
