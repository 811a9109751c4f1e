using System.Text;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Google.Protobuf;
using Wire = Etcdserverpb;

namespace EtcdAdmin.Client;

/// <summary>Keys and values.</summary>
public sealed class KvClient
{
    private readonly EtcdCaller _caller;

    internal KvClient(EtcdCaller caller) => _caller = caller;

    /// <summary>Reads one key as UTF-8; null if it does not exist.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task<EtcdKeyValue?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        GetAsync(Encoding.UTF8.GetBytes(key), cancellationToken);

    /// <summary>Reads one key; null if it does not exist.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<EtcdKeyValue?> GetAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        RangeResult result = await QueryAsync(KeyRange.Key(key), new RangeQuery(), cancellationToken).ConfigureAwait(false);
        return result.KeyValues is [var found, ..] ? found : null;
    }

    /// <summary>Reads a range in pages, all at one revision, in the order of keys. Memory is bounded for any size of the range.</summary>
    /// <remarks>If the revision is compacted during the read, the read ends with <see cref="EtcdError.Compacted"/>; then start again.</remarks>
    /// <exception cref="EtcdRpcException">A page could not be read, even after retries.</exception>
    public IAsyncEnumerable<EtcdKeyValue> RangeAsync(
        KeyRange range, RangeOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new RangeOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PageSize, 1, nameof(options));
        return new RangeReader(_caller, range, options).ReadAsync(cancellationToken);
    }

    /// <summary>One request for a range with all options of etcd: sorting, limits, count.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<RangeResult> QueryAsync(KeyRange range, RangeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RangeResult.From(await _caller.UnaryAsync(EtcdMethods.Range, query.ToWire(range), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The number of keys in a range.</summary>
    /// <param name="range">The keys.</param>
    /// <param name="revision">The revision; 0 means the current one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<long> CountAsync(KeyRange range, long revision = 0, CancellationToken cancellationToken = default)
    {
        RangeResult result = await QueryAsync(range, new RangeQuery { CountOnly = true, Revision = revision }, cancellationToken)
            .ConfigureAwait(false);
        return result.Count;
    }

    /// <summary>Puts a key, key and value as UTF-8.</summary>
    /// <exception cref="EtcdRpcException">The call failed; it may have been applied unless <see cref="EtcdRpcException.NotApplied"/>.</exception>
    public Task<PutResult> PutAsync(
        string key, string value, PutOptions? options = null, CancellationToken cancellationToken = default) =>
        PutAsync(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), options, cancellationToken);

    /// <summary>Puts a key.</summary>
    /// <exception cref="EtcdRpcException">The call failed; it may have been applied unless <see cref="EtcdRpcException.NotApplied"/>.</exception>
    public async Task<PutResult> PutAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, PutOptions? options = null, CancellationToken cancellationToken = default) =>
        PutResult.From(await _caller
            .UnaryAsync(EtcdMethods.Put, PutRequest(key, value, options), cancellationToken).ConfigureAwait(false));

    /// <summary>Deletes a range.</summary>
    /// <param name="range">The keys.</param>
    /// <param name="returnPrevious">Returns the deleted keys.</param>
    /// <param name="cancellationToken">Cancels the call; the deletion may have been applied.</param>
    /// <exception cref="EtcdRpcException">The call failed; it may have been applied unless <see cref="EtcdRpcException.NotApplied"/>.</exception>
    public async Task<DeleteResult> DeleteAsync(
        KeyRange range, bool returnPrevious = false, CancellationToken cancellationToken = default) =>
        DeleteResult.From(await _caller
            .UnaryAsync(EtcdMethods.DeleteRange, DeleteRequest(range, returnPrevious), cancellationToken).ConfigureAwait(false));

    /// <summary>Runs a transaction. A read-only transaction is retried like a read.</summary>
    /// <exception cref="EtcdRpcException">The call failed; it may have been applied unless <see cref="EtcdRpcException.NotApplied"/>.</exception>
    public async Task<TxnResult> TxnAsync(EtcdTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return TxnResult.From(await _caller.UnaryAsync(
            transaction.IsRead ? EtcdMethods.TxnReadOnly : EtcdMethods.Txn, transaction.ToWire(), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Deletes the history before a revision, for the whole cluster. This cannot be undone.</summary>
    /// <param name="revision">The oldest revision that is kept.</param>
    /// <param name="physical">Waits until the member has removed the history from its database; the call timeout does not apply then.</param>
    /// <param name="cancellationToken">Cancels the wait; the compaction may have been applied.</param>
    /// <exception cref="EtcdRpcException">Compacted or FutureRevision, or the call failed.</exception>
    public async Task<EtcdHeader> CompactAsync(long revision, bool physical = false, CancellationToken cancellationToken = default)
    {
        Wire.CompactionResponse response = await _caller.UnaryAsync(
            physical ? EtcdMethods.CompactPhysical : EtcdMethods.Compact,
            new Wire.CompactionRequest { Revision = revision, Physical = physical }, cancellationToken).ConfigureAwait(false);
        return EtcdHeader.From(response.Header);
    }

    internal static Wire.PutRequest PutRequest(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, PutOptions? options) => new()
    {
        Key = ByteString.CopyFrom(key.Span),
        Value = ByteString.CopyFrom(value.Span),
        Lease = options?.Lease.Value ?? 0,
        PrevKv = options?.ReturnPrevious ?? false,
        IgnoreValue = options?.KeepValue ?? false,
        IgnoreLease = options?.KeepLease ?? false,
    };

    internal static Wire.DeleteRangeRequest DeleteRequest(KeyRange range, bool returnPrevious) =>
        new() { Key = range.WireStart, RangeEnd = range.WireEnd, PrevKv = returnPrevious };
}
