using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.KeyFiles;

/// <summary>
/// Writes the keys of a file to a cluster. The file is checked completely first, and the effect on each key is determined. A key is
/// written only if it is unchanged since it was read, so concurrent writes are not lost. A repeated import continues where it stopped: keys
/// that already match the file are skipped.
/// </summary>
/// <param name="cluster">The target cluster.</param>
/// <param name="request">The file and the options.</param>
/// <param name="events">Receives progress; null for none.</param>
public sealed class KeyImporter(EtcdCluster cluster, KeyImportRequest request, IProgress<EtcdEvent>? events)
{
    // Limit for retries if another client keeps writing the same keys.
    private const int Attempts = 5;
    private const int ReportEvery = 20;

    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);

    private readonly ImportFile _file = new(request, RequestLimit.Of(cluster, request.MaxRequestSize));
    private readonly Dictionary<LeaseId, LeaseId> _granted = [];
    private readonly string _activity = $"Importing {Path.GetFileName(request.Path)} into cluster {cluster.Name}";

    /// <summary>Checks the file and determines what the import would do. Writes nothing.</summary>
    /// <param name="cancellationToken">Cancels the survey.</param>
    /// <exception cref="EtcdException">
    /// KeyFileUnreadable, KeyFileInvalid: the file. KeyExists: keys exist with another value or lease and must not be changed.
    /// </exception>
    /// <exception cref="AggregateException">Several errors KeyFileInvalid, one for each line.</exception>
    /// <exception cref="EtcdRpcException">The cluster cannot be read.</exception>
    public async Task<KeyImport> SurveyAsync(CancellationToken cancellationToken)
    {
        await _file.CheckAsync(cancellationToken).ConfigureAwait(false);
        // Keys that would be refused count as changed here, so that all of them are reported.
        KeyImportRequest asking = request.Existing == ExistingKeyPolicy.Refuse ? request with { Existing = ExistingKeyPolicy.Overwrite } : request;
        long firstLine = 0;
        KeyImport total = await ForEachBatchAsync("Reading the cluster", async batch =>
        {
            ImportStep[] steps = await LookAsync(batch, asking.Existing, cancellationToken).ConfigureAwait(false);
            if (firstLine == 0) firstLine = steps.FirstOrDefault(step => step.Action == ImportAction.Change).Item?.Line ?? 0;
            return steps;
        }, cancellationToken).ConfigureAwait(false);
        return request.Existing == ExistingKeyPolicy.Refuse && total.Changed > 0 ? throw Exists(total.Changed, firstLine) : total;
    }

    /// <summary>Writes the keys. Call <see cref="SurveyAsync"/> first.</summary>
    /// <param name="cancellationToken">Cancels the import; keys written so far are kept.</param>
    /// <returns>The result of the import.</returns>
    /// <exception cref="EtcdException">
    /// A batch of lines could not be written; the error has the ID of the cause, and all lines before are written. PlanOutdated: other clients keep
    /// changing the keys. KeyExists: since the survey, a key was created with another value.
    /// </exception>
    public async Task<KeyImport> ImportAsync(CancellationToken cancellationToken)
    {
        await ProveLargestAsync(cancellationToken).ConfigureAwait(false);
        return await ForEachBatchAsync("Writing", batch => WriteAsync(batch, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Proves that the server accepts the largest key before the first key is written, with a transaction whose condition never holds.
    /// </summary>
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
            return await WriteOnceAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.RequestTooLarge && batch.Items.Count > 1)
        {
            // The server's limit (of bytes or of operations) is lower than assumed.
            (ImportBatch first, ImportBatch second) = batch.Halve();
            return [.. await WriteAsync(first, cancellationToken).ConfigureAwait(
                false), .. await WriteAsync(second, cancellationToken).ConfigureAwait(false)];
        }
    }

    private async Task<IReadOnlyList<ImportStep>> WriteOnceAsync(ImportBatch batch, CancellationToken cancellationToken)
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
                string.Create(CultureInfo.InvariantCulture,
                    $"'{request.Path}', {Lines(batch)}: {e.Message} All earlier lines have been written to the cluster. "
                    + $"Run the same command again to continue."), e)
            {
                Target = request.Path,
                NextStep = e.ErrorId == EtcdErrorIds.RequestTooLarge ? KeyFileErrors.RaiseLimit : e.NextStep,
            };
        }

        throw new EtcdException(EtcdErrorIds.PlanOutdated,
            $"'{request.Path}', {Lines(batch)}: other clients keep changing these keys in cluster '{cluster.Name}'. All earlier lines are written.")
        {
            Target = cluster.Name,
            NextStep = "Stop the clients that write these keys, then run the same command again to continue.",
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
            (ImportBatch first, ImportBatch second) = batch.Halve(); // as in WriteAsync
            return [.. await LookAsync(first, existing, cancellationToken).ConfigureAwait(
                false), .. await LookAsync(second, existing, cancellationToken).ConfigureAwait(false)];
        }

        // A read.
        return [.. batch.Items.Zip(found.Results, (item, result) => Step(item, result.Range!.KeyValues is [var key, ..] ? key : null, existing))];
    }

    private ImportStep Step(ImportItem item, EtcdKeyValue? found, ExistingKeyPolicy existing)
    {
        if (found is null) return new ImportStep(item, 0, ImportAction.Create);
        // The lease granted here has another ID than the lease in the file.
        if (found.Lease.IsNone == item.Lease.IsNone && found.Value.Span.SequenceEqual(item.Value.Span))
            return new ImportStep(item, found.ModRevision, ImportAction.None);
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
        string.Create(CultureInfo.InvariantCulture, $"{count} of the keys in '{request.Path}' exist in cluster '{cluster.Name}' "
            + $"with another value or lease. The first is in line {line}."))
    {
        Target = cluster.Name,
        NextStep = "Use -IfAbsent to keep the existing keys, or -Force to overwrite them with the keys of the file.",
    };
}
