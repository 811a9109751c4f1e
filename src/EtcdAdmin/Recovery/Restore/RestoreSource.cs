using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>A snapshot in any format, opened and verified for a restore. Keep it until the restore has ended.</summary>
public sealed class RestoreSource : IAsyncDisposable
{
    private readonly OpenSnapshot _open;

    private RestoreSource(OpenSnapshot open, EtcdSnapshot snapshot, IReadOnlyList<string> warnings) =>
        (_open, Snapshot, Warnings) = (open, snapshot, warnings);

    /// <summary>What it holds, including its manifest; its path is the given file, or the file chosen from a folder.</summary>
    public EtcdSnapshot Snapshot { get; }

    /// <summary>The format of its file.</summary>
    public SnapshotFormat Format => _open.Format;

    /// <summary>What the operator should know about the choice.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Its database on this machine: the file itself, or the database unpacked from it.</summary>
    internal string DatabasePath => _open.DatabasePath;

    /// <summary>A warning that its manifest belongs to another file, so its cluster is not known; null otherwise.</summary>
    private string? ForeignManifest { get; init; }

    /// <summary>Opens and verifies a snapshot.</summary>
    /// <param name="path">
    /// A file in any format that <see cref="SnapshotOpener"/> opens, or a folder: its newest complete snapshot of the cluster is used.
    /// </param>
    /// <param name="cluster">The cluster to restore into. From a folder, a snapshot whose manifest names another cluster is not used.</param>
    /// <param name="secrets">What may decrypt an encrypted snapshot; null for nothing.</param>
    /// <param name="skipHashCheck">Whether a snapshot in a folder may lack its trailing SHA-256.</param>
    /// <param name="events">Progress; null for none.</param>
    /// <param name="cancellationToken">Ends it; nothing is left then.</param>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid, SnapshotNotSupported, SnapshotEncrypted, SnapshotKeyWrong: the file.
    /// SnapshotNotFound: the folder has no usable snapshot of this cluster. DiskFull, FileWriteFailed: the folder for temporary files.
    /// </exception>
    public static async Task<RestoreSource> OpenAsync(
        string path, EtcdCluster cluster, SnapshotSecrets? secrets, bool skipHashCheck, IProgress<EtcdEvent>? events,
            CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(cluster);
        if (!Directory.Exists(path)) return await OpenFileAsync(path, secrets, [], events, cancellationToken).ConfigureAwait(false);
        var skipped = new List<string>();
        var secondBest = new List<(string File, string Warning)>();
        foreach ((string file, DateTimeOffset created) in await SnapshotFolder.FindAsync(path, cluster, cancellationToken).ConfigureAwait(false))
        {
            string chosen = string.Create(CultureInfo.InvariantCulture, $"The newest complete snapshot in '{path}' is restored: "
                + $"{Path.GetFileName(file)}, of {created.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
            try
            {
                // An unreadable file is not skipped: it may be complete, and then an older snapshot would be restored instead.
                RestoreSource source = await OpenFileAsync(file, secrets, [.. skipped, chosen], events, cancellationToken).ConfigureAwait(false);
                string? problem = source.ForeignManifest ?? SnapshotFault.Find(source.Snapshot, source.Format, skipHashCheck)?.Message;
                string? loss = SnapshotVerifier.Loss(source.Snapshot);
                if (problem is null && loss is null) return source;
                await source.DisposeAsync().ConfigureAwait(false);
                skipped.Add($"Skipped: {problem ?? $"in '{file}' {loss}."}");
                if (problem is null) secondBest.Add((file, $"'{path}' has no undamaged snapshot. "
                    + $"The newest one with all keys complete is restored: {Path.GetFileName(file)}."));
            }
            catch (EtcdException e) when (e.ErrorId is EtcdErrorIds.SnapshotInvalid or EtcdErrorIds.SnapshotNotFound
            or EtcdErrorIds.SnapshotNotSupported)
            {
                skipped.Add($"Skipped: {e.Message}");
            }
        }

        if (secondBest is [var second, ..])
            return await OpenFileAsync(second.File, secrets, [.. skipped, second.Warning], events, cancellationToken).ConfigureAwait(false);
        throw new EtcdException(EtcdErrorIds.SnapshotNotFound,
            $"'{path}' has no usable snapshot{(skipped.Count == 0 ? "" : ": " + string.Join(" ", skipped))}.")
        {
            Target = path,
            NextStep = "Specify another folder, or a file. Test-EtcdSnapshot shows what is wrong with each snapshot.",
        };
    }

    /// <summary>Removes the unpacked database.</summary>
    public ValueTask DisposeAsync() => _open.DisposeAsync();

    private static async Task<RestoreSource> OpenFileAsync(
        string path, SnapshotSecrets? secrets, IReadOnlyList<string> warnings, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        OpenSnapshot open = await SnapshotOpener.OpenAsync(path, secrets, events, cancellationToken).ConfigureAwait(false);
        try
        {
            EtcdSnapshot snapshot = await open.DescribeAsync(events, cancellationToken).ConfigureAwait(false);
            string? foreign = open.Manifest is { } manifest && manifest.Sha256 != snapshot.Sha256
                ? $"The manifest of '{snapshot.Path}' is for a file with another SHA-256, {manifest.Sha256}: the snapshot or its manifest was "
                    + "changed or exchanged."
                : null;
            return new RestoreSource(open, snapshot, foreign is null ? warnings : [.. warnings, foreign]) { ForeignManifest = foreign };
        }
        catch
        {
            await open.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
