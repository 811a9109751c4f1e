namespace EtcdAdmin.Snapshots;

/// <summary>A folder with snapshots in any form.</summary>
internal static class SnapshotFolder
{
    /// <summary>The files that are snapshots by their names, the newest first, by what is noted beside them or else by when they were last written.</summary>
    /// <exception cref="EtcdException">SnapshotUnreadable: it cannot be listed.</exception>
    public static async Task<IReadOnlyList<(string Path, DateTimeOffset Created)>> FindAsync(string folder, CancellationToken cancellationToken)
    {
        var found = new List<(string Path, DateTimeOffset Created)>();
        foreach (string file in SnapshotCatalogue.Find(folder))
        {
            SnapshotManifest? manifest = await SnapshotManifest.FindAsync(file, cancellationToken).ConfigureAwait(false);
            found.Add((file, manifest?.Created ?? File.GetLastWriteTimeUtc(file)));
        }

        return [.. found.OrderByDescending(file => file.Created).ThenByDescending(file => file.Path, StringComparer.Ordinal)];
    }
}
