using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>Reads the metrics of all members of a cluster at once.</summary>
/// <param name="context">The environment.</param>
public sealed class MetricReader(AdminContext context)
{
    /// <summary>Reads the metrics. A member without an answer is a failure in the result, and the others are read.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="request">Which metrics.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<ClusterMetrics> ReadAsync(EtcdCluster cluster, MetricRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        var options = new HealthOptions { Timeout = request.Timeout, ComparesProfile = false, LookAtProcesses = false, SavesRevision = false };
        var round = new HealthRound(cluster, options, context.Clock, cancellationToken);
        HealthTargets targets = await HealthTargets.FindAsync(cluster, options, round).ConfigureAwait(false);
        (IReadOnlyList<EtcdMetric> Metrics, EtcdException? Failure)[] answers = await Task.WhenAll(
            targets.All.OrderBy(target => target.Name, StringComparer.Ordinal)
                .Select(target => TryAsync(cluster, target, request, cancellationToken)))
            .ConfigureAwait(false);
        return new ClusterMetrics(
            [.. answers.SelectMany(answer => answer.Metrics)], [.. answers.Select(answer => answer.Failure).OfType<EtcdException>()]);
    }

    private async Task<(IReadOnlyList<EtcdMetric>, EtcdException?)> TryAsync(
        EtcdCluster cluster, HealthTarget target, MetricRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var source = new MetricSource(cluster, target, request, context.Clock);
            return (await AskAsync(source, cluster, target, request, cancellationToken).ConfigureAwait(false), null);
        }
        catch (EtcdException e)
        {
            return ([], MetricErrors.Of(target, request, e));
        }
    }

    private async Task<IReadOnlyList<EtcdMetric>> AskAsync(
        MetricSource source, EtcdCluster cluster, HealthTarget target, MetricRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<MetricSample> samples = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
        MetricRates? rates = null;
        if (request.Interval is { } interval)
        {
            long start = context.Clock.GetTimestamp();
            await Task.Delay(interval, context.Clock, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<MetricSample> later = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            rates = new MetricRates(samples, context.Clock.GetElapsedTime(start));
            samples = later;
        }

        return [.. samples.Select(sample => new EtcdMetric
        {
            Cluster = cluster,
            Member = target.Name,
            Name = sample.Name,
            Metric = sample.Family.Name,
            Labels = sample.Labels,
            Value = sample.Value,
            Rate = rates?.Of(sample),
            Type = sample.Family.Type,
            Help = sample.Family.Help,
        })];
    }
}
