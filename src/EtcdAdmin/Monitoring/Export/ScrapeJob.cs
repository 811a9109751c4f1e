using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtcdAdmin.Text;

namespace EtcdAdmin.Monitoring.Export;

/// <summary>The scrape jobs of Prometheus: one for each cluster, because each has its own certificates.</summary>
/// <remarks>Source of the format: prometheus, docs/configuration/configuration.md, 2.42. Relative paths count from the file they are in, also in a
/// file of <c>scrape_config_files</c>.</remarks>
internal static class ScrapeJob
{
    // Only to quote: YAML reads JSON's strings.
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file.</summary>
    public static string File(IReadOnlyList<MonitoredCluster> clusters, MonitoringRequest request)
    {
        var text = new StringBuilder(
            """
            # Scrape jobs for etcd clusters, written by EtcdAdmin. Add this file to scrape_config_files in prometheus.yml (Prometheus 2.43), or its jobs
            # to scrape_configs. Prometheus must be able to read the private keys: make its user their owner, and leave the mode 0600.
            scrape_configs:

            """);
        foreach (MonitoredCluster cluster in clusters) Add(text, cluster, request);
        return text.ToString();
    }

    private static void Add(StringBuilder text, MonitoredCluster cluster, MonitoringRequest request)
    {
        // Prometheus refuses two jobs of one name; the alerts and the dashboard want one name for all.
        text.Append(CultureInfo.InvariantCulture, $"  - job_name: {Quote($"{request.Job}-{cluster.Name}")}\n");
        text.Append(CultureInfo.InvariantCulture, $"    scrape_interval: {(int)request.ScrapeInterval.TotalSeconds}s\n");
        if (cluster.Members.Any(member => member.Endpoint.Scheme == Uri.UriSchemeHttps)) text.Append("    scheme: https\n");
        if (cluster.HasFiles)
        {
            string folder = request.InstalledAs is { } installed ? $"{installed.TrimEnd('/')}/{cluster.Folder}" : cluster.Folder;
            text.Append("    tls_config:\n");
            if (cluster.AuthorityPem is not null)
                text.Append(CultureInfo.InvariantCulture, $"      ca_file: {Quote($"{folder}/{MonitoringFiles.Authority}")}\n");
            if (cluster.KeyPem is not null || cluster.LacksCertificate)
            {
                text.Append(CultureInfo.InvariantCulture, $"      cert_file: {Quote($"{folder}/{MonitoringFiles.Certificate}")}\n");
                text.Append(CultureInfo.InvariantCulture, $"      key_file: {Quote($"{folder}/{MonitoringFiles.Key}")}\n");
            }
        }

        text.Append("    static_configs:\n");
        foreach ((string name, Uri endpoint) in cluster.Members)
        {
            text.Append(CultureInfo.InvariantCulture, $"      - targets: [{Quote(EndpointUrl.ShowAuthority(endpoint))}]\n");
            text.Append(CultureInfo.InvariantCulture,
                $"        labels: {{job: {Quote(request.Job)}, cluster: {Quote(cluster.Name)}, member: {Quote(name)}}}\n");
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text, Quoting);
}
