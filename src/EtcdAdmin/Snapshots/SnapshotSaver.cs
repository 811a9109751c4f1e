using System.Globalization;
using System.Security.Cryptography;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Text;

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
    /// FileWriteFailed: the file. SnapshotInvalid: what came is not a database. CertificateInvalid: nothing can be encrypted for a recipient.
    /// InvalidArgument: the file is named like another form. In all of them no file is left.
    /// </exception>
    public async Task<EtcdSnapshot> SaveAsync(
        EtcdCluster cluster, SaveSnapshotRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        if (request.Compression == SnapshotCompression.Tar) throw new ArgumentException("Snapshots are saved as TarGz, not as Tar.", nameof(request));
        string activity = $"Saving snapshot of cluster {cluster.Name}";
        DateTimeOffset now = context.Clock.GetUtcNow();
        SnapshotSource source = await SnapshotSource.ChooseAsync(context, cluster, request.Member, cancellationToken).ConfigureAwait(false);
        SnapshotName name = SnapshotName.Choose(request.Destination, request.Form, now);
        events.Message($"Taking the snapshot from member {source.Name} ({source.Client.Endpoints[0]}) into {name.Path}");

        EtcdSnapshot? saved = null;
        try
        {
            await AtomicFile.WriteReservedAsync(
                name.Path,
                name.Part,
                async (file, token) => saved = await WriteAsync(file, name, source, request, new Report(activity, now, events), token).ConfigureAwait(false),
                overwrite: false,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }

        EtcdSnapshot snapshot = saved! with // set, or an exception came
        {
            Path = name.Path,
            Form = request.Form,
            Version = source.Version,
            ClusterName = cluster.Name,
            ClusterId = source.Cluster,
            Member = source.Name,
        };
        await NoteAsync(snapshot, events, cancellationToken).ConfigureAwait(false);
        if (SnapshotVerifier.Loss(snapshot) is { } loss)
            events.Warning($"{snapshot.Path} is as member {source.Name} sent it, but {loss}. Its keys are whole; Test-EtcdSnapshot will not pass it. Defragment that member, or take a snapshot from another one.");
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

    private async Task<EtcdSnapshot> WriteAsync(
        FileStream file, SnapshotName name, SnapshotSource source, SaveSnapshotRequest request, Report report, CancellationToken cancellationToken)
    {
        if (request.Form.IsPlain)
        {
            SnapshotDigest plain = await ReceiveAsync(source.Client, request.InactivityTimeout, file, _ => { }, report, cancellationToken).ConfigureAwait(false);
            report.Events.Progress(report.Activity, "Checking what was saved", 0.99);
            return new EtcdSnapshot(await CheckPlainAsync(file, plain, cancellationToken).ConfigureAwait(false), report.Time);
        }

        var packing = PackingStream.Begin(file, request.Form, request.Recipients, name.Bare, report.Time);
        await using (packing.ConfigureAwait(false))
        {
            SnapshotDigest received = await ReceiveAsync(source.Client, request.InactivityTimeout, packing, packing.Announce, report, cancellationToken)
                .ConfigureAwait(false);
            await Task.Run(packing.Finish, cancellationToken).ConfigureAwait(false);
            report.Events.Progress(report.Activity, "Checking what was saved", 0.99);
            return await CheckPackedAsync(file, request.Form, received, packing.Secrets, report.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the file back while it goes to the disk: the one needs the processor, the other does not.</summary>
    private static async Task<SnapshotInfo> CheckPlainAsync(FileStream file, SnapshotDigest digest, CancellationToken cancellationToken)
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

    /// <summary>Opens the file as a restore would, and reads the database in it; the plain one is gone afterwards.</summary>
    private static async Task<EtcdSnapshot> CheckPackedAsync(
        FileStream file, SnapshotFormat form, SnapshotDigest received, SnapshotSecrets secrets, DateTimeOffset time, CancellationToken cancellationToken)
    {
        // Beside the file there is room for a snapshot. But who encrypts it trusts neither that disk nor whoever else reads there.
        var limits = new UnpackLimits { Folder = form.IsEncrypted ? null : Path.GetDirectoryName(file.Name) };
        OpenSnapshot open = await SnapshotOpener.OpenAsync(file.Name, secrets, limits, events: null, cancellationToken).ConfigureAwait(false);
        await using (open.ConfigureAwait(false))
        {
            EtcdSnapshot snapshot = await open.DescribeAsync(events: null, cancellationToken).ConfigureAwait(false);
            if (snapshot.DatabaseSha256 != received.Sha256) throw FormatErrors.Damaged(file.Name, "what is read back is not what the member sent");
            return snapshot with { Created = time };
        }
    }

    private async Task<SnapshotDigest> ReceiveAsync(
        EtcdClient client, TimeSpan inactivity, Stream target, Action<long> announce, Report report, CancellationToken cancellationToken)
    {
        var stream = new SnapshotStream(target);
        await using (stream.ConfigureAwait(false))
        {
            await CopyAsync(client, inactivity, stream, announce, report, cancellationToken).ConfigureAwait(false);
            return await stream.FinishAsync(client.Endpoints[0]).ConfigureAwait(false);
        }
    }

    private async Task CopyAsync(
        EtcdClient client, TimeSpan inactivity, SnapshotStream stream, Action<long> announce, Report report, CancellationToken cancellationToken)
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
                // The member counts the database alone; the checksum comes behind it.
                if (stream.Size == 0) announce(chunk.Data.Length + chunk.RemainingBytes + SHA256.HashSizeInBytes);
                await stream.WriteAsync(chunk.Data).ConfigureAwait(false);
                silence.CancelAfter(inactivity);
                TimeSpan elapsed = context.Clock.GetElapsedTime(start);
                if (elapsed < nextReport) continue;
                nextReport = elapsed + ReportInterval;
                report.Bytes(stream.Size, chunk.RemainingBytes, elapsed);
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EtcdException(EtcdErrorIds.Timeout,
                $"The snapshot stopped: {client.Endpoints[0]} sent nothing for {inactivity.TotalSeconds:0} s, after {stream.Size} bytes.")
            {
                Target = client.Endpoints[0],
                NextStep = "Take it from another member, or allow a longer silence.",
            };
        }
    }

    /// <summary>Where the progress of one snapshot is told, and when it was taken.</summary>
    private sealed record Report(string Activity, DateTimeOffset Time, IProgress<EtcdEvent>? Events)
    {
        public void Bytes(long done, long remaining, TimeSpan elapsed)
        {
            const double Mega = 1_000_000;
            double rate = elapsed > TimeSpan.Zero ? done / Mega / elapsed.TotalSeconds : 0;
            string status = string.Create(CultureInfo.InvariantCulture, $"{done / Mega:0} of {(done + remaining) / Mega:0} MB, {rate:0} MB/s");
            Events.Progress(Activity, status, Math.Min(0.98, done / (double)Math.Max(1, done + remaining)));
        }
    }
}
