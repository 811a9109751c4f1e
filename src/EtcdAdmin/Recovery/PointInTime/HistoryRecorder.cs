using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>What is recorded, and where.</summary>
public sealed record HistoryRequest
{
    /// <summary>The folder; made if it is not there. One history, one folder, one recorder.</summary>
    public required string Folder { get; init; }

    /// <summary>The snapshot that the history begins from; does not matter where it has begun already.</summary>
    public required HistoryStart Start { get; init; }

    /// <summary>Bytes after which a segment is closed; default 64 MB.</summary>
    public long SegmentSize { get; init; } = 64 << 20;

    /// <summary>How long a segment is written to at most, as far as anything happens; default an hour.</summary>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>The snapshot that a history begins from.</summary>
/// <param name="Revision">Its current revision.</param>
/// <param name="Sha256">SHA-256 of its database, lower-case hexadecimal.</param>
public sealed record HistoryStart(long Revision, string Sha256)
{
    /// <summary>From a snapshot that was saved.</summary>
    public static HistoryStart Of(EtcdSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new HistoryStart(snapshot.CurrentRevision, snapshot.DatabaseSha256);
    }
}

/// <summary>Records all that happens to the keys of a cluster. Experimental: docs/design/point-in-time.md says what is still missing.</summary>
/// <param name="client">May read all keys.</param>
/// <param name="request">What and where.</param>
/// <param name="clock">Gives each revision its time.</param>
public sealed class HistoryRecorder(EtcdClient client, HistoryRequest request, TimeProvider clock)
{
    private const string LockName = "lock";

    /// <summary>Goes on from where it stopped, or begins, and records until it is stopped.</summary>
    /// <param name="events">A message for each segment that was closed; null for none.</param>
    /// <param name="cancellationToken">Stops it: the segment is closed then, and that is not an error.</param>
    /// <returns>What is recorded now; null where nothing ever happened.</returns>
    /// <exception cref="EtcdException">
    /// HistoryGap: what happened meanwhile was compacted away, or the folder belongs to another cluster. HistoryInvalid: what is recorded
    /// was changed. FileWriteFailed, DiskFull: the folder, which another recorder may hold. And what a watch throws.
    /// </exception>
    public async Task<HistoryArchive?> RecordAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(request.Folder);
        try
        {
            using var held = new FileStream(
                Path.Combine(request.Folder, LockName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            using HistoryWriter writer = await ResumeAsync(cancellationToken).ConfigureAwait(false);
            await WatchAsync(writer, events, cancellationToken).ConfigureAwait(false);
            await CloseAsync(writer, events).ConfigureAwait(false);
            return await HistoryArchive.OpenAsync(request.Folder, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailed(request.Folder, e);
        }
    }

    private async Task<HistoryWriter> ResumeAsync(CancellationToken cancellationToken)
    {
        string clusterId = (await client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false)).Header.ClusterId.ToString();
        HistoryArchive? archive = await HistoryArchive.OpenAsync(request.Folder, cancellationToken).ConfigureAwait(false);
        if (archive is not null && archive.ClusterId != clusterId) throw HistoryErrors.Gap(request.Folder, archive.Through);
        var writer = new HistoryWriter(
            request.Folder, clusterId, archive?.Through ?? request.Start.Revision, archive?.LastSha256 ?? request.Start.Sha256);
        string open = Path.Combine(request.Folder, HistoryWriter.OpenName);
        string salvaged = open + ".salvaged";
        if (!File.Exists(open) && !File.Exists(salvaged)) return writer;

        // A recorder was killed. What it has written may be compacted away in the cluster by now.
        if (File.Exists(salvaged)) File.Delete(open); // part of the same, from a salvage that was killed
        else File.Move(open, salvaged);
        if (await new HistorySegment(salvaged).SalvageAsync(cancellationToken).ConfigureAwait(false) is var (header, groups)
            && header.After == writer.Through && header.ClusterId == clusterId)
        {
            foreach (HistoryGroup group in groups) await writer.AppendAsync(group, cancellationToken).ConfigureAwait(false);
            await writer.CloseAsync(cancellationToken).ConfigureAwait(false);
        }

        File.Delete(salvaged);
        return writer;
    }

    private async Task WatchAsync(HistoryWriter writer, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        var options = new WatchOptions { StartRevision = writer.Through + 1, ProgressNotify = true };
        DateTimeOffset last = DateTimeOffset.MinValue;
        DateTimeOffset begun = clock.GetUtcNow();
        try
        {
            await foreach (WatchBatch batch in client.Watch.WatchAsync(KeyRange.All, options, cancellationToken).ConfigureAwait(false))
            {
                DateTimeOffset now = clock.GetUtcNow();
                last = now > last ? now : last; // a clock that is set back must not reorder what happened
                foreach (IGrouping<long, WatchEvent> group in batch.Events.GroupBy(change => change.KeyValue.ModRevision))
                {
                    // Every revision changes at least one key, and all are watched: one that is missing was not told.
                    if (group.Key != writer.Through + 1) throw HistoryErrors.Gap(request.Folder, writer.Through);
                    await writer.AppendAsync(new HistoryGroup(group.Key, last, [.. group]), CancellationToken.None).ConfigureAwait(false);
                    if (writer.Size < request.SegmentSize && now - begun < request.SegmentAge) continue;
                    await CloseAsync(writer, events).ConfigureAwait(false);
                    begun = now;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.Compacted)
        {
            await CloseAsync(writer, events).ConfigureAwait(false);
            throw HistoryErrors.Gap(request.Folder, writer.Through, e);
        }
    }

    private static async Task CloseAsync(HistoryWriter writer, IProgress<EtcdEvent>? events)
    {
        (long after, long through) = (writer.SegmentAfter, writer.Through);
        await writer.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        if (through > after) events.Message(string.Create(CultureInfo.InvariantCulture, $"Recorded revisions {after + 1} to {through}"));
    }
}
