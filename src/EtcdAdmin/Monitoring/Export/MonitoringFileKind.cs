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

    /// <summary>The objects for Nagios.</summary>
    Nagios,

    /// <summary>The objects for Icinga 2.</summary>
    Icinga,

    /// <summary>The certificate of the authority of a cluster.</summary>
    Authority,

    /// <summary>The client certificate of Prometheus.</summary>
    Certificate,

    /// <summary>The private key of that certificate.</summary>
    PrivateKey,
}
