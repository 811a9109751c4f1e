using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots;

/// <summary>Finds and reads snapshots in a folder, or a single snapshot.</summary>
public static class SnapshotCatalogue
{
    private static readonly string[] Endings = [".db", ".db.gz"];
    private static readonly string[] ArchiveEndings = [".zip", ".tar.gz", ".tgz", ".tar"];
    private const string Encrypted = ".enc";

    /// <summary>Returns the snapshot files of a folder by name, oldest name first. For a file, returns the file itself, whatever its name.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <remarks>
    /// In a folder: files that end in <c>.db</c> or <c>.db.gz</c>. Also archives (<c>.zip</c>, <c>.tar.gz</c>, <c>.tgz</c>, <c>.tar</c>) that have
    /// "snapshot" in their name or an EtcdAdmin manifest; a folder may also contain other archives. All of these also with <c>.enc</c>.
    /// No file is opened.
    /// </remarks>
    /// <exception cref="EtcdException">SnapshotNotFound: the path does not exist. SnapshotUnreadable: the folder cannot be listed.</exception>
    public static IReadOnlyList<string> Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        if (!Directory.Exists(full)) return IsManifest(full) ? [] : [full];
        try
        {
            return [.. Directory.EnumerateFiles(full).Where(IsSnapshot).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (SnapshotFile.Translate(full, e) is { } error)
        {
            throw error;
        }
    }

    // The files of a folder are often passed on one by one, manifests included.
    private static bool IsManifest(string path) =>
        path.EndsWith(SnapshotManifest.PathFor(""), StringComparison.Ordinal) && File.Exists(path[..^SnapshotManifest.PathFor("").Length]);

    /// <summary>Reads and checks one file, and adds the data of its manifest.</summary>
    /// <param name="path">The file, in any format.</param>
    /// <param name="secrets">The secrets to open an encrypted file; null for none.</param>
    /// <param name="events">Receives progress in bytes; null for no progress.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid, and the errors of <see
    /// cref="SnapshotOpener"/>.</exception>
    public static async Task<EtcdSnapshot> ReadAsync(
        string path, SnapshotSecrets? secrets, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        OpenSnapshot open = await SnapshotOpener.OpenAsync(path, secrets, events, cancellationToken).ConfigureAwait(false);
        await using (open.ConfigureAwait(false))
        {
            return await open.DescribeAsync(events, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads and checks one unencrypted file, and adds the data of its manifest.</summary>
    /// <inheritdoc cref="ReadAsync(string, SnapshotSecrets?, IProgress{EtcdEvent}?, CancellationToken)"/>
    public static Task<EtcdSnapshot> ReadAsync(string path, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        ReadAsync(path, secrets: null, events, cancellationToken);

    /// <summary>Whether a file with this name counts as a snapshot.</summary>
    internal static bool IsSnapshot(string path) => IsSnapshot(path, File.Exists);

    /// <summary>Whether a file with this name, on another machine, counts as a snapshot.</summary>
    /// <param name="path">Its name or path.</param>
    /// <param name="exists">Whether a path exists; used to look for the manifest.</param>
    internal static bool IsSnapshot(string path, Func<string, bool> exists)
    {
        string name = Path.GetFileName(path);
        if (name.EndsWith(Encrypted, StringComparison.OrdinalIgnoreCase)) name = name[..^Encrypted.Length];
        if (Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))) return true;
        return ArchiveEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            && (name.Contains("snapshot", StringComparison.OrdinalIgnoreCase) || exists(SnapshotManifest.PathFor(path)));
    }
}
