using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>A snapshot in any form that has been opened and verified, to be restored. To be kept until that is done.</summary>
public sealed class RestoreSource : IAsyncDisposable
{
    private readonly OpenSnapshot _open;

    private RestoreSource(OpenSnapshot open, EtcdSnapshot snapshot, IReadOnlyList<string> warnings) => (_open, Snapshot, Warnings) = (open, snapshot, warnings);

    /// <summary>What it holds, and what is noted beside it; its path is the file that was given, or chosen from a folder.</summary>
    public EtcdSnapshot Snapshot { get; }

    /// <summary>In what form it lies in its file.</summary>
    public SnapshotFormat Form => _open.Form;

    /// <summary>What the operator should know of the choice.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Its database on this machine: the file itself, or what was unpacked of it.</summary>
    internal string DatabasePath => _open.DatabasePath;

    /// <summary>That what is noted beside it is of another file; null where it is not. Nobody can tell then which cluster it is of.</summary>
    private string? ForeignNotes { get; init; }

    /// <summary>Opens and verifies a snapshot.</summary>
    /// <param name="path">A file in any form that <see cref="SnapshotOpener"/> opens, or a folder, which stands for the newest snapshot of the cluster in it that is whole.</param>
    /// <param name="cluster">The cluster to restore into. From a folder, one that is noted as another's is not taken.</param>
    /// <param name="secrets">What may open an encrypted one; null for nothing.</param>
    /// <param name="skipHashCheck">Whether one without its trailing SHA-256 in a folder is as good as any.</param>
    /// <param name="events">Progress; null for none.</param>
    /// <param name="cancellationToken">Ends it; nothing is left then.</param>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid, SnapshotNotSupported, SnapshotEncrypted, SnapshotKeyWrong: the file; SnapshotNotFound
    /// too where a folder has no usable one, or none of this cluster. DiskFull, FileWriteFailed: the folder for temporary files.
    /// </exception>
    public static async Task<RestoreSource> OpenAsync(
        string path, EtcdCluster cluster, SnapshotSecrets? secrets, bool skipHashCheck, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(cluster);
        if (!Directory.Exists(path)) return await OpenFileAsync(path, secrets, [], events, cancellationToken).ConfigureAwait(false);
        var passedOver = new List<string>();
        var secondBest = new List<(string File, string Warning)>();
        foreach ((string file, DateTimeOffset created) in await SnapshotFolder.FindAsync(path, cluster, cancellationToken).ConfigureAwait(false))
        {
            string chosen = string.Create(CultureInfo.InvariantCulture, $"Of the snapshots in '{path}' the newest that is whole is restored: {Path.GetFileName(file)}, of {created.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
            try
            {
                // One that cannot be read now is not skipped: it may be complete, and an older one would be restored in its place.
                RestoreSource source = await OpenFileAsync(file, secrets, [.. passedOver, chosen], events, cancellationToken).ConfigureAwait(false);
                string? problem = source.ForeignNotes ?? SnapshotFault.Find(source.Snapshot, source.Form, skipHashCheck)?.Message;
                string? loss = SnapshotVerifier.Loss(source.Snapshot);
                if (problem is null && loss is null) return source;
                await source.DisposeAsync().ConfigureAwait(false);
                passedOver.Add($"Passed over: {problem ?? $"in '{file}' {loss}."}");
                if (problem is null) secondBest.Add((file, $"No snapshot in '{path}' is without damage. The newest of which all keys are whole is restored: {Path.GetFileName(file)}."));
            }
            catch (EtcdException e) when (e.ErrorId is EtcdErrorIds.SnapshotInvalid or EtcdErrorIds.SnapshotNotFound or EtcdErrorIds.SnapshotNotSupported)
            {
                passedOver.Add($"Passed over: {e.Message}");
            }
        }

        if (secondBest is [var second, ..])
            return await OpenFileAsync(second.File, secrets, [.. passedOver, second.Warning], events, cancellationToken).ConfigureAwait(false);
        throw new EtcdException(EtcdErrorIds.SnapshotNotFound,
            $"'{path}' has no snapshot that could be restored{(passedOver.Count == 0 ? "" : ": " + string.Join(" ", passedOver))}.")
        {
            Target = path,
            NextStep = "Give another folder, or a file.",
        };
    }

    /// <summary>Removes what was unpacked of it.</summary>
    public ValueTask DisposeAsync() => _open.DisposeAsync();

    private static async Task<RestoreSource> OpenFileAsync(
        string path, SnapshotSecrets? secrets, IReadOnlyList<string> warnings, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        OpenSnapshot open = await SnapshotOpener.OpenAsync(path, secrets, events, cancellationToken).ConfigureAwait(false);
        try
        {
            EtcdSnapshot snapshot = await open.DescribeAsync(events, cancellationToken).ConfigureAwait(false);
            string? foreign = open.Manifest is { } notes && notes.Sha256 != snapshot.Sha256
                ? $"What is noted beside '{snapshot.Path}' is of another file: that one had the SHA-256 {notes.Sha256}."
                : null;
            return new RestoreSource(open, snapshot, foreign is null ? warnings : [.. warnings, foreign]) { ForeignNotes = foreign };
        }
        catch
        {
            await open.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
