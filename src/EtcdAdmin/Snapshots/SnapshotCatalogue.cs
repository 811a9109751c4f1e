using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots;

/// <summary>Snapshots that lie in a folder, or a single one.</summary>
public static class SnapshotCatalogue
{
    private static readonly string[] Endings = [".db", ".db.gz"];
    private static readonly string[] ArchiveEndings = [".zip", ".tar.gz", ".tgz", ".tar"];
    private const string Encrypted = ".enc";

    /// <summary>The snapshot files of a folder by their names, oldest name first; a file is itself, whatever its name.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <remarks>
    /// Files that end in <c>.db</c> or <c>.db.gz</c>; and archives (<c>.zip</c>, <c>.tar.gz</c>, <c>.tgz</c>, <c>.tar</c>) that have
    /// "snapshot" in their name, or notes of EtcdAdmin beside them, as a folder may have archives of all kinds. All of these with <c>.enc</c>, too.
    /// Nothing is opened.
    /// </remarks>
    /// <exception cref="EtcdException">SnapshotNotFound: nothing is there. SnapshotUnreadable: it cannot be listed.</exception>
    public static IReadOnlyList<string> Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        if (!Directory.Exists(full)) return IsNotes(full) ? [] : [full];
        try
        {
            return [.. Directory.EnumerateFiles(full).Where(IsSnapshot).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (SnapshotFile.Translate(full, e) is { } error)
        {
            throw error;
        }
    }

    // What lies in a folder is often passed on file by file, and the notes with it.
    private static bool IsNotes(string path) =>
        path.EndsWith(SnapshotManifest.PathFor(""), StringComparison.Ordinal) && File.Exists(path[..^SnapshotManifest.PathFor("").Length]);

    /// <summary>Reads and checks one file, and adds what is noted beside it.</summary>
    /// <param name="path">The file, in any form.</param>
    /// <param name="secrets">What may open it where it is encrypted; null for nothing.</param>
    /// <param name="events">Progress in bytes; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid, and what <see cref="SnapshotOpener"/> throws.</exception>
    public static async Task<EtcdSnapshot> ReadAsync(
        string path, SnapshotSecrets? secrets, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        OpenSnapshot open = await SnapshotOpener.OpenAsync(path, secrets, events, cancellationToken).ConfigureAwait(false);
        await using (open.ConfigureAwait(false))
        {
            return await open.DescribeAsync(events, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads and checks one file that is not encrypted, and adds what is noted beside it.</summary>
    /// <inheritdoc cref="ReadAsync(string, SnapshotSecrets?, IProgress{EtcdEvent}?, CancellationToken)"/>
    public static Task<EtcdSnapshot> ReadAsync(string path, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        ReadAsync(path, secrets: null, events, cancellationToken);

    /// <summary>Whether a file of that name is taken for a snapshot.</summary>
    internal static bool IsSnapshot(string path) => IsSnapshot(path, File.Exists);

    /// <summary>The same where files are elsewhere.</summary>
    /// <param name="path">Its name, or path.</param>
    /// <param name="exists">Whether there is a file, which may be its notes.</param>
    internal static bool IsSnapshot(string path, Func<string, bool> exists)
    {
        string name = Path.GetFileName(path);
        if (name.EndsWith(Encrypted, StringComparison.OrdinalIgnoreCase)) name = name[..^Encrypted.Length];
        if (Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))) return true;
        return ArchiveEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            && (name.Contains("snapshot", StringComparison.OrdinalIgnoreCase) || exists(SnapshotManifest.PathFor(path)));
    }
}
