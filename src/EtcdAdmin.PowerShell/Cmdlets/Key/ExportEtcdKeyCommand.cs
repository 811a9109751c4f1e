using System.Management.Automation;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.PowerShell.Objects;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Exports keys and values to a file, byte for byte. The keys are those of a live cluster, all at one revision, or those piped
/// from Get-EtcdKey or Get-EtcdSnapshotKey. The file gets its name only when it is complete and on the disk, and only its owner
/// can read it. Import-EtcdKey detects a file that is incomplete or was changed. A file name that ends in .csv gives CSV, any
/// other name gives JSON Lines.
/// </summary>
/// <example>
/// <code>Export-EtcdKey prod ./prod.jsonl</code>
/// <para>Exports all keys of a cluster.</para>
/// </example>
/// <example>
/// <code>Export-EtcdKey prod ./app.csv -Prefix /app/</code>
/// <para>Exports the keys with the prefix /app/ as CSV, for a spreadsheet.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshotKey ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Prefix /app/ | Export-EtcdKey ./app.jsonl</code>
/// <para>Exports the keys with the prefix /app/ from a snapshot, without etcd.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdKey", SupportsShouldProcess = true, DefaultParameterSetName = ClusterSet)]
[OutputType(typeof(KeyExport))]
public sealed class ExportEtcdKeyCommand : AdminCmdlet
{
    private const string ObjectSet = "InputObject";
    private const string ClusterSet = "Cluster";

    private KeyExporter? _exporter;
    private readonly Dictionary<EtcdCluster, LeaseTtls> _leases = [];
    private bool _refused;
    private bool _ofCluster;
    private string? _exported;

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = ClusterSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = ObjectSet, DontShow = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference? Cluster { get; set; }

    /// <summary>A key from Get-EtcdKey or Get-EtcdSnapshotKey.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [ValidateNotNull]
    public EtcdKeyRecord? InputObject { get; set; }

