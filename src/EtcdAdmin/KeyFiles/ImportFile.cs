using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using EtcdAdmin.Database.Hashes;
using EtcdAdmin.Errors;

namespace EtcdAdmin.KeyFiles;

/// <summary>A key file for an import: first checked completely, then read in batches that fit a transaction.</summary>
/// <param name="request">The keys to import, and the policy for leases.</param>
/// <param name="maxRequest">The largest request that the cluster accepts, in bytes, as far as it is known.</param>
internal sealed class ImportFile(KeyImportRequest request, int maxRequest)
{
    private readonly KeyFileReader _reader = new(request.Path, request.Format, request.SkipHashCheck);
    private readonly long _room = maxRequest - KeyFileRules.RequestOverhead;

    /// <summary>The line of the key with the largest request, and its approximate size in bytes. Available after the check.</summary>
    public (long Line, long Cost) Largest { get; private set; }

    /// <summary>Reads the complete file before any key is written.</summary>
    /// <exception cref="EtcdException">KeyFileUnreadable, KeyFileInvalid.</exception>
    /// <exception cref="AggregateException">Several errors KeyFileInvalid, one for each line.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var errors = new List<Exception>();
        bool ascending = true;
        ReadOnlyMemory<byte> last = default; // no key is empty
        await foreach (KeyFileEntry entry in _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if ((entry.Error ?? Refuse(entry)) is { } error)
            {
                errors.Add(error);
                if (errors.Count == KeyFileRules.MaxErrors) break;
            }
            else if (IsWanted(entry.Key) && !IsSkipped(entry.Key))
            {
                ImportItem item = Item(entry.Line, entry.Key);
                ReadOnlyMemory<byte> name = item.Key;
                long cost = KeyFileRules.Cost(name, item.Value) + (item.Lease.IsNone ? 0 : KeyFileRules.LeaseOverhead);
                if (cost > Largest.Cost) Largest = (entry.Line, cost);
                ascending &= last.Span.SequenceCompareTo(name.Span) < 0;
                last = name;
            }
        }

        // In an export the keys ascend, so no key can occur twice. Only other files need a set of all keys.
        if (errors.Count == 0 && !ascending) await FindDuplicatesAsync(errors, cancellationToken).ConfigureAwait(false);
        if (errors.Count == 1) throw errors[0];
        if (errors.Count > 1) throw new AggregateException(errors);
    }

    /// <summary>Returns the file's keys in file order. No key occurs twice: a transaction must not write a key twice.</summary>
    public async IAsyncEnumerable<ImportBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = new List<ImportItem>();
        long size = 0;
        long skipped = 0;
        await foreach (KeyFileEntry entry in _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Error is not null) throw entry.Error; // the file was changed after the check
            if (!IsWanted(entry.Key)) continue;
            if (IsSkipped(entry.Key))
            {
                skipped++;
                continue;
            }

            ImportItem item = Item(entry.Line, entry.Key);
            long cost = KeyFileRules.Cost(item.Key, item.Value);
            if (items.Count > 0 && (items.Count == KeyFileRules.MaxOperations || size + cost > _room))
            {
                yield return new ImportBatch([.. items], skipped);
                items.Clear();
                size = skipped = 0;
            }

            items.Add(item);
            size += cost;
        }

        if (items.Count > 0 || skipped > 0) yield return new ImportBatch(items, skipped);
    }

    /// <summary>Adds an error for each key that another line writes too, after the prefix is replaced.</summary>
    private async Task FindDuplicatesAsync(List<Exception> errors, CancellationToken cancellationToken)
    {
        var lines = new Dictionary<KeyFingerprint, long>(); // about 40 bytes for each key, whatever its length
        var fingerprints = KeyFingerprinter.Create();
        await foreach (KeyFileEntry entry in _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Error is not null) throw entry.Error; // the file was changed after the check
            if (!IsWanted(entry.Key) || IsSkipped(entry.Key)) continue;
            KeyFingerprint name = fingerprints.Compute(Item(entry.Line, entry.Key).Key.Span);
            if (lines.TryAdd(name, entry.Line)) continue;
            string how = request.Map is null ? "" : ", after the prefix is replaced";
            errors.Add(KeyFileErrors.Line(request.Path, entry.Line, string.Create(
                CultureInfo.InvariantCulture, $"line {lines[name]} has the same key{how}; only one of these lines can be imported")));
            if (errors.Count == KeyFileRules.MaxErrors) return;
        }
    }

    private bool IsWanted([NotNullWhen(true)] ExportedKey? key) => key is not null && key.KeyValue.Key.Span.StartsWith(request.Prefix.Span);

    private bool IsSkipped(ExportedKey key) => !key.KeyValue.Lease.IsNone && request.Leased == LeasedKeyPolicy.Skip;

    private EtcdException? Refuse(KeyFileEntry entry)
    {
        if (!IsWanted(entry.Key)) return null;
        ImportItem item = Item(entry.Line, entry.Key);
        if (item.Key.IsEmpty) return Error("its key would be empty after the prefix is replaced");
        // The server decides about a key near the limit; such a key is written alone.
        if ((2L * item.Key.Length) + item.Value.Length + KeyFileRules.LeastOverhead > maxRequest)
            return KeyFileErrors.TooLarge(request.Path, entry.Line, item.Value.Length, maxRequest);
        return request.Leased == LeasedKeyPolicy.Grant && !item.Lease.IsNone && item.Ttl is null
            ? Error("the file does not contain the remaining lifetime of its lease, so no lease can be granted")
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
