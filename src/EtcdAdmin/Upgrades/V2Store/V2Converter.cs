using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.KeyFiles;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>
/// Converts the keys of a v2 store to v3 keys: writes them to a key file, imports that file as Import-EtcdKey does, and compares the result. A
/// repeated conversion continues where it stopped: keys that are there already are skipped.
/// </summary>
public sealed class V2Converter
{
    private readonly string _source;
    private readonly Func<CancellationToken, Task<V2Node>> _read;
    private readonly EtcdCluster? _cluster;
    private readonly EtcdCluster _target;
    private readonly V2ConversionRequest _request;
    private readonly TimeProvider _clock;
    private readonly IProgress<EtcdEvent>? _events;
    private V2Node? _store;
    private V2KeyList? _keys;

    private V2Converter(
        string source, Func<CancellationToken, Task<V2Node>> read, EtcdCluster? cluster, EtcdCluster target, V2ConversionRequest request,
        TimeProvider clock, IProgress<EtcdEvent>? events) =>
        (_source, _read, _cluster, _target, _request, _clock, _events) = (source, read, cluster, target, request, clock, events);

    /// <summary>Converts the v2 keys of a cluster that serves API 2.</summary>
    /// <param name="source">The cluster with the v2 keys.</param>
    /// <param name="target">The cluster for the v3 keys; it may be the same.</param>
    /// <param name="request">The keys.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="events">Receives progress and warnings; null for none.</param>
    public static V2Converter OfCluster(
        EtcdCluster source, EtcdCluster target, V2ConversionRequest request, TimeProvider clock, IProgress<EtcdEvent>? events)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new V2Converter(source.Name, token => ReadAsync(source, token), source, target, request, clock, events);
    }

    /// <summary>Converts the v2 keys of a backup in the style of etcd 2: a folder of <c>etcdctl backup</c>, or a tar archive of one.</summary>
    /// <param name="path">The folder or the archive.</param>
    /// <param name="target">The cluster for the v3 keys.</param>
    /// <param name="request">The keys.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="events">Receives progress and warnings; null for none.</param>
    public static V2Converter OfBackup(
        string path, EtcdCluster target, V2ConversionRequest request, TimeProvider clock, IProgress<EtcdEvent>? events) =>
        new(Path.GetFullPath(path), token => V2Backup.ReadAsync(path, token), cluster: null, target, request, clock, events);

    /// <summary>Reads the v2 keys and determines what the conversion would do. Writes nothing that is kept.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">NotSupported: the cluster does not serve API 2. FileExists: the key file. KeyExists: v3 keys exist with
    /// another value. SnapshotInvalid, SnapshotUnreadable: the backup. Others: a cluster cannot be read.</exception>
    public async Task<V2Conversion> SurveyAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(_request.ExportPath)) throw Exists();
        _store = await _read(cancellationToken).ConfigureAwait(false);
        _keys = V2KeyList.Of(_store, _request.Prefix, _clock.GetUtcNow());
        DirectoryInfo folder = Directory.CreateTempSubdirectory("etcdadmin-v2-"); // only this user can read it
        try
        {
            string path = Path.Combine(folder.FullName, "keys.jsonl");
            await WriteAsync(path, cancellationToken).ConfigureAwait(false);
            return Result(await Importer(path).SurveyAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Writes the key file, imports it, and compares. Call <see cref="SurveyAsync"/> first.</summary>
    /// <param name="cancellationToken">Cancels the conversion; v3 keys written so far are kept.</param>
    /// <exception cref="EtcdException">A key could not be written, or the comparison failed (RequestRefused): the v2 keys are unchanged.</exception>
    public async Task<V2Conversion> ConvertAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(_request.ExportPath, cancellationToken).ConfigureAwait(false);
        KeyImporter importer = Importer(_request.ExportPath);
        await importer.SurveyAsync(cancellationToken).ConfigureAwait(false);
        KeyImport imported = await importer.ImportAsync(cancellationToken).ConfigureAwait(false);
        // A survey reads each key and compares it.
        KeyImport compared = await Importer(_request.ExportPath, ExistingKeyPolicy.Keep).SurveyAsync(cancellationToken).ConfigureAwait(false);
        long missing = compared.Created + compared.Kept - imported.Kept;
        if (missing > 0) throw Differs(missing);
        return Result(imported) with { Compared = true };
    }

    /// <summary>
    /// Deletes the v2 keys that were converted, and their directories. A key is deleted only if it is unchanged since it was read. After a
    /// conversion of all keys, the users and roles of API 2 are deleted too, so that etcd 3.6 can start.
    /// </summary>
    /// <param name="result">The result of the conversion.</param>
    /// <param name="cancellationToken">Cancels the deletion; the same command continues it.</param>
    /// <exception cref="EtcdException">RequestRefused: keys were changed meanwhile, or directories hold hidden keys; they are kept.</exception>
    public async Task<V2Conversion> ClearAsync(V2Conversion result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (_cluster is null || _store is null) throw new InvalidOperationException("Only the v2 store of a cluster that was converted can be cleared.");
        if (!result.Compared) throw new InvalidOperationException("The v3 keys have not been compared with the v2 keys.");
        using var api = new V2ApiClient(_cluster);
        await new V2Cleaner(api, _cluster.Name, _request.Prefix, _events).ClearAsync(_store, cancellationToken).ConfigureAwait(false);
        _events.Message("The v2 store is clear. Before etcd 3.6 can start, each member must write a raft snapshot; Update-EtcdCluster does that.");
        return result with { Cleared = true };
    }

    private static async Task<V2Node> ReadAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        using var api = new V2ApiClient(cluster);
        return await api.ReadAsync("", cancellationToken).ConfigureAwait(false) ?? V2Node.Directory("");
    }

    private async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        using KeyExporter exporter = KeyExporter.Start(new KeyExportRequest { Path = path, Source = _source }, _clock, cancellationToken);
        foreach (ExportedKey key in _keys!.Keys) await exporter.AddAsync(key, cancellationToken).ConfigureAwait(false); // not null: after the survey
        await exporter.FinishAsync().ConfigureAwait(false);
    }

    private KeyImporter Importer(string path, ExistingKeyPolicy? existing = null) => new(
        _target,
        new KeyImportRequest
        {
            Path = path,
            Format = KeyFileFormat.JsonLines,
            Map = _request.Map,
            Existing = existing ?? _request.Existing,
            Leased = _request.Leased,
        },
        _events);

    private V2Conversion Result(KeyImport import) => new()
    {
        Source = _source,
        Cluster = _target.Name,
        Keys = import.Keys,
        Created = import.Created,
        Changed = import.Changed,
        Unchanged = import.Unchanged,
        Kept = import.Kept,
        SkippedLeased = import.SkippedLeased,
        Leases = _keys!.Leases, // not null: after the survey
        EmptyDirectories = _keys.EmptyDirectories,
        Path = Path.GetFullPath(_request.ExportPath),
    };

    private EtcdException Exists() => new(EtcdErrorIds.FileExists, $"'{_request.ExportPath}' exists already.")
    {
        Target = _request.ExportPath,
        NextStep = "Give another file for the v2 keys (-ExportPath), or move the existing one.",
    };

    private EtcdException Differs(long keys) => new(EtcdErrorIds.RequestRefused, string.Create(CultureInfo.InvariantCulture,
        $"{keys} v3 keys in cluster '{_target.Name}' differ from the v2 keys after the conversion. The v2 keys are unchanged."))
    {
        Target = _target.Name,
        NextStep = "Stop the clients that write these v3 keys, then run the same command again with another -ExportPath.",
    };
}
