using System.Text;

namespace EtcdAdmin.Monitoring.Export;

/// <summary>The alert rules for Prometheus, from the file <c>etcd-alerts.yml</c> beside this one.</summary>
/// <remarks>Their subjects are those of etcd's mixin (etcd, contrib/mixin/alerts/alerts.libsonnet, 3.6) and ours; texts and most limits are
/// ours.</remarks>
internal static class AlertRules
{
    private const string Resource = "Monitoring/Export/etcd-alerts.yml";

    /// <summary>The file.</summary>
    /// <param name="job">The name of the scrape job.</param>
    public static string File(string job)
    {
        using Stream stream = typeof(AlertRules).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly has no {Resource}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("@JOB@", job, StringComparison.Ordinal);
    }
}
