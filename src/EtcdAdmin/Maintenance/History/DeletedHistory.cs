using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Events;
using EtcdAdmin.Maintenance.Facts;

namespace EtcdAdmin.Maintenance.History;

/// <summary>
/// Waits until members have deleted compacted history from their databases. Each member does that by itself, some time after the cluster
/// accepted the compaction. A member that is asked for the same compaction again refuses it, but with <c>physical</c> only after all earlier
/// compactions have ended there (server/storage/mvcc/kvstore.go, compactBarrier).
/// </summary>
/// <param name="cluster">The cluster.</param>
internal sealed class DeletedHistory(EtcdCluster cluster)
{
    /// <summary>Waits for all members that serve, at the same time. Learners refuse compactions, so they are not asked.</summary>
    /// <param name="facts">The members.</param>
    /// <param name="revision">The revision of the compaction.</param>
    /// <param name="events">Receives a warning for each member that did not answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether all of them have deleted it.</returns>
    public async Task<bool> WaitAsync(SpaceFacts facts, long revision, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        bool[] deleted = await Task.WhenAll(facts.Members
            .Where(member => member.Health is { Serves: true, IsLearner: not true, Endpoint: not null })
            .Select(member => WaitAsync(member.Health, revision, events, cancellationToken))).ConfigureAwait(false);
        return deleted.All(done => done);
    }

    private async Task<bool> WaitAsync(EtcdHealth member, long revision, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.Client.ForEndpoint(member.Endpoint!).Kv.CompactAsync(revision, physical: true, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.Compacted)
        {
            return true;
        }
        catch (EtcdRpcException e)
        {
            events.Warning($"Member {member.Member} did not report whether it has deleted the old history yet: {e.Message}");
            return false;
        }
    }
}
