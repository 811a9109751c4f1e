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
/// <param name="context">The services to use.</param>
public sealed class SnapshotSaver(AdminContext context)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Streams a snapshot to a file. The file gets its final name only when it is complete, checked and flushed to disk.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="request">Options of the snapshot.</param>
    /// <param name="events">Receives progress in bytes.</param>
    /// <param name="cancellationToken">Cancels the save; nothing is left behind.</param>
    /// <exception cref="EtcdException">
    /// NotHealthy, MemberNotFound: no member to take the snapshot from. SnapshotIncomplete, ConnectionLost, Timeout: the stream. FileExists,
    /// DiskFull,
    /// FileWriteFailed: the file. SnapshotInvalid: the received data is not a database. CertificateInvalid: cannot encrypt for a recipient.
    /// InvalidArgument: the file's extension belongs to another format. In all cases no file is left.
    /// </exception>
    public async Task<EtcdSnapshot> SaveAsync(
        EtcdCluster cluster, SaveSnapshotRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        if (request.Compression == SnapshotCompression.Tar)
            throw new ArgumentException("Tar is not supported for saving. Use TarGz.", nameof(request));
        string activity = $"Saving snapshot of cluster {cluster.Name}";
        DateTimeOffset now = context.Clock.GetUtcNow();
        SnapshotSource source = await SnapshotSource.ChooseAsync(context, cluster, request.Member, cancellationToken).ConfigureAwait(false);
        SnapshotFormat format = request.FormatFor(source.DbSizeBytes);
        SnapshotName name = SnapshotName.Choose(request.Destination, format, now);
        events.Message($"Taking the snapshot from member {source.Name} ({source.Client.Endpoints[0]}) into {name.Path}");

        EtcdSnapshot? saved = null;
        try
        {
            await AtomicFile.WriteReservedAsync(
                name.Path,
                name.Part,
                async (file,
                    token) => saved = await WriteAsync(file, name, source, request, format, new Report(activity, now, events), token)
                        .ConfigureAwait(false),
                overwrite: false,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }

        EtcdSnapshot snapshot = saved! with // set, or an exception was thrown
        {
            Path = name.Path,
            Format = format,
            Version = source.Version,
            ClusterName = cluster.Name,
            ClusterId = source.Cluster,
            Member = source.Name,
        };
        await WriteManifestAsync(snapshot, events, cancellationToken).ConfigureAwait(false);
        if (OpensslProblem(snapshot, request) is { } problem) events.Warning(problem);
        if (SnapshotVerifier.Loss(snapshot) is { } loss)
            events.Warning(
                        $"{snapshot.Path} was saved exactly as member {source.Name} sent it, but {loss}. "
                        + "Its keys are complete, but Test-EtcdSnapshot will report a failed check. "
                        + $"Defragment member {source.Name}, or take a snapshot from another member.");
        return snapshot;
    }

    /// <summary>A warning if openssl cannot open an encrypted snapshot although the operator may expect it; otherwise null.</summary>
    internal static string? OpensslProblem(EtcdSnapshot snapshot, SaveSnapshotRequest request) =>
        (snapshot.Format.Encryption, request.Encryption) switch
        {
            (SnapshotEncryption.Container, null) =>
                $"{snapshot.Path} is encrypted in EtcdAdmin's own container, which only EtcdAdmin opens: "
                + "its database is larger than 1.5 GB, and openssl opens no larger CMS files. If the database compresses well, use -Compress Gzip "
                + "-EncryptionFormat Cms. To keep the container, use -EncryptionFormat Container; this warning then goes away.",
            (SnapshotEncryption.Cms, not null) when snapshot.Size > CmsSnapshot.LargestForOpenssl =>
                $"{snapshot.Path} is larger than 1.5 GB. EtcdAdmin opens it, but openssl may not: it holds the whole file "
                    + "in memory, and ends at 1.6 GB.",
            _ => null,
        };

    private static async Task WriteManifestAsync(EtcdSnapshot snapshot, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            await SnapshotManifest.Of(snapshot).WriteAsync(snapshot.Path, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            // The snapshot is usable without a manifest.
            events.Warning($"{snapshot.Path} was saved and is usable, but its manifest could not be written: {e.Message}");
        }
    }

    private async Task<EtcdSnapshot> WriteAsync(
        FileStream file, SnapshotName name, SnapshotSource source, SaveSnapshotRequest request, SnapshotFormat format, Report report,
        CancellationToken cancellationToken)
    {
        if (format.IsPlain)
        {
            SnapshotDigest plain =
                await ReceiveAsync(source.Client, request.InactivityTimeout, file, _ => { }, report, cancellationToken).ConfigureAwait(false);
            report.Events.Progress(report.Activity, "Checking the saved file", 0.99);
            return new EtcdSnapshot(await CheckPlainAsync(file, plain, cancellationToken).ConfigureAwait(false), report.Time);
        }

        var packing = PackingStream.Begin(file, format, request.Recipients, name.Bare, report.Time);
        await using (packing.ConfigureAwait(false))
        {
            SnapshotDigest received =
                await ReceiveAsync(source.Client, request.InactivityTimeout, packing, packing.Announce, report, cancellationToken)
                .ConfigureAwait(false);
            await Task.Run(packing.Finish, cancellationToken).ConfigureAwait(false);
            report.Events.Progress(report.Activity, "Checking the saved file", 0.99);
            return await CheckPackedAsync(file, format, received, packing.Secrets, report.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the file back while it is flushed to disk: reading needs the processor, flushing needs the disk.</summary>
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

    /// <summary>Opens the file as a restore would and reads its database; the unpacked database is deleted afterwards.</summary>
    private static async Task<EtcdSnapshot> CheckPackedAsync(
        FileStream file, SnapshotFormat format, SnapshotDigest received, SnapshotSecrets secrets, DateTimeOffset time,
        CancellationToken cancellationToken)
    {
        // The file's folder has room for a snapshot. But an operator who encrypts does not trust that disk or its other readers.
        var limits = new UnpackLimits { Folder = format.IsEncrypted ? null : Path.GetDirectoryName(file.Name) };
        OpenSnapshot open = await SnapshotOpener.OpenAsync(file.Name, secrets, limits, events: null, cancellationToken).ConfigureAwait(false);
        await using (open.ConfigureAwait(false))
        {
            EtcdSnapshot snapshot = await open.DescribeAsync(events: null, cancellationToken).ConfigureAwait(false);
            if (snapshot.DatabaseSha256 != received.Sha256)
                throw FormatErrors.Damaged(file.Name, "the data read back differs from the data that the member sent");
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
                silence.CancelAfter(Timeout.InfiniteTimeSpan); // a slow local disk must not count as silence of the member
                // The member counts only the database; the checksum follows after it.
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
                $"The snapshot stopped after {stream.Size} bytes: {client.Endpoints[0]} sent nothing for {inactivity.TotalSeconds:0} s.")
            {
                Target = client.Endpoints[0],
                NextStep = "Take the snapshot from another member (-Member), or wait longer for data (-InactivityTimeout).",
            };
        }
    }

    /// <summary>Reports the progress of one snapshot and keeps the time when it was taken.</summary>
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
