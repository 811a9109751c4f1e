using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>The errors for members whose metrics could not be read.</summary>
internal static class MetricErrors
{
    /// <summary>Why the metrics of a member could not be read, with the next step.</summary>
    public static EtcdException Of(HealthTarget target, MetricRequest request, EtcdException cause) =>
        new(cause.ErrorId, $"The metrics of member {target.Name} could not be read. {cause.Message}", cause)
        {
            Target = target.Name,
            NextStep = cause.ErrorId == EtcdErrorIds.TlsFailed || target.Endpoint is null || request.Port is not null
                ? cause.NextStep
                : $"{cause.NextStep} If the member serves its metrics at another port (listen-metrics-urls), supply it with -Port.",
        };

    /// <summary>The member has no client URL that can be reached from here.</summary>
    public static EtcdException NoAddress(HealthTarget target) => new(EtcdErrorIds.Unavailable, Why(target))
    {
        Target = target.Name,
        NextStep = target.IsSocket
            ? "Read its metrics on its own host, or set listen-metrics-urls there and connect to that host."
            : "Start the member, then run the command again.",
    };

    /// <summary>The answer is not in the text format.</summary>
    public static EtcdException NotMetrics(Uri endpoint, FormatException cause) =>
        new(EtcdErrorIds.ProtocolError, $"The answer of {EndpointUrl.Show(endpoint)} is not in Prometheus's text format ({cause.Message}).", cause)
        {
            Target = endpoint,
            NextStep = "Check that the endpoint is an etcd client URL or metrics URL, not a proxy.",
        };

    private static string Why(HealthTarget target) => target.IsSocket
        ? "It listens for clients only on a Unix socket."
        : !target.IsStarted ? "It has never started." : "Its client URL is not known.";
}
