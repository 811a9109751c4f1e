using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Health.History;

/// <summary>Checks the health of clusters and remembers it: each result is appended to the history of a saved cluster, and the history shows when the
/// quotas are reached.</summary>
/// <param name="context">The environment.</param>
public sealed class HealthRecorder(AdminContext context)
{
    private readonly HealthHistoryStore _store = new(context);

    /// <summary>Checks a cluster, as <see cref="HealthChecker.CheckAsync"/> does, and records the result.</summary>
    /// <param name="cluster">Any cluster; one that is not saved has no history.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    public async Task<ClusterHealth> CheckAsync(EtcdCluster cluster, HealthOptions options, CancellationToken cancellationToken)
    {
        ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, options, cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = context.Clock.GetUtcNow();
        IReadOnlyList<EtcdHealthRecord> history = await ReadAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        await _store.AppendAsync(EtcdHealthRecord.Of(cluster.Name, health, now), cancellationToken).ConfigureAwait(false);
        return health with
        {
            Members = [.. health.Members.Select(member => member with { DaysUntilQuota = SpaceForecast.Of(history, member, now)?.DaysLeft })],
        };
    }

    private async Task<IReadOnlyList<EtcdHealthRecord>> ReadAsync(string cluster, CancellationToken cancellationToken)
    {
        try
        {
            return await _store.ReadAsync(cluster, SpaceForecast.Window, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException)
        {
            return []; // without a history there is no forecast; the health itself is known
        }
    }
}
