using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>
/// Reads raft snapshots and a log as etcd does at startup: the newest raft snapshot that the log records, then the entries after it.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="open">Reads a file of them, by its full path.</param>
/// <remarks>Source: etcd <c>server/etcdserver/server.go</c> (NewServer) and <c>api/snap/snapshotter.go</c> (LoadNewestAvailable), 3.5.</remarks>
internal sealed class V2DataReader(RaftFiles files, Func<string, Func<Stream, CancellationToken, Task>, CancellationToken, Task> open)
{
    /// <summary>Reads the data.</summary>
    /// <param name="result">Makes the result from the raft snapshot (null for none), the entries after it, and the summary of the log.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="V2DataException">The log is damaged, or no raft snapshot fits it.</exception>
    public async Task<T> ReadAsync<T>(Func<RaftSnapshot?, V2LogObserver, WalSummary, T> result, CancellationToken cancellationToken)
    {
        string? damage = null;
        foreach (RaftFile file in files.Snapshots)
        {
            LogPosition named = RaftSnapshotName.Parse(file.Name)!.Value; // not null: others are not in the list
            (RaftSnapshot? snapshot, string? wrong) = await ReadSnapshotAsync(file, cancellationToken).ConfigureAwait(false);
            damage ??= wrong is null ? null : $"{file.Name}: {wrong}";
            if (snapshot is null || snapshot.Position != named) continue;
            (V2LogObserver log, WalSummary summary) = await ReadLogAsync(named.Index, cancellationToken).ConfigureAwait(false);
            if (log.Recorded(named, summary.State.Commit)) return result(snapshot, log, summary);
        }

        // etcd replays such a log from its start.
        if (WalSegmentName.Parse(files.Segments[0].Name) is not { FirstIndex: 0 })
            throw new V2DataException(damage ?? "the write-ahead log records none of the raft snapshots");
        (V2LogObserver all, WalSummary end) = await ReadLogAsync(0, cancellationToken).ConfigureAwait(false);
        return result(null, all, end);
    }

    private async Task<(RaftSnapshot? Snapshot, string? Damage)> ReadSnapshotAsync(RaftFile file, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await open($"{files.SnapFolder}/{file.Name}", (stream, token) => stream.CopyToAsync(content, token), cancellationToken).ConfigureAwait(false);
        RaftSnapshot? snapshot = RaftSnapshot.TryParse(content.GetBuffer().AsSpan(0, (int)content.Length), out string? damage);
        return (snapshot, damage);
    }

    private async Task<(V2LogObserver Log, WalSummary Summary)> ReadLogAsync(ulong from, CancellationToken cancellationToken)
    {
        var log = new V2LogObserver(from);
        var reader = new WalReader(log);
        foreach (RaftFile segment in files.SegmentsFrom(from))
        {
            bool goesOn = true;
            await open(
                $"{files.WalFolder}/{segment.Name}",
                // The reader waits for bytes that arrive; another thread delivers them.
                (content, token) => Task.Run(() => goesOn = reader.Add(segment.Name, content, token), token),
                cancellationToken).ConfigureAwait(false);
            if (!goesOn) break;
        }

        WalSummary summary = reader.Finish();
        return summary.Condition == WalCondition.Damaged ? throw new V2DataException(summary.Damage!) : (log, summary); // not null: damaged
    }
}

/// <summary>Raft data that cannot be read.</summary>
/// <param name="finding">What is wrong: a clause without a full stop.</param>
internal sealed class V2DataException(string finding) : Exception(finding);
