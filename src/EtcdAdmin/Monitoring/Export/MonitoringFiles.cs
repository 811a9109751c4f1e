namespace EtcdAdmin.Monitoring.Export;

/// <summary>The names of the files for monitoring systems.</summary>
internal static class MonitoringFiles
{
    public const string Scrape = "prometheus/etcd-scrape.yml";
    public const string Rules = "prometheus/etcd-alerts.yml";
    public const string Dashboard = "grafana/etcd-dashboard.json";
    public const string Nagios = "nagios/etcd.cfg";
    public const string Icinga = "icinga2/etcd.conf";
    public const string Authority = "ca.crt";
    public const string Certificate = "client.crt";
    public const string Key = "client.key";

    /// <summary>The path of a file of one cluster.</summary>
    public static string Of(MonitoredCluster cluster, string file) => $"prometheus/{cluster.Folder}/{file}";
}
