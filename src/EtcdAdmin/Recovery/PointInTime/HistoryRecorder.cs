using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>What to record, and where.</summary>
public sealed record HistoryRequest
{
    /// <summary>The folder; created if it does not exist. Use one folder and one recorder for one history.</summary>
    public required string Folder { get; init; }

    /// <summary>The snapshot at which the history starts; ignored if the history exists already.</summary>
    public required HistoryStart Start { get; init; }

    /// <summary>Bytes after which a segment is closed; default 64 MB.</summary>
    public long SegmentSize { get; init; } = 64 << 20;

    /// <summary>The time after which a segment is closed at the next change; default one hour.</summary>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>The snapshot at which a history starts.</summary>
/// <param name="Revision">Its current revision.</param>
/// <param name="Sha256">SHA-256 of its database, lower-case hexadecimal.</param>
public sealed record HistoryStart(long Revision, string Sha256)
{
    /// <summary>Creates the start from a saved snapshot.</summary>
    public static HistoryStart Of(EtcdSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new HistoryStart(snapshot.CurrentRevision, snapshot.DatabaseSha256);
    }
}

/// <summary>Records all changes of a cluster's keys. Experimental: docs/design/point-in-time.md lists what is missing.</summary>
/// <param name="client">A client that may read all keys.</param>
/// <param name="request">What to record, and where.</param>
/// <param name="clock">The clock for the time of each revision.</param>
public sealed class HistoryRecorder(EtcdClient client, HistoryRequest request, TimeProvider clock)
{
    private const string LockName = "lock";

    /// <summary>Continues or starts a history, and records until it is stopped.</summary>
    /// <param name="events">Receives a message for each closed segment; null for none.</param>
    /// <param name="cancellationToken">Stops the recording; the segment is then closed, without an error.</param>
    /// <returns>The recorded history; null if nothing was ever recorded.</returns>
    /// <exception cref="EtcdException">
    /// HistoryGap: changes since the last recording were compacted, or the folder belongs to another cluster. HistoryInvalid: the recorded history
    /// was changed. FileWriteFailed, DiskFull: the folder, which another recorder may hold. Also the errors of a watch.
    /// </exception>
    public async Task<HistoryArchive?> RecordAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(request.Folder);
        try
        {
            using var held = new FileStream(
                Path.Combine(request.Folder, LockName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0,
                    FileOptions.DeleteOnClose);
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

        // A recorder was killed. The cluster may meanwhile have compacted the revisions that it recorded.
        if (File.Exists(salvaged)) File.Delete(open); // the incomplete output of a killed salvage
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
                last = now > last ? now : last; // a clock that is set back must not reorder the changes
                foreach (IGrouping<long, WatchEvent> group in batch.Events.GroupBy(change => change.KeyValue.ModRevision))
                {
                    // Every revision changes at least one key, and all keys are watched. So a missing revision means that the watch did not report
                    // it.
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
            // Stopped by the caller.
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
