using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Monitoring.Export;

/// <summary>Writes the files with which monitoring systems watch clusters.</summary>
/// <param name="context">The environment.</param>
public sealed class MonitoringExporter(AdminContext context)
{
    /// <summary>
    /// Writes the files for clusters together. A cluster that cannot be read is a failure in the result, and the others are written.
    /// </summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="request">What to write.</param>
    /// <param name="cancellationToken">Cancels the export; files that are written by then stay.</param>
    /// <exception cref="EtcdException">InvalidArgument: the name of the job is not valid. FileExists: before anything is written. DiskFull,
    /// FileWriteFailed.</exception>
    public async Task<MonitoringExport> ExportAsync(
        IReadOnlyList<EtcdCluster> clusters, MonitoringRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        ArgumentNullException.ThrowIfNull(request);
        CheckJob(request.Job);
        var read = new List<MonitoredCluster>();
        var failures = new List<EtcdException>();
        foreach (EtcdCluster cluster in clusters.DistinctBy(cluster => cluster.Name))
        {
            try
            {
                read.Add(await MonitoredCluster.ReadAsync(context, cluster, request.UserName, cancellationToken).ConfigureAwait(false));
            }
            catch (EtcdException e)
            {
                failures.Add(e);
            }
        }

        if (read.Count == 0) return new MonitoringExport([], failures, []);
        IReadOnlyList<Content> contents = ContentsOf(read, request);
        if (!request.Overwrite) CheckNew(contents, request);
        var written = new List<EtcdMonitoringFile>();
        foreach (Content content in contents) written.Add(await WriteAsync(content, request, cancellationToken).ConfigureAwait(false));
        return new MonitoringExport(
            written, failures, [.. read.Where(cluster => cluster.LacksCertificate).Select(cluster => Warning(cluster, request))]);
    }

    private static IReadOnlyList<Content> ContentsOf(IReadOnlyList<MonitoredCluster> clusters, MonitoringRequest request)
    {
        var contents = new List<Content>
        {
            new(MonitoringFileKind.ScrapeJob, MonitoringFiles.Scrape, ScrapeJob.File(clusters, request),
                "Add the file to scrape_config_files in prometheus.yml (since 2.43), or its jobs to scrape_configs."),
            new(MonitoringFileKind.AlertRules, MonitoringFiles.Rules, AlertRules.File(request.Job), "Add the file to rule_files in prometheus.yml."),
            new(MonitoringFileKind.Dashboard, MonitoringFiles.Dashboard, Dashboard.File(request.Job),
                "Import the file in Grafana: Dashboards, New, Import."),
            new(MonitoringFileKind.Nagios, MonitoringFiles.Nagios, NagiosObjects.File(clusters), "Add the file with cfg_file in nagios.cfg."),
            new(MonitoringFileKind.Icinga, MonitoringFiles.Icinga, IcingaObjects.File(clusters), "Put the file into /etc/icinga2/conf.d."),
        };
        foreach (MonitoredCluster cluster in clusters)
        {
            Add(cluster, MonitoringFileKind.Authority, MonitoringFiles.Authority, cluster.AuthorityPem,
                "Keep the file in the folder beside the scrape job.");
            Add(cluster, MonitoringFileKind.Certificate, MonitoringFiles.Certificate, cluster.CertificatePem,
                "Keep the file in the folder beside the scrape job.");
            Add(cluster, MonitoringFileKind.PrivateKey, MonitoringFiles.Key, cluster.KeyPem,
                "Make Prometheus's user its owner; nobody else may read it.");
        }

        return contents;

        void Add(MonitoredCluster cluster, MonitoringFileKind kind, string file, string? text, string nextStep)
        {
            if (text is not null) contents.Add(new Content(kind, MonitoringFiles.Of(cluster, file), text, nextStep) { ClusterName = cluster.Name });
        }
    }

    private static void CheckNew(IReadOnlyList<Content> contents, MonitoringRequest request)
    {
        if (contents.Select(content => PathOf(content, request)).FirstOrDefault(Path.Exists) is not { } existing) return;
        throw new EtcdException(EtcdErrorIds.FileExists, $"'{existing}' already exists. Nothing was written.")
        {
            Target = existing,
            NextStep = "Choose another folder, or replace the files with -Force. That issues new certificates, too.",
        };
    }

    private static async Task<EtcdMonitoringFile> WriteAsync(Content content, MonitoringRequest request, CancellationToken cancellationToken)
    {
        string path = PathOf(content, request);
        string folder = Path.GetDirectoryName(path)!; // each file is in a folder
        PrivateFolder.Create(folder);
        if (content.Kind == MonitoringFileKind.PrivateKey) await PemFile.WriteKeyAsync(path, content.Text, cancellationToken).ConfigureAwait(false);
        else await AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(content.Text), AtomicFile.Public, cancellationToken).ConfigureAwait(false);
        return new EtcdMonitoringFile { Kind = content.Kind, Path = path, ClusterName = content.ClusterName, NextStep = content.NextStep };
    }

    private static string PathOf(Content content, MonitoringRequest request) =>
        Path.GetFullPath(Path.Combine(request.Destination, content.File.Replace('/', Path.DirectorySeparatorChar)));

    private static string Warning(MonitoredCluster cluster, MonitoringRequest request)
    {
        string folder = Path.GetFullPath(Path.Combine(request.Destination, "prometheus", cluster.Folder));
        return $"EtcdAdmin does not have the authority of cluster '{cluster.Name}', so it cannot issue a certificate for Prometheus. "
            + $"Put a client certificate into '{folder}' as {MonitoringFiles.Certificate}, and its private key as {MonitoringFiles.Key}.";
    }

    // It is part of expressions and of YAML.
    private static void CheckJob(string job)
    {
        if (job.Length > 0 && job == FileNames.Safe(job)) return;
        throw new EtcdException(EtcdErrorIds.InvalidArgument, $"'{job}' is not a valid name of a scrape job.")
        {
            Target = job,
            NextStep = "Use letters, digits, '.', '_' and '-'.",
        };
    }

    private sealed record Content(MonitoringFileKind Kind, string File, string Text, string NextStep)
    {
        public string? ClusterName { get; init; }
    }
}

/// <summary>The result of an export.</summary>
/// <param name="Files">The files that were written.</param>
/// <param name="Failures">An error for each cluster that was left out.</param>
/// <param name="Warnings">What is still missing.</param>
public sealed record MonitoringExport(
    IReadOnlyList<EtcdMonitoringFile> Files, IReadOnlyList<EtcdException> Failures, IReadOnlyList<string> Warnings);
