using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Maintenance.History;

/// <summary>The step that compacts, for all plans that do.</summary>
/// <param name="context">The context.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="request">What is kept.</param>
internal sealed class CompactionStep(AdminContext context, EtcdCluster cluster, CompactionRequest request)
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    // Twice etcd's backend-batch-interval, after which it ends a transaction of its database.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    /// <summary>What was done; null before the step.</summary>
    public EtcdCompaction? Done { get; private set; }

    /// <summary>The highest revision that any member reports: one that lags behind does not know the newest.</summary>
    /// <exception cref="EtcdRpcException">No member reported it.</exception>
    public static async Task<long> CurrentAsync(SpaceFacts facts, CancellationToken cancellationToken)
    {
        EtcdRpcException? silent = null;
        long[] revisions = await Task.WhenAll(facts.Members.Select(member => member.Health.Endpoint).OfType<Uri>().Select(async endpoint =>
        {
            try
            {
                EtcdClient client = facts.Cluster.Client.ForEndpoint(endpoint).WithCalls(CallTimeout, retry: false);
                return (await client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false)).Header.Revision;
            }
            catch (EtcdRpcException e)
            {
                silent = e;
                return 0;
            }
        })).ConfigureAwait(false);
        long highest = revisions.DefaultIfEmpty().Max();
        return highest > 0 || silent is null ? highest : throw silent;
    }

    /// <summary>The oldest revision that is kept; below 1 where nothing has to be deleted.</summary>
    public static long Wanted(CompactionRequest request, long current) =>
        request.Revision ?? (request.Keep is { } keep ? current - keep + 1 : current);

    /// <summary>Adds the step.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="current">The revision of the cluster; null if it does not serve yet.</param>
    public void AddTo(PlanBuilder plan, long? current)
    {
        // Clients write on, so only a named revision is the same when the step runs.
        string kept = request switch
        {
            { Found: { } found } => $"before {found}",
            { Revision: { } revision } => string.Create(CultureInfo.InvariantCulture, $"before revision {revision}"),
            { Keep: { } keep } => string.Create(CultureInfo.InvariantCulture, $"before the newest {keep} revisions"),
            _ => "before the current revision",
        };
        plan.NextStage().Add(
            StepText.Here(StepKind.CompactHistory, string.Create(CultureInfo.InvariantCulture,
                $"Delete the history {kept}{(current is null ? "" : $" (the cluster is at revision {current})")}; this cannot be undone")) with
            { Detail = kept },
            RunAsync);
    }

    private async Task RunAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        long current = await CurrentAsync(facts, cancellationToken).ConfigureAwait(false);
        long wanted = Wanted(request, current);
        bool compacted = false;
        if (wanted > 0)
        {
            if (request.Physical && wanted > 1) await CompactAheadAsync(facts, wanted - 1, events, cancellationToken).ConfigureAwait(false);
            try
            {
                await cluster.Client.Kv.CompactAsync(wanted, request.Physical, cancellationToken).ConfigureAwait(false);
                compacted = true;
            }
            catch (EtcdRpcException e) when (e.Error == EtcdError.Compacted)
            {
                if (request is { Revision: { } named, Found: null })
                {
                    throw new EtcdException(EtcdErrorIds.Compacted, string.Create(CultureInfo.InvariantCulture,
                        $"The history of cluster '{cluster.Name}' before revision {named} was compacted already."), e)
                    {
                        Target = cluster.Name,
                        NextStep = "Nothing is left to do, or name a later revision.",
                    };
                }

                events.Message($"The history of cluster '{cluster.Name}' was compacted this far already.");
            }
        }

        bool deleted = request.Physical && wanted > 0
            && await new DeletedHistory(cluster).WaitAsync(facts, wanted, events, cancellationToken).ConfigureAwait(false);
        if (request.Physical && compacted) await Task.Delay(Settling, context.Clock, cancellationToken).ConfigureAwait(false);
        Done = new EtcdCompaction
        {
            Cluster = cluster,
            Revision = Math.Max(0, wanted),
            CurrentRevision = current,
            Compacted = compacted,
            Physical = compacted && deleted,
        };
    }

    // A member counts the space that a compaction deletes as free only after the next write to its database (bbolt releases the pages of a
    // transaction when a later one begins). An idle cluster has no such write, and with the alarm NOSPACE none is accepted. So all but the last
    // revision is compacted first, and the compaction of the last one is that write.
    private async Task CompactAheadAsync(SpaceFacts facts, long revision, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.Client.Kv.CompactAsync(revision, physical: true, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.Compacted)
        {
            return; // it was compacted this far already
        }

        await new DeletedHistory(cluster).WaitAsync(facts, revision, events, cancellationToken).ConfigureAwait(false);
        await Task.Delay(Settling, context.Clock, cancellationToken).ConfigureAwait(false);
    }
}
