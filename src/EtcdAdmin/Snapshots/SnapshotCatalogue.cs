namespace EtcdAdmin.Snapshots;

/// <summary>Snapshots that lie in a folder, or a single one.</summary>
public static class SnapshotCatalogue
{
    /// <summary>The snapshot files of a folder, oldest name first; a file is itself.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <exception cref="EtcdException">SnapshotNotFound: nothing is there. SnapshotUnreadable: it cannot be listed.</exception>
    public static IReadOnlyList<string> Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        if (!Directory.Exists(full)) return [full];
        try
        {
            return [.. Directory.EnumerateFiles(full, "*.db").Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (SnapshotFile.Translate(full, e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Reads and checks one file, and adds what is noted beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="events">Progress in bytes; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid.</exception>
    public static async Task<EtcdSnapshot> ReadAsync(string path, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        SnapshotInfo contents = await SnapshotInspector.InspectAsync(path, events, cancellationToken).ConfigureAwait(false);
        SnapshotManifest? manifest = await SnapshotManifest.FindAsync(contents.Path, cancellationToken).ConfigureAwait(false);
        // Notes on another file say nothing of this one.
        if (manifest is not null && manifest.Sha256 == contents.Sha256) return manifest.Describe(contents);
        return new EtcdSnapshot(contents, File.GetLastWriteTimeUtc(contents.Path));
    }
}
