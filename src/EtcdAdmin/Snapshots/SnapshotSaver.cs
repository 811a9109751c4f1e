using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Snapshots;

/// <summary>Takes snapshots of live clusters.</summary>
/// <param name="context">The surroundings.</param>
public sealed class SnapshotSaver(AdminContext context)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Streams a snapshot to a file that appears under its name only when it is whole, checked and on the disk.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="request">What and where.</param>
    /// <param name="events">Gets progress in bytes.</param>
    /// <param name="cancellationToken">Gives up; nothing is left then.</param>
    /// <exception cref="EtcdException">
    /// NotHealthy, MemberNotFound: nobody to take it from. SnapshotIncomplete, ConnectionLost, Timeout: the stream. FileExists, DiskFull,
    /// FileWriteFailed: the file. SnapshotInvalid: what came is no database. In all of them no file is left.
    /// </exception>
    public async Task<EtcdSnapshot> SaveAsync(
        EtcdCluster cluster, SaveSnapshotRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        string activity = $"Saving snapshot of cluster {cluster.Name}";
        DateTimeOffset now = context.Clock.GetUtcNow();
        SnapshotSource source = await SnapshotSource.ChooseAsync(context, cluster, request.Member, cancellationToken).ConfigureAwait(false);
        string path = SnapshotName.Choose(request.Destination, now);
        events.Message($"Taking the snapshot from member {source.Name} ({source.Client.Endpoints[0]}) into {path}");

        SnapshotInfo? info = null;
        try
        {
            await AtomicFile.WriteNewAsync(
                path,
                async (file, token) =>
                {
                    SnapshotDigest digest = await ReceiveAsync(source.Client, request.InactivityTimeout, file, activity, events, token)
                        .ConfigureAwait(false);
                    events.Progress(activity, "Checking what was saved", 0.99);
                    info = await CheckAsync(file, digest, token).ConfigureAwait(false);
                },
                AtomicFile.OwnerOnly,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }

        var snapshot = new EtcdSnapshot(info! with { Path = path }, now) // set, or an exception came
        {
            Version = source.Version,
            ClusterName = cluster.Name,
            ClusterId = source.Cluster,
            Member = source.Name,
        };
        await NoteAsync(snapshot, events, cancellationToken).ConfigureAwait(false);
        return snapshot;
    }

    private static async Task NoteAsync(EtcdSnapshot snapshot, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            await SnapshotManifest.Of(snapshot).WriteAsync(snapshot.Path, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            // The snapshot is whole without it.
            events.Warning($"{snapshot.Path} is saved, but what is known of it could not be written beside it: {e.Message}");
        }
    }

    /// <summary>Reads the file back while it goes to the disk: the one needs the processor, the other does not.</summary>
    private static async Task<SnapshotInfo> CheckAsync(FileStream file, SnapshotDigest digest, CancellationToken cancellationToken)
    {
        Task flushing = Task.Run(() => file.Flush(flushToDisk: true), CancellationToken.None);
        try
        {
            return await SnapshotInspector.InspectAsync(file.Name, digest, events: null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await flushing.ConfigureAwait(false); // the file is closed next
        }
    }

    private async Task<SnapshotDigest> ReceiveAsync(
        EtcdClient client, TimeSpan inactivity, FileStream file, string activity, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        var stream = new SnapshotStream(file);
        await using (stream.ConfigureAwait(false))
        {
            await CopyAsync(client, inactivity, stream, activity, events, cancellationToken).ConfigureAwait(false);
            return await stream.FinishAsync(client.Endpoints[0]).ConfigureAwait(false);
        }
    }

    private async Task CopyAsync(
        EtcdClient client, TimeSpan inactivity, SnapshotStream stream, string activity, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        long start = context.Clock.GetTimestamp();
        TimeSpan nextReport = TimeSpan.Zero;
        try
        {
            silence.CancelAfter(inactivity);
            await foreach (SnapshotChunk chunk in client.Maintenance.SnapshotAsync(either.Token).ConfigureAwait(false))
            {
                silence.CancelAfter(Timeout.InfiniteTimeSpan); // a slow disk of ours is not the member's silence
                await stream.WriteAsync(chunk.Data).ConfigureAwait(false);
                silence.CancelAfter(inactivity);
                TimeSpan elapsed = context.Clock.GetElapsedTime(start);
                if (elapsed < nextReport) continue;
                nextReport = elapsed + ReportInterval;
                Report(events, activity, stream.Size, chunk.RemainingBytes, elapsed);
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EtcdException(EtcdErrorIds.Timeout, EtcdErrorKind.Timeout,
                $"The snapshot stopped: {client.Endpoints[0]} sent nothing for {inactivity.TotalSeconds:0} s, after {stream.Size} bytes.")
            {
                Target = client.Endpoints[0],
                NextStep = "Take it from another member, or allow a longer silence.",
            };
        }
    }

    private static void Report(IProgress<EtcdEvent>? events, string activity, long done, long remaining, TimeSpan elapsed)
    {
        const double Mega = 1_000_000;
        double rate = elapsed > TimeSpan.Zero ? done / Mega / elapsed.TotalSeconds : 0;
        string status = string.Create(CultureInfo.InvariantCulture, $"{done / Mega:0} of {(done + remaining) / Mega:0} MB, {rate:0} MB/s");
        events.Progress(activity, status, Math.Min(0.98, done / (double)Math.Max(1, done + remaining)));
    }
}
