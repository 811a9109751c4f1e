using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>The page with the metrics of one member.</summary>
internal sealed class MetricSource(EtcdCluster cluster, HealthTarget target, MetricRequest request, TimeProvider clock)
{
    private Uri? _found;

    /// <summary>Reads the page.</summary>
    /// <exception cref="EtcdException">There is no address for the member, it does not answer in time, or its answer is something else.</exception>
    public async Task<IReadOnlyList<MetricSample>> ReadAsync(CancellationToken cancellationToken)
    {
        Uri endpoint = target.Endpoint ?? throw MetricErrors.NoAddress(target);
        if (request.Port is { } port) endpoint = _found ??= await FindAsync(endpoint, port, cancellationToken).ConfigureAwait(false);
        string page = await GetAsync(endpoint, cancellationToken).ConfigureAwait(false);
        try
        {
            IReadOnlyList<MetricSample> all = PrometheusText.Parse(page);
            return request.Includes is { } includes ? [.. all.Where(sample => includes(sample.Name) || includes(sample.Family.Name))] : all;
        }
        catch (FormatException e)
        {
            throw MetricErrors.NotMetrics(endpoint, e);
        }
    }

    // The port of listen-metrics-urls, which are not in the member list: plain HTTP is usual, also for clusters with TLS.
    private async Task<Uri> FindAsync(Uri endpoint, int port, CancellationToken cancellationToken)
    {
        Uri plain = new UriBuilder(endpoint) { Scheme = Uri.UriSchemeHttp, Port = port }.Uri;
        try
        {
            await GetAsync(plain, cancellationToken).ConfigureAwait(false);
            return plain;
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.TlsFailed)
        {
            return new UriBuilder(plain) { Scheme = Uri.UriSchemeHttps, Port = port }.Uri;
        }
    }

    private async Task<string> GetAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.WithinAsync(
                cluster.Client.ForEndpoint(endpoint).GetMetricsAsync, request.Timeout, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw RpcErrors.Timeout(endpoint, "metrics", request.Timeout, e);
        }
    }
}
