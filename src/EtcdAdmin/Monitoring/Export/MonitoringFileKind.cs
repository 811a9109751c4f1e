namespace EtcdAdmin.Monitoring.Export;

/// <summary>What a file is for.</summary>
public enum MonitoringFileKind
{
    /// <summary>The scrape jobs for Prometheus.</summary>
    ScrapeJob,

    /// <summary>The alert rules for Prometheus.</summary>
    AlertRules,

    /// <summary>The dashboard for Grafana.</summary>
    Dashboard,

    /// <summary>The certificate of the authority of a cluster.</summary>
    Authority,

    /// <summary>The client certificate of Prometheus.</summary>
    Certificate,

    /// <summary>The private key of that certificate.</summary>
    PrivateKey,
}