    /// <summary>The file to write. After the cluster name you can give it by position: Export-EtcdKey prod ./prod.jsonl.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ObjectSet)]
    [Parameter(ParameterSetName = ClusterSet)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // checked in BeginAsync

    /// <summary>
    /// The second of two arguments without names. PowerShell binds the name of the cluster before it to the path, because both
    /// are text.
    /// </summary>
    [Parameter(Position = 1, DontShow = true)]
    [ValidateNotNullOrEmpty]
    public string? PathAfterCluster { get; set; }

    /// <summary>Only keys with this prefix. Default: all keys.</summary>
    [Parameter]
    [Bytes]
    public BytesArgument? Prefix { get; set; }

    /// <summary>The first key of the range. All keys from this one on, in byte order, are included, up to -To.</summary>
    [Parameter]
    [Bytes]
    public BytesArgument? From { get; set; }

    /// <summary>The end of the range that -From begins. This key itself is not exported. Default: up to and including the last key.</summary>
    [Parameter]
    [Bytes]
    public BytesArgument? To { get; set; }

    /// <summary>
    /// Exports the keys as they were at this revision, which must not be compacted. Default: the current revision.
    /// </summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? Revision { get; set; }

    /// <summary>The file format: JsonLines or Csv. Default: chosen by the file name.</summary>
    [Parameter]
    public KeyFileFormat? Format { get; set; }

    /// <summary>Replaces an existing file. If the pipeline delivers no keys, the existing file is left as it is.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private bool HasRange => Prefix is not null || From is not null || To is not null || Revision is not null;

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken stop)
    {
        if (PathAfterCluster is not null)
        {
            if (Path is null == Cluster is null) throw NoOneSource();
            (Cluster, Path) = (Cluster ?? new ClusterReference(Path!), PathAfterCluster); // one of them is not null
            if (MyInvocation.ExpectingInput || InputObject is not null) throw NoOneSource();
        }

        return Path is not null && (Cluster is not null || InputObject is not null || MyInvocation.ExpectingInput)
            ? Task.CompletedTask
            : throw NoOneSource();
    }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        if (InputObject is not null) return AddAsync(InputObject, stop);
        _ofCluster = true;
        return Cluster is null ? Task.CompletedTask : ExportClusterAsync(Cluster, stop);
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken stop)
    {
        if (_ofCluster || _refused) return;
        if (_exporter is null)
        {
            await OnPipelineAsync(CheckNothing).ConfigureAwait(false);
            // A file without keys is written as well: it shows that there were none.
            if (!await BeginFileAsync(source: null).ConfigureAwait(false)) return;
        }

        await WriteAsync(await _exporter!.FinishAsync().WaitAsync(stop).ConfigureAwait(false)).ConfigureAwait(false); // begun above
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _exporter?.Dispose();
        base.Dispose(disposing);
    }

    private async Task ExportClusterAsync(ClusterReference reference, CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(reference, stop).ConfigureAwait(false);
        KeyRange range = Range();
        if (_exported is not null) throw SecondCluster(cluster.Name);
        if (!await AgreedAsync($"keys of cluster {cluster.Name}").ConfigureAwait(false)) return;
        _exported = cluster.Name;
        await WriteAsync(await LiveKeyExport.ExportAsync(cluster, range, Request(cluster.Name), Admin.Clock, CoreEvents, stop).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    private async Task AddAsync(EtcdKeyRecord key, CancellationToken stop)
    {
        if (_refused) return;
        string source = key is EtcdKey { Cluster: { } cluster } ? cluster.Name : key is EtcdSnapshotKey offline ? offline.Path : "";
        if (key.IsKeyOnly || HasRange)
        {
            _refused = true;
            throw HasRange ? Chosen() : WithoutValue(key);
        }

        if (_exporter is null && !await BeginFileAsync(source).ConfigureAwait(false)) return;
        try
        {
            TimeSpan? ttl = await FindTtlAsync(key, stop).ConfigureAwait(false);
            await _exporter!.AddAsync(new ExportedKey(key.ToKeyValue(), ttl), stop).ConfigureAwait(false); // begun above
        }
        catch (EtcdException)
        {
            _refused = true; // reported once, not for every key that follows
            throw;
        }
    }

    /// <summary>
    /// The remaining time of a key's lease, if a live cluster can be asked. The leases of a snapshot do not run.
    /// </summary>
    private async Task<TimeSpan?> FindTtlAsync(EtcdKeyRecord key, CancellationToken stop)
    {
        if (key is not EtcdKey { Lease: { } lease, Cluster: { } cluster }) return null;
        if (!_leases.TryGetValue(cluster, out LeaseTtls? leases)) _leases[cluster] = leases = new LeaseTtls(cluster.Client);
        return await leases.FindAsync(lease, stop).ConfigureAwait(false);
    }

    private async Task<bool> BeginFileAsync(string? source)
    {
        _refused = !await AgreedAsync("keys").ConfigureAwait(false);
        // It outlives this object of the pipeline, and with it the token; disposing ends it.
        if (!_refused) _exporter = KeyExporter.Start(Request(source), Admin.Clock, CancellationToken.None);
        return !_refused;
    }

    /// <summary>
    /// An empty pipeline is more often a mistyped name than the wish for a file without keys, so it replaces no existing file.
    /// </summary>
    private void CheckNothing()
    {
        if (HasRange) throw NoCluster();
        string path = PathOf(Path)!; // null only for null
        if (System.IO.File.Exists(path)) throw NothingCame(path);
    }

    private Task<bool> AgreedAsync(string what) => ShouldProcessAsync(what, $"Export to {PathOf(Path)}");

    private KeyRange Range() => (Prefix, From, To) switch
    {
        (null, null, null) => KeyRange.All,
        ({ } prefix, null, null) => KeyRange.Prefix(prefix.Bytes),
        (null, { } from, null) => KeyRange.From(from.Bytes),
        (null, { } from, { } to) => KeyRange.Between(from.Bytes, to.Bytes),
        _ => throw new ArgumentException("Use either -Prefix, or -From with or without -To."),
    };

    private static EtcdException NoOneSource() => new(
        EtcdErrorIds.InvalidArgument, "Export-EtcdKey needs a file, and either keys from the pipeline or a cluster before the file.")
    {
        NextStep = "For example: Export-EtcdKey prod ./keys.jsonl, or Get-EtcdKey -Cluster prod -Prefix /app/ | Export-EtcdKey ./keys.jsonl",
    };

    private static EtcdException Chosen() => new(
        EtcdErrorIds.InvalidArgument,
        "-Prefix, -From, -To and -Revision select keys of a cluster; they do not filter keys from the pipeline. No file was written.")
    {
        NextStep = "Use these parameters with Get-EtcdKey or Get-EtcdSnapshotKey.",
    };

    private static EtcdException NoCluster() => new(
        EtcdErrorIds.InvalidArgument,
        "-Prefix, -From, -To and -Revision select keys of a cluster, but no cluster came through the pipeline. No file was written.")
    {
        NextStep = "Check that the command before this one returns a cluster. Get-EtcdCluster lists the saved clusters.",
    };

    private static EtcdException NothingCame(string path) => new(
        EtcdErrorIds.FileExists,
        $"Nothing came through the pipeline, so the existing file '{path}' was not replaced. An export without keys never replaces a file, not even "
            + "with -Force.")
    {
        Target = path,
        NextStep = "Check that the command before this one returns keys or a cluster. To export no keys, remove the file first.",
    };

    // An empty value with a right checksum would be taken for the key's own.
    private static EtcdException WithoutValue(EtcdKeyRecord key) => new(
        EtcdErrorIds.InvalidArgument, "A key was read without its value, so it cannot be exported. No file was written.")
    {
        Target = key.Key,
        NextStep = "Read the keys without -KeysOnly.",
    };

    private EtcdException SecondCluster(string name) => new(
        EtcdErrorIds.InvalidArgument,
        $"'{PathOf(Path)}' holds the keys of cluster '{_exported}'. The keys of cluster '{name}' need another file.")
    {
        Target = name,
        NextStep = "Export each cluster to its own file: Get-EtcdCluster | ForEach-Object { Export-EtcdKey $_ -Path \"$($_.Name).jsonl\" }",
    };

    private KeyExportRequest Request(string? source) => new()
    {
        Path = PathOf(Path)!, // null only for null
        Format = Format,
        Overwrite = Force,
        Source = source,
        Revision = Revision,
    };
}
