namespace EtcdAdmin.Monitoring.Export;

/// <summary>What to write for monitoring systems.</summary>
public sealed record MonitoringRequest
{
    /// <summary>The folder to write to; it is made if it does not exist.</summary>
    public required string Destination { get; init; }

    /// <summary>
    /// The folder in which the files will be on the machine of Prometheus; null for paths relative to the file with the scrape job.
    /// </summary>
    public string? InstalledAs { get; init; }

    /// <summary>The name of the scrape job.</summary>
    public string Job { get; init; } = "etcd";

    /// <summary>The common name of Prometheus's client certificates. If authentication is enabled, a name of no etcd user gives access to metrics
    /// only.</summary>
    public string UserName { get; init; } = "monitoring";

    /// <summary>How often Prometheus reads the metrics.</summary>
    public TimeSpan ScrapeInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Replaces existing files, and issues new certificates.</summary>
    public bool Overwrite { get; init; }
}
