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
/// Writes keys with their values to a file, byte for byte: of a live cluster, all at one revision, or those that come from Get-EtcdKey or
/// Get-EtcdSnapshotKey. The file appears only when it is whole and on the disk, only its owner can read it, and Import-EtcdKey notices
/// if something of it is missing later. Its name tells the format: .csv is CSV, all else is JSON Lines.
/// </summary>
/// <example>
/// <code>Export-EtcdKey prod ./prod.jsonl</code>
/// <para>All keys of a cluster.</para>
/// </example>
/// <example>
/// <code>Export-EtcdKey prod ./app.csv -Prefix /app/</code>
/// <para>Those that begin with /app/, for a spreadsheet.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshotKey ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Prefix /app/ | Export-EtcdKey ./app.jsonl</code>
/// <para>The same from a snapshot, without etcd.</para>
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

    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = ClusterSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = ObjectSet, DontShow = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference? Cluster { get; set; }

    /// <summary>A key from Get-EtcdKey or Get-EtcdSnapshotKey.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [ValidateNotNull]
    public EtcdKeyRecord? InputObject { get; set; }

    /// <summary>The file to write; after a cluster it need not be named.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ObjectSet)]
    [Parameter(ParameterSetName = ClusterSet)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // seen in the beginning

    /// <summary>The second of two arguments without names: PowerShell takes the name of a cluster before it for the path, as both are text.</summary>
    [Parameter(Position = 1, DontShow = true)]
    [ValidateNotNullOrEmpty]
    public string? PathAfterCluster { get; set; }

    /// <summary>All keys that begin so; by default all there are.</summary>
    [Parameter]
    [Bytes]
    public BytesArgument? Prefix { get; set; }

    /// <summary>All keys from this one on.</summary>
    [Parameter]
    [Bytes]
    public BytesArgument? From { get; set; }

    /// <summary>Before this one, itself left out; by default to the last key.</summary>
    [Parameter]
    [Bytes]
    public BytesArgument? To { get; set; }

    /// <summary>As they were at this revision, which must not have been compacted away; by default as they are now.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? Revision { get; set; }

    /// <summary>The format; by default what the file's name says.</summary>
    [Parameter]
    public KeyFileFormat? Format { get; set; }

    /// <summary>Replaces a file that is there, unless nothing at all comes through the pipeline.</summary>
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

        return Path is not null && (Cluster is not null || InputObject is not null || MyInvocation.ExpectingInput) ? Task.CompletedTask : throw NoOneSource();
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
            // No key is a file too: whoever reads it sees that there was none.
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
            _refused = true; // it is told once, not for every key that follows
            throw;
        }
    }

    /// <summary>How long the lease of a key still lives, where somebody can be asked: a snapshot's is not alive.</summary>
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

    /// <summary>An empty pipeline is more often a name mistyped than a wish for a file without keys, so it costs no file that is there.</summary>
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
        _ => throw new ArgumentException("-Prefix, or -From with or without -To, says which keys."),
    };

    private static EtcdException NoOneSource() => new(
        EtcdErrorIds.InvalidArgument, "A file is needed, and one of both: keys from the pipeline, or a cluster that is named before the file.")
    {
        NextStep = "Export-EtcdKey prod ./keys.jsonl, or Get-EtcdKey -Cluster prod -Prefix /app/ | Export-EtcdKey ./keys.jsonl",
    };

    private static EtcdException Chosen() => new(
        EtcdErrorIds.InvalidArgument,
        "-Prefix, -From, -To and -Revision say which keys of a cluster; those from the pipeline are chosen already. No file is written.")
    {
        NextStep = "Give them to Get-EtcdKey or Get-EtcdSnapshotKey.",
    };

    private static EtcdException NoCluster() => new(
        EtcdErrorIds.InvalidArgument,
        "-Prefix, -From, -To and -Revision say which keys of a cluster, and none came through the pipeline. No file is written.")
    {
        NextStep = "See that the command before this one gives a cluster: Get-EtcdCluster lists those that are saved.",
    };

    private static EtcdException NothingCame(string path) => new(
        EtcdErrorIds.FileExists,
        $"Nothing came through the pipeline, and '{path}' exists already; a file without keys does not replace it, not even with -Force.")
    {
        Target = path,
        NextStep = "See that the command before this one gives keys or a cluster. If there really are none, remove the file first.",
    };

    // An empty value with a right checksum would be taken for the key's own.
    private static EtcdException WithoutValue(EtcdKeyRecord key) => new(
        EtcdErrorIds.InvalidArgument, "A key was read without its value, so it cannot be exported; no file is written.")
    {
        Target = key.Key,
        NextStep = "Read the keys without -KeysOnly.",
    };

    private EtcdException SecondCluster(string name) => new(
        EtcdErrorIds.InvalidArgument,
        $"'{PathOf(Path)}' is for the keys of cluster '{_exported}'; those of '{name}' need a file of their own.")
    {
        Target = name,
        NextStep = "Export each cluster by itself: Get-EtcdCluster | ForEach-Object { Export-EtcdKey $_ -Path \"$($_.Name).jsonl\" }",
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
