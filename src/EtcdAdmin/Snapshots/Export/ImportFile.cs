using System.Globalization;
using System.Runtime.CompilerServices;

namespace EtcdAdmin.Snapshots;

/// <summary>A file of keys as an import reads it: checked whole at first, then in batches that fit a transaction.</summary>
/// <param name="request">Which keys, and what becomes of leases.</param>
internal sealed class ImportFile(KeyImportRequest request)
{
    private readonly KeyFileReader _reader = new(request.Path, request.Format, request.SkipHashCheck);
    private readonly long _room = request.MaxRequestSize - KeyFileRules.RequestOverhead;

    /// <summary>Reads all of it before anything is written.</summary>
    /// <exception cref="EtcdException">KeyFileUnreadable, KeyFileInvalid.</exception>
    /// <exception cref="AggregateException">Several of KeyFileInvalid, one for each line.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var errors = new List<Exception>();
        await foreach (KeyFileEntry entry in _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if ((entry.Error ?? Refuse(entry)) is not { } error) continue;
            errors.Add(error);
            if (errors.Count == KeyFileRules.MaxErrors) break;
        }

        if (errors.Count == 1) throw errors[0];
        if (errors.Count > 1) throw new AggregateException(errors);
    }

    /// <summary>Its keys, in its order; no batch holds a key twice, as a transaction may not.</summary>
    public async IAsyncEnumerable<ImportBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = new List<ImportItem>();
        var names = new HashSet<KeyFingerprint>();
        var fingerprints = KeyFingerprinter.Create();
        long size = 0;
        long skipped = 0;
        await foreach (KeyFileEntry entry in _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Error is not null) throw entry.Error; // it was changed since it was checked
            if (entry.Key is not { } key || !key.KeyValue.Key.Span.StartsWith(request.Prefix.Span)) continue;
            if (!key.KeyValue.Lease.IsNone && request.Leased == LeasedKeyPolicy.Skip)
            {
                skipped++;
                continue;
            }

            ImportItem item = Item(entry.Line, key);
            long cost = KeyFileRules.Cost(item.Key, item.Value);
            KeyFingerprint name = fingerprints.Compute(item.Key.Span);
            if (items.Count > 0 && (items.Count == KeyFileRules.MaxOperations || size + cost > _room || names.Contains(name)))
            {
                yield return new ImportBatch([.. items], skipped);
                items.Clear();
                names.Clear();
                size = skipped = 0;
            }

            items.Add(item);
            names.Add(name);
            size += cost;
        }

        if (items.Count > 0 || skipped > 0) yield return new ImportBatch(items, skipped);
    }

    private EtcdException? Refuse(KeyFileEntry entry)
    {
        if (entry.Key is not { } key || !key.KeyValue.Key.Span.StartsWith(request.Prefix.Span)) return null;
        ImportItem item = Item(entry.Line, key);
        if (item.Key.IsEmpty) return Error("nothing would be left of its key with the other beginning");
        if (KeyFileRules.Cost(item.Key, item.Value) > _room)
            return Error(string.Create(CultureInfo.InvariantCulture, $"with {item.Value.Length} bytes it is larger than a request may be ({request.MaxRequestSize} bytes)"));
        return request.Leased == LeasedKeyPolicy.Grant && !item.Lease.IsNone && item.Ttl is null
            ? Error("the file does not tell how long its lease still lived, so none can be granted like it")
            : null;

        EtcdException Error(string finding) => KeyFileErrors.Line(request.Path, entry.Line, finding);
    }

    private ImportItem Item(long line, ExportedKey key) => new(
        line,
        request.Map?.Apply(key.KeyValue.Key) ?? key.KeyValue.Key,
        key.KeyValue.Value,
        request.Leased == LeasedKeyPolicy.Drop ? default : key.KeyValue.Lease,
        key.RemainingTtl);
}
