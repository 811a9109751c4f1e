using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Diagnosis.Signatures;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Text;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>Collects what a diagnosis needs from all hosts and members of a cluster, into one archive without secrets.</summary>
/// <param name="context">The context.</param>
public sealed class SupportBundleExporter(AdminContext context)
{
    /// <summary>The file that a request leads to.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="request">The request.</param>
    public string PathOf(EtcdCluster cluster, SupportBundleRequest request)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        return request.Destination.EndsWith(SupportBundleRequest.Extension, StringComparison.OrdinalIgnoreCase)
            ? request.Destination
            : Path.Combine(request.Destination, $"etcd-support-{HostCollector.Safe(cluster.Name)}-{context.Stamp()}{SupportBundleRequest.Extension}");
    }

    /// <summary>Writes a bundle. What cannot be read is listed in its index, and is never an error.</summary>
    /// <param name="cluster">Any cluster; without managed hosts only the answers of its members are collected.</param>
    /// <param name="request">The request.</param>
    /// <param name="events">Receives warnings about what is missing; may be null.</param>
    /// <param name="cancellationToken">Cancels it; then no file is left.</param>
    /// <exception cref="EtcdException">InvalidArgument: the time window. FileExists, FileWriteFailed, DiskFull.</exception>
    public async Task<EtcdSupportBundle> ExportAsync(
        EtcdCluster cluster, SupportBundleRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        string path = PathOf(cluster, request);
        (DateTimeOffset Begin, DateTimeOffset End) window = request.Window(context.Clock);
        if (Path.Exists(path))
        {
            throw new EtcdException(EtcdErrorIds.FileExists, $"'{path}' already exists.")
            {
                Target = path,
                NextStep = "Choose another name, or a folder: then the name contains the time.",
            };
        }

        var filter = new SecretFilter(cluster.Credential?.Password is { Length: > 0 } password ? [password] : []);
        Task<BundlePart[]> whole = new ClusterCollector(context, cluster, filter).ReadAsync(cancellationToken);
        IReadOnlyList<MemberSpec>[] hosts = [.. (cluster.Spec?.Members ?? []).GroupBy(member => member.HostName).Select(group => group.ToList())];
        var collector = new HostCollector(context, request.MaxFileBytes, filter);
        BundlePart[] read = await Task.WhenAll(hosts.Select(members => BundlePart.ReadAsync($"Host {members[0].HostName}",
            token => collector.ReadAsync(members, Programs(cluster, members), (window.Begin, request.Until), token), request.HostTimeout,
            context.Clock, cancellationToken))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        BundlePart[] parts = [.. await whole.ConfigureAwait(false), .. read];
        IReadOnlyList<BundleFile> files = BundleLimits.Apply(parts.SelectMany(part => part.Files), request.MaxFileBytes, request.MaxTotalBytes);
        var bundle = new EtcdSupportBundle
        {
            Cluster = cluster,
            Path = path,
            SizeBytes = 0,
            Time = context.Clock.GetUtcNow(),
            Hosts = [.. hosts.Zip(read, (members, part) => new SupportBundleHost(
                members[0].HostName, [.. members.Select(member => member.Name)], part.Missing is null, part.Missing))],
            Files = [.. files.Select(file => new SupportBundleEntry(
                file.Path, Encoding.UTF8.GetByteCount(file.Text), file.Truncated, file.SecretsRemoved))],
            Missing = [.. parts.Select(part => part.Missing).OfType<string>().Select(reason => filter.Remove(reason).Text)],
            Errors = [.. files.Where(file => file.IsLog).SelectMany(Diagnose)],
        };
        foreach (string missing in bundle.Missing) events.Warning(missing);
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder)) PrivateFolder.Create(folder);
        await AtomicFile.WriteNewAsync(path, (file, token) => WriteAsync(file, files, bundle, window, token), AtomicFile.OwnerOnly, cancellationToken)
            .ConfigureAwait(false);
        return bundle with { SizeBytes = new FileInfo(path).Length };
    }

    private static Dictionary<string, string> Programs(EtcdCluster cluster, IReadOnlyList<MemberSpec> members) => members
        .Where(member => cluster.RequireSpec().VersionOf(member) is not null)
        .ToDictionary(
            member => member.Name, member => member.BinaryPath("etcd", cluster.RequireSpec().InstalledVersionOf(member)), StringComparer.Ordinal);

    private static IReadOnlyList<EtcdErrorDiagnosis> Diagnose(BundleFile log)
    {
        var found = new LogDiagnosis(log.Path);
        foreach (string line in log.Text.Split('\n')) found.Add(line);
        return found.Found;
    }

    private static async Task WriteAsync(
        FileStream file, IReadOnlyList<BundleFile> files, EtcdSupportBundle bundle, (DateTimeOffset Begin, DateTimeOffset End) window,
        CancellationToken cancellationToken)
    {
        string root = Path.GetFileName(bundle.Path)[..^SupportBundleRequest.Extension.Length];
        var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        await using (gzip.ConfigureAwait(false))
        {
            var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true);
            await using (tar.ConfigureAwait(false))
            {
                (string Path, string Text)[] index =
                [
                    ("index.txt", BundleIndex.ToText(bundle, window)),
                    ("index.json", BundleIndex.ToJson(bundle, window))
                ];
                foreach ((string path, string text) in index.Concat(files.Select(found => (found.Path, found.Text))))
                {
                    var entry = new PaxTarEntry(TarEntryType.RegularFile, $"{root}/{path}")
                    {
                        Mode = AtomicFile.OwnerOnly,
                        ModificationTime = bundle.Time,
                        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    };
                    await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }
}
