using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.KeyFiles;

/// <summary>
/// Writes the keys of a file into a cluster: all of the file is checked first, and it is looked what would become of each key. A key is
/// written only as long as it still is what was found, so what others write meanwhile is not lost. Begun again it carries on, as keys
/// that are like the file already are left alone.
/// </summary>
/// <param name="cluster">Where to.</param>
/// <param name="request">What, and how.</param>
/// <param name="events">Progress; null for none.</param>
public sealed class KeyImporter(EtcdCluster cluster, KeyImportRequest request, IProgress<EtcdEvent>? events)
{
    // Somebody else writes the same keys all the time; then it is not for us to win.
    private const int Attempts = 5;
    private const int ReportEvery = 20;

    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);

    private readonly ImportFile _file = new(request, RequestLimit.Of(cluster, request.MaxRequestSize));
    private readonly Dictionary<LeaseId, LeaseId> _granted = [];
    private readonly string _activity = $"Importing {Path.GetFileName(request.Path)} into cluster {cluster.Name}";

    /// <summary>Checks the file and looks what would be done; writes nothing.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">
    /// KeyFileUnreadable, KeyFileInvalid: the file. KeyExists: keys exist with another value or lease, and may not be changed.
    /// </exception>
    /// <exception cref="AggregateException">Several of KeyFileInvalid, one for each line.</exception>
    /// <exception cref="EtcdRpcException">The cluster cannot be read.</exception>
    public async Task<KeyImport> SurveyAsync(CancellationToken cancellationToken)
    {
        await _file.CheckAsync(cancellationToken).ConfigureAwait(false);
        // What would have to be refused counts as changed here, so that all of it is told.
        KeyImportRequest asking = request.Existing == ExistingKeyPolicy.Refuse ? request with { Existing = ExistingKeyPolicy.Overwrite } : request;
        long firstLine = 0;
        KeyImport total = await ForEachBatchAsync("Looking at the cluster", async batch =>
        {
            ImportStep[] steps = await LookAsync(batch, asking.Existing, cancellationToken).ConfigureAwait(false);
            if (firstLine == 0) firstLine = steps.FirstOrDefault(step => step.Action == ImportAction.Change).Item?.Line ?? 0;
            return steps;
        }, cancellationToken).ConfigureAwait(false);
        return request.Existing == ExistingKeyPolicy.Refuse && total.Changed > 0 ? throw Exists(total.Changed, firstLine) : total;
    }

    /// <summary>Writes the keys; <see cref="SurveyAsync"/> came first.</summary>
    /// <param name="cancellationToken">Gives up; what is written until then stays.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="EtcdException">
    /// A batch of lines could not be written, with the id of the reason; those before are written. PlanOutdated: others keep changing the
    /// keys. KeyExists: a key has come to exist with another value since.
    /// </exception>
    public async Task<KeyImport> ImportAsync(CancellationToken cancellationToken)
    {
        await ProveLargestAsync(cancellationToken).ConfigureAwait(false);
        return await ForEachBatchAsync("Writing", batch => WriteAsync(batch, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the server takes the largest key is proved before the first is written: with a transaction whose condition never holds.</summary>
    private async Task ProveLargestAsync(CancellationToken cancellationToken)
    {
        (long line, long cost) = _file.Largest;
        if (cost <= RequestLimit.TakenByAll) return;
        await foreach (ImportBatch batch in _file.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (batch.Items.FirstOrDefault(item => item.Line == line) is not { } largest) continue;
            try
            {
                await new RequestLimit(cluster).ProveAsync(largest, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdRpcException e) when (e.ErrorId == EtcdErrorIds.RequestTooLarge)
            {
                throw KeyFileErrors.Refused(request.Path, line, largest.Value.Length, e);
            }

            return;
        }
    }

    private async Task<KeyImport> ForEachBatchAsync(
        string status, Func<ImportBatch, Task<IReadOnlyList<ImportStep>>> work, CancellationToken cancellationToken)
    {
        var total = new KeyImport { Path = Path.GetFullPath(request.Path), Cluster = cluster.Name };
        int batches = 0;
        try
        {
            await foreach (ImportBatch batch in _file.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                total = total.Plus(Count(batch, await work(batch).ConfigureAwait(false)));
                if (batches++ % ReportEvery == 0)
                    events.Progress(_activity, string.Create(CultureInfo.InvariantCulture, $"{status}, {total.Keys} keys"));
            }

            return total;
        }
        finally
        {
            events.Progress(_activity, "Done", 1);
        }
    }

    private static KeyImport Count(ImportBatch batch, IReadOnlyList<ImportStep> steps) => new()
    {
        Path = "",
        Cluster = "",
        Keys = batch.Items.Count + batch.SkippedLeased,
        Created = steps.Count(step => step.Action == ImportAction.Create),
        Changed = steps.Count(step => step.Action == ImportAction.Change),
        Unchanged = steps.Count(step => step.Action == ImportAction.None),
        Kept = steps.Count(step => step.Action == ImportAction.Keep),
        SkippedLeased = batch.SkippedLeased,
    };

    private async Task<IReadOnlyList<ImportStep>> WriteAsync(ImportBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteWholeAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.RequestTooLarge && batch.Items.Count > 1)
        {
            // The server's limit, of bytes or of operations, is lower than was known.
            (ImportBatch first, ImportBatch second) = batch.Halve();
            return [.. await WriteAsync(first, cancellationToken).ConfigureAwait(false), .. await WriteAsync(second, cancellationToken).ConfigureAwait(false)];
        }
    }

    private async Task<IReadOnlyList<ImportStep>> WriteWholeAsync(ImportBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            for (int attempt = 1; attempt <= Attempts; attempt++)
            {
                ImportStep[] steps = await LookAsync(batch, request.Existing, cancellationToken).ConfigureAwait(false);
                ImportStep[] writes = [.. steps.Where(step => step.Action is ImportAction.Create or ImportAction.Change)];
                if (writes.Length == 0 || await TryWriteAsync(writes, cancellationToken).ConfigureAwait(false)) return steps;
            }
        }
        catch (EtcdRpcException e)
        {
            throw new EtcdException(e.ErrorId,
                string.Create(CultureInfo.InvariantCulture, $"'{request.Path}', {Lines(batch)}: {e.Message} Lines before are written; the same command carries on."), e)
            {
                Target = request.Path,
                NextStep = e.ErrorId == EtcdErrorIds.RequestTooLarge ? KeyFileErrors.WaysToLarger : e.NextStep,
            };
        }

        throw new EtcdException(EtcdErrorIds.PlanOutdated,
            $"'{request.Path}', {Lines(batch)}: others keep changing these keys of cluster '{cluster.Name}'. Lines before are written; the same command carries on.")
        {
            Target = cluster.Name,
            NextStep = "Stop whatever writes them, then run the same command again.",
        };
    }

    private async Task<ImportStep[]> LookAsync(ImportBatch batch, ExistingKeyPolicy existing, CancellationToken cancellationToken)
    {
        if (batch.Items.Count == 0) return [];
        var reading = new EtcdTransaction { Success = [.. batch.Items.Select(item => TxnOperation.Get(KeyRange.Key(item.Key)))] };
        TxnResult found;
        try
        {
            found = await cluster.Client.Kv.TxnAsync(reading, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.ErrorId == EtcdErrorIds.RequestTooLarge && batch.Items.Count > 1)
        {
            (ImportBatch first, ImportBatch second) = batch.Halve(); // as for writing
            return [.. await LookAsync(first, existing, cancellationToken).ConfigureAwait(false), .. await LookAsync(second, existing, cancellationToken).ConfigureAwait(false)];
        }

        return [.. batch.Items.Zip(found.Results, (item, result) => Step(item, result.Range!.KeyValues is [var key, ..] ? key : null, existing))]; // a read
    }

    private ImportStep Step(ImportItem item, EtcdKeyValue? found, ExistingKeyPolicy existing)
    {
        if (found is null) return new ImportStep(item, 0, ImportAction.Create);
        // The lease that a key was given here has another id than the one it had there.
        if (found.Lease.IsNone == item.Lease.IsNone && found.Value.Span.SequenceEqual(item.Value.Span)) return new ImportStep(item, found.ModRevision, ImportAction.None);
        return existing switch
        {
            ExistingKeyPolicy.Keep => new ImportStep(item, found.ModRevision, ImportAction.Keep),
            ExistingKeyPolicy.Overwrite => new ImportStep(item, found.ModRevision, ImportAction.Change),
            _ => throw Exists(1, item.Line),
        };
    }

    private async Task<bool> TryWriteAsync(ImportStep[] writes, CancellationToken cancellationToken)
    {
        var puts = new List<TxnOperation>();
        foreach (ImportStep step in writes)
        {
            LeaseId lease = await GrantAsync(step.Item, cancellationToken).ConfigureAwait(false);
            puts.Add(TxnOperation.Put(step.Item.Key, step.Item.Value, new PutOptions { Lease = lease }));
        }

        var writing = new EtcdTransaction
        {
            Conditions = [.. writes.Select(step => TxnCondition.ModRevision(KeyRange.Key(step.Item.Key), TxnComparison.Equal, step.Found))],
            Success = puts,
        };
        return (await cluster.Client.Kv.TxnAsync(writing, cancellationToken).ConfigureAwait(false)).Succeeded;
    }

    private async Task<LeaseId> GrantAsync(ImportItem item, CancellationToken cancellationToken)
    {
        if (item.Lease.IsNone) return default;
        if (_granted.TryGetValue(item.Lease, out LeaseId known)) return known;
        TimeSpan ttl = item.Ttl > ShortestLease ? item.Ttl.Value : ShortestLease;
        LeaseId granted = (await cluster.Client.Leases.GrantAsync(ttl, cancellationToken: cancellationToken).ConfigureAwait(false)).Id;
        _granted[item.Lease] = granted;
        return granted;
    }

    private static string Lines(ImportBatch batch) => batch.Items.Count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"line {batch.Items[0].Line}")
        : string.Create(CultureInfo.InvariantCulture, $"lines {batch.Items[0].Line} to {batch.Items[^1].Line}");

    private EtcdException Exists(long count, long line) => new(
        EtcdErrorIds.KeyExists,
        string.Create(CultureInfo.InvariantCulture, $"{count} of the keys in '{request.Path}' exist in cluster '{cluster.Name}' with another value or lease, the first of them that of line {line}."))
    {
        Target = cluster.Name,
        NextStep = "Say whether they stay as they are (-IfAbsent) or become as the file has them (-Force).",
    };
}
