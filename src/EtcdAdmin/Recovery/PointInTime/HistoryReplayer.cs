using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.KeyFiles;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>The result of a replay.</summary>
/// <param name="Revision">The revision of the history that the target now has.</param>
/// <param name="TargetRevision">The target's own revision at that point.</param>
/// <param name="Transactions">Number of transactions; more than revisions if a revision was too large for one transaction.</param>
/// <param name="Events">Number of changes.</param>
/// <param name="LeasesDropped">Number of keys that were put without their lease.</param>
public sealed record HistoryReplay(long Revision, long TargetRevision, long Transactions, long Events, long LeasesDropped);

/// <summary>
/// Repeats recorded changes in a cluster that was restored from a snapshot. Each revision is one transaction, so watchers see the original
/// transactions. Experimental: docs/design/point-in-time.md lists what is missing.
/// </summary>
/// <param name="archive">The recorded history.</param>
/// <param name="target">A client that may write all keys. No other client may write to the target.</param>
public sealed class HistoryReplayer(HistoryArchive archive, EtcdClient target)
{
    /// <summary>Replays the history from a snapshot's revision to a later revision.</summary>
    /// <param name="snapshotRevision">The revision of the snapshot that the target was restored from; not the target's own revision, which a restore
    /// may have raised.</param>
    /// <param name="through">The revision of the history to stop at.</param>
    /// <param name="events">Receives progress; null for none.</param>
    /// <param name="cancellationToken">Cancels the replay. The target then has an intermediate revision and must be restored again.</param>
    /// <exception cref="EtcdException">
    /// HistoryGap: the history does not contain these revisions. HistoryDiverged: the target does not match the history. HistoryInvalid: the
    /// history was changed after it was verified.
    /// </exception>
    /// <exception cref="EtcdRpcException">The target refuses a request.</exception>
    public async Task<HistoryReplay> ReplayAsync(
        long snapshotRevision, long through, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(through, snapshotRevision);
        string activity = $"Replaying {archive.Folder}";
        long revision =
            (await target.Kv.QueryAsync(KeyRange.Key("/"), new RangeQuery { CountOnly = true }, cancellationToken).ConfigureAwait(
                false)).Header.Revision;
        var replay = new HistoryReplay(snapshotRevision, revision, 0, 0, 0);
        try
        {
            await foreach (HistoryGroup group in archive.ReadAsync(snapshotRevision, through, cancellationToken).ConfigureAwait(false))
            {
                replay = await ApplyAsync(group, replay, cancellationToken).ConfigureAwait(false);
                events.Progress(activity, string.Create(CultureInfo.InvariantCulture, $"revision {group.Revision} of {through}"),
                    Math.Min(0.99, (double)(group.Revision - snapshotRevision) / (through - snapshotRevision)));
            }

            return replay;
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }
    }

    private async Task<HistoryReplay> ApplyAsync(HistoryGroup group, HistoryReplay replay, CancellationToken cancellationToken)
    {
        foreach (WatchEvent[] part in Parts(group.Events)) replay = await ApplyAsync(group, part, replay, cancellationToken).ConfigureAwait(false);
        return replay with { Revision = group.Revision };
    }

    private async Task<HistoryReplay> ApplyAsync(HistoryGroup group, WatchEvent[] part, HistoryReplay replay, CancellationToken cancellationToken)
    {
        long revision;
        try
        {
            revision = await WriteAsync(group, part, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.ErrorId == EtcdErrorIds.RequestTooLarge && part.Length > 1)
        {
            // The target's limit (of bytes or of operations) is lower than etcd's default.
            int half = part.Length / 2;
            replay = await ApplyAsync(group, part[..half], replay, cancellationToken).ConfigureAwait(false);
            return await ApplyAsync(group, part[half..], replay, cancellationToken).ConfigureAwait(false);
        }

        if (revision != replay.TargetRevision + 1)
        {
            throw HistoryErrors.Diverged(group.Revision, string.Create(CultureInfo.InvariantCulture,
                $"the target has revision {revision} instead of {replay.TargetRevision + 1}"));
        }

        return replay with
        {
            TargetRevision = revision,
            Transactions = replay.Transactions + 1,
            Events = replay.Events + part.Length,
            LeasesDropped = replay.LeasesDropped + part.Count(change => !change.KeyValue.Lease.IsNone),
        };
    }

    private async Task<long> WriteAsync(HistoryGroup group, WatchEvent[] part, CancellationToken cancellationToken)
    {
        // A value that just fits into a put may not fit into a transaction with the same put.
        if (part is [{ Type: WatchEventType.Put } put])
            return (await target.Kv.PutAsync(put.KeyValue.Key, put.KeyValue.Value, cancellationToken: cancellationToken).ConfigureAwait(
                false)).Header.Revision;
        var transaction = new EtcdTransaction { Success = [.. part.Select(Operation)] };
        TxnResult result = await target.Kv.TxnAsync(transaction, cancellationToken).ConfigureAwait(false);
        if (result.Results.Any(done => done.Delete is { Deleted: 0 })) throw HistoryErrors.Diverged(group.Revision, "a key to delete does not exist");
        return result.Header.Revision;
    }

    /// <summary>Splits a revision that is too large for one transaction of the target (for example, the deletion of a large range).</summary>
    private static IEnumerable<WatchEvent[]> Parts(IReadOnlyList<WatchEvent> events)
    {
        var part = new List<WatchEvent>();
        long size = 0;
        foreach (WatchEvent change in events)
        {
            long cost = KeyFileRules.Cost(change.KeyValue.Key, change.KeyValue.Value);
            if (part.Count > 0 && (part.Count == KeyFileRules.MaxOperations || size + cost > KeyFileRules.MaxRequest - KeyFileRules.RequestOverhead))
            {
                yield return [.. part];
                part.Clear();
                size = 0;
            }

            part.Add(change);
            size += cost;
        }

        yield return [.. part];
    }

    // Leases are not replayed: in the target they would expire by its own clock and delete keys that the history deletes itself.
    private static TxnOperation Operation(WatchEvent change) => change.Type == WatchEventType.Put
        ? TxnOperation.Put(change.KeyValue.Key, change.KeyValue.Value)
        : TxnOperation.Delete(KeyRange.Key(change.KeyValue.Key));
}
