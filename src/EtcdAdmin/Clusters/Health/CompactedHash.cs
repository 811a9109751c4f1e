using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>The hash that a member made while it compacted its history, and keeps until it is restarted.</summary>
/// <remarks>
/// etcd hashes what a compaction keeps, because it reads the database for it anyway, and answers HashKV at such a revision from memory; its own
/// CompactHashCheck compares these hashes. Source: etcd <c>server/mvcc/hash.go</c> (HashByRev: a kept hash of exactly that revision), since
/// 3.5.5.
/// </remarks>
internal static class CompactedHash
{
    private static readonly EtcdVersion First = new(3, 5, 5);

    // Nothing is written there, and a read of one key costs nothing.
    private static readonly KeyRange AnyKey = KeyRange.Key(WriteProbe.KeyPrefix);

    /// <summary>Whether a member keeps such hashes.</summary>
    public static bool IsKept(MemberStatus status) => EtcdVersion.TryParse(status.Version, out EtcdVersion version) && version >= First;

    /// <summary>The hash of a member's last compaction; null if it has none any more, or does not report it.</summary>
    /// <param name="member">The member.</param>
    /// <param name="limit">The time limit.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public static async Task<KvHash?> ReadAsync(EtcdClient member, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
        try
        {
            if (await RevisionAsync(member, time.Token).ConfigureAwait(false) is not { } revision) return null;
            KvHash hash = await member.Maintenance.HashKvAsync(revision, time.Token).ConfigureAwait(false);
            // A hash that was made just now covers the history from this compaction on; a kept one that from the compaction before.
            return hash.CompactRevision < revision ? hash with { Revision = revision } : null;
        }
        catch (EtcdRpcException)
        {
            return null; // compacted again meanwhile, or refused: all data is compared instead
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The revision of the last compaction; null if there was none.</summary>
    private static async Task<long?> RevisionAsync(EtcdClient member, CancellationToken cancellationToken)
    {
        try
        {
            // A watch from revision 1 makes a member read its whole history, unless it is compacted.
            await member.Kv.QueryAsync(AnyKey, new RangeQuery { Revision = 1, Serializable = true, CountOnly = true }, cancellationToken)
                .ConfigureAwait(false);
            return null;
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.Compacted)
        {
            return await WatchAsync(member, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Only the refusal of a watch names the revision.</summary>
    private static async Task<long?> WatchAsync(EtcdClient member, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (WatchBatch _ in member.Watch.WatchAsync(AnyKey, new WatchOptions { StartRevision = 1 }, cancellationToken)
                .ConfigureAwait(false))
            {
                // The first batch says that the watch is set up; the refusal follows.
            }
        }
        catch (EtcdRpcException e) when (e.CompactRevision is { } revision)
        {
            return revision;
        }

        return null;
    }
}
