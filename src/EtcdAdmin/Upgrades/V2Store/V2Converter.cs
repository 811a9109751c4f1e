using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>
/// Converts the keys of a v2 store to v3 keys: writes them to a key file, imports that file as Import-EtcdKey does, and compares the result. A
/// repeated conversion continues where it stopped: keys that are there already are skipped.
/// </summary>
public sealed class V2Converter
{
    private const string NotListed = "API 2 does not list keys with a part of their path that begins with an underscore";

    private readonly AdminContext _context;
    private readonly string _source;
    private readonly Func<CancellationToken, Task<V2Node>> _read;
    private readonly EtcdCluster? _cluster;
    private readonly EtcdCluster _target;
    private readonly V2ConversionRequest _request;
    private readonly IProgress<EtcdEvent>? _events;
    private V2Node? _store;
    private V2KeyList? _keys;
    private bool _missesHidden;

    private V2Converter(
        AdminContext context, string source, Func<CancellationToken, Task<V2Node>>? read, EtcdCluster? cluster, EtcdCluster target,
        V2ConversionRequest request, IProgress<EtcdEvent>? events)
    {
        (_context, _source, _cluster, _target, _request, _events) = (context, source, cluster, target, request, events);
        _read = read ?? ReadClusterAsync;
    }

    /// <summary>Converts the v2 keys of a cluster that serves API 2.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="source">The cluster with the v2 keys. If EtcdAdmin manages its hosts, keys that API 2 does not list are found too.</param>
    /// <param name="target">The cluster for the v3 keys; it may be the same.</param>
    /// <param name="request">The keys.</param>
    /// <param name="events">Receives progress and warnings; null for none.</param>
    public static V2Converter OfCluster(
        AdminContext context, EtcdCluster source, EtcdCluster target, V2ConversionRequest request, IProgress<EtcdEvent>? events)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new V2Converter(context, source.Name, read: null, source, target, request, events);
    }

    /// <summary>Converts the v2 keys of a backup in the style of etcd 2: a folder of <c>etcdctl backup</c>, or an archive of one.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="path">The folder or the archive.</param>
    /// <param name="secrets">The secrets to open an encrypted archive; null for none.</param>
    /// <param name="target">The cluster for the v3 keys.</param>
    /// <param name="request">The keys.</param>
    /// <param name="events">Receives progress and warnings; null for none.</param>
    public static V2Converter OfBackup(
        AdminContext context, string path, SnapshotSecrets? secrets, EtcdCluster target, V2ConversionRequest request, IProgress<EtcdEvent>? events) =>
        new(context, Path.GetFullPath(path), token => V2Backup.ReadAsync(path, secrets, token), cluster: null, target, request, events);

    /// <summary>Plans the conversion: reads the v2 keys and determines what would be done. Writes nothing that is kept.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">As <see cref="SurveyAsync"/>.</exception>
    public async Task<Operation<V2Conversion>> PlanAsync(CancellationToken cancellationToken)
    {
        V2Conversion survey = await SurveyAsync(cancellationToken).ConfigureAwait(false);
        EtcdCluster locked = _request.ClearsV2 && _cluster is not null ? _cluster : _target;
        var plan = new PlanBuilder($"Converting the v2 keys of {_source} into cluster {_target.Name}", locked.Name);
        V2Conversion? result = null;
        plan.Add(
            StepText.Here(StepKind.ConvertV2Keys, $"Convert the v2 keys to v3 keys in cluster {_target.Name}, and compare them ({survey})") with
            {
                Leaves = $"the v3 keys written to cluster {_target.Name}, and the key file {_request.ExportPath}",
            },
            async (_, token) => result = await ConvertAsync(token).ConfigureAwait(false));
        if (_request.ClearsV2)
        {
            plan.NextStage().Add(
                StepText.Here(StepKind.ClearV2Store, _request.Prefix.Length == 0
                    ? $"Delete all v2 keys of cluster {_source}, and the users and roles of API 2"
                    : $"Delete the v2 keys of cluster {_source} with the prefix {_request.Prefix}") with
                {
                    Leaves = "the v2 keys that are not deleted yet",
                },
                async (_, token) => result = await ClearAsync(result!, token).ConfigureAwait(false)); // the step before sets it
        }

        return new Operation<V2Conversion>(
            plan.Build(),
            Warnings(),
            OperationLock.OfAny(_context, locked),
            PlanAsync,
            _ => Task.FromResult(result!)); // its step has run
    }

    /// <summary>Reads the v2 keys and determines what the conversion would do. Writes nothing that is kept.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">NotSupported: the cluster does not serve API 2. FileExists: the key file. KeyExists: v3 keys exist with
    /// another value. SnapshotInvalid, SnapshotUnreadable: the backup. Others: a cluster cannot be read.</exception>
    internal async Task<V2Conversion> SurveyAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(_request.ExportPath)) throw Exists();
        _store = await _read(cancellationToken).ConfigureAwait(false);
        _keys = V2KeyList.Of(_store, _request.Prefix, _context.Clock.GetUtcNow());
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
    internal async Task<V2Conversion> ConvertAsync(CancellationToken cancellationToken)
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
    internal async Task<V2Conversion> ClearAsync(V2Conversion result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (_cluster is null || _store is null)
            throw new InvalidOperationException("Only the v2 store of a cluster that was converted can be cleared.");
        if (!result.Compared) throw new InvalidOperationException("The v3 keys have not been compared with the v2 keys.");
        var api = new V2ApiClient(_cluster);
        await new V2Cleaner(api, _cluster.Name, _request.Prefix, _events).ClearAsync(_store, cancellationToken).ConfigureAwait(false);
        _events.Message("The v2 store is clear. Before etcd 3.6 can start, each member must write a raft snapshot; Update-EtcdCluster does that.");
        return result with { Cleared = true };
    }

    private async Task<V2Node> ReadClusterAsync(CancellationToken cancellationToken)
    {
        var api = new V2ApiClient(_cluster!); // it is read only if there is one
        V2Node root = await api.ReadAsync("", cancellationToken).ConfigureAwait(false) ?? V2Node.Directory("");
        _missesHidden = !await new V2HiddenKeys(_context, _cluster!, api).AddToAsync(root, cancellationToken).ConfigureAwait(false); // see above
        return root;
    }

    private string[] Warnings() => _missesHidden && _request.ClearsV2
        ?
        [
            $"{NotListed}, and the raft data of cluster '{_source}' cannot be read here. Such keys are neither converted nor deleted. "
                + "If clients use them, convert a copy of a member's data directory first (Convert-EtcdV2Store -Path).",
        ]
        : [];

    private async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        using KeyExporter exporter = KeyExporter.Start(new KeyExportRequest { Path = path, Source = _source }, _context.Clock, cancellationToken);
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

    private V2Conversion Result(KeyImport import) => new(import)
    {
        Source = _source,
        Cluster = _target.Name,
        HiddenKeys = _keys!.Hidden, // not null: after the survey
        Leases = _keys.Leases,
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
