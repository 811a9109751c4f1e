using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Reports.Facts;
using EtcdAdmin.Reports.Formats;
using EtcdAdmin.Text;

namespace EtcdAdmin.Reports;

/// <summary>Writes a report about clusters into one file.</summary>
/// <param name="context">The environment.</param>
public sealed class ReportExporter(AdminContext context)
{
    private static readonly Dictionary<string, ReportFormat> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = ReportFormat.Html,
        [".htm"] = ReportFormat.Html,
        [".md"] = ReportFormat.Markdown,
        [".markdown"] = ReportFormat.Markdown,
        [".json"] = ReportFormat.Json,
    };

    /// <summary>The format of a request. It reads nothing from the clusters.</summary>
    /// <exception cref="EtcdException">InvalidArgument: the extension names no format. FileExists.</exception>
    public static ReportFormat Check(ReportRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ReportFormat? named = Extensions.TryGetValue(Path.GetExtension(request.Path), out ReportFormat byName) ? byName : null;
        if ((request.Format ?? named) is not { } format)
        {
            throw new EtcdException(EtcdErrorIds.InvalidArgument, $"The format of the report cannot be told from the name '{request.Path}'.")
            {
                Target = request.Path,
                NextStep = "Choose a name that ends in .html, .md or .json, or give the format with -Format.",
            };
        }

        if (request.Overwrite || !Path.Exists(request.Path)) return format;
        throw new EtcdException(EtcdErrorIds.FileExists, $"'{request.Path}' already exists. Nothing was written.")
        {
            Target = request.Path,
            NextStep = "Choose another name, or replace the file with -Force.",
        };
    }

    /// <summary>Reads all clusters at once and writes the report. A cluster that does not answer is in it, with the reasons.</summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="request">What to write.</param>
    /// <param name="cancellationToken">Cancels it; then nothing is written.</param>
    /// <exception cref="EtcdException">InvalidArgument, FileExists: before anything is read. DiskFull, FileWriteFailed.</exception>
    public async Task<EtcdReport> ExportAsync(IReadOnlyList<EtcdCluster> clusters, ReportRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        ReportFormat format = Check(request);
        var reader = new ClusterReportReader(context, request.Checks, request.HistoryAge);
        ClusterReport[] read = await Task
            .WhenAll(clusters.DistinctBy(cluster => cluster.Name).Select(cluster => reader.ReadAsync(cluster, cancellationToken)))
            .ConfigureAwait(false);
        var document = new ReportDocument(
            request.Title, context.Clock.GetUtcNow(),
            [.. read.OrderByDescending(cluster => cluster.Severity).ThenBy(cluster => cluster.Cluster, StringComparer.OrdinalIgnoreCase)]);
        byte[] content = format switch
        {
            ReportFormat.Html => HtmlReport.Write(document),
            ReportFormat.Markdown => MarkdownReport.Write(document),
            _ => JsonReport.Write(document),
        };
        string path = Path.GetFullPath(request.Path);
        // Addresses and findings are nobody else's business; who passes the file on decides that.
        await AtomicFile.WriteAsync(path, content, AtomicFile.OwnerOnly, cancellationToken).ConfigureAwait(false);
        return new EtcdReport
        {
            Path = path,
            Format = format,
            Size = content.Length,
            Clusters = [.. document.Clusters.Select(cluster => cluster.Cluster)],
            Severity = document.Clusters.Select(cluster => cluster.Severity).DefaultIfEmpty(CheckSeverity.Ok).Max(),
            Critical = document.Count(CheckSeverity.Critical),
            Warnings = document.Count(CheckSeverity.Warning),
        };
    }
}
