using System.Runtime.CompilerServices;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Etcdserverpb;
using Mvccpb;

namespace EtcdAdmin.Client;

/// <summary>Reads a range in pages at one revision; the next page is fetched while one is consumed.</summary>
internal sealed class RangeReader(EtcdCaller caller, KeyRange range, RangeOptions options)
{
    // The size of values is unknown for the first page: 16 of etcd's largest (1.5 MiB) are 24 MiB.
    private const int FirstPage = 16;

    // The target size of a page. Larger pages save work for etcd, which counts the rest of the range for each page; this limit bounds our memory.
    private const int PageBytes = 8 * 1024 * 1024;

    // A page that is too long is asked for again with so many times fewer keys.
    private const int ShrinkFactor = 8;

    public async IAsyncEnumerable<EtcdKeyValue> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<RangeResponse>? next = null;
        try
        {
            long left = options.Limit > 0 ? options.Limit : long.MaxValue;
            RangeResponse page = await FetchAsync(range, options.Revision, FirstPageSize(left), stop.Token).ConfigureAwait(false);
            long revision = options.Revision > 0 ? options.Revision : page.Header.Revision;
            while (true)
            {
                left -= page.Kvs.Count;
                next = page.More && page.Kvs.Count > 0 && left > 0
                    ? FetchAsync(range.After(page.Kvs[^1].Key), revision, NextPageSize(page, left), stop.Token)
                    : null;
                foreach (KeyValue kv in page.Kvs) yield return EtcdKeyValue.From(kv);
                if (next is null) yield break;
                page = await next.ConfigureAwait(false);
            }
        }
        finally
        {
            // The consumer stopped early: the next page is not needed, and its failure does not matter.
            await stop.CancelAsync().ConfigureAwait(false);
            if (next is not null) await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private int FirstPageSize(long left) => (int)Math.Min(left, Math.Min(FirstPage, options.PageSize));

    private int NextPageSize(RangeResponse page, long left)
    {
        long perKey = Math.Max(1, page.CalculateSize() / page.Kvs.Count);
        // At most 64 times the last page, which may have had only small values by chance.
        long size = Math.Min(PageBytes / perKey, page.Kvs.Count * 64L);
        return (int)Math.Clamp(Math.Min(size, left), 1, options.PageSize);
    }

    private async Task<RangeResponse> FetchAsync(KeyRange from, long revision, int limit, CancellationToken cancellationToken)
    {
        for (int keys = limit; ; keys = Math.Max(1, keys / ShrinkFactor))
        {
            try
            {
                return await FetchOnceAsync(from, revision, keys, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdRpcException e) when (keys > 1 && IsTooLong(e))
            {
                // Far larger values follow than those before: with fewer keys the page fits.
            }
        }
    }

    private Task<RangeResponse> FetchOnceAsync(KeyRange from, long revision, int limit, CancellationToken cancellationToken) =>
        caller.UnaryAsync(EtcdMethods.Range, new RangeRequest
        {
            Key = from.WireStart,
            RangeEnd = from.WireEnd,
            Revision = revision,
            Limit = limit,
            KeysOnly = options.KeysOnly,
            Serializable = options.Serializable,
        }, cancellationToken);

    // Found here, or by the server or a proxy that has a limit for what it sends.
    private static bool IsTooLong(EtcdRpcException error) =>
        error is { GrpcStatus: GrpcStatusCode.ResourceExhausted, Error: EtcdError.None or EtcdError.Unknown };
}
