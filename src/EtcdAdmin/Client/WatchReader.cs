using System.Runtime.CompilerServices;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Etcdserverpb;

namespace EtcdAdmin.Client;

/// <summary>One watch, over as many streams as necessary.</summary>
internal sealed class WatchReader(EtcdCaller caller, KeyRange range, WatchOptions options)
{
    private readonly List<WatchEvent> _parts = [];
    private long _nextRevision = options.StartRevision;
    private bool _announced;
    private bool _tokenRenewed;

    public async IAsyncEnumerable<WatchBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            _parts.Clear();
            using CallStream<WatchRequest, WatchResponse> stream = await caller
                .OpenDuplexAsync(EtcdMethods.Watch, CreateRequest(), cancellationToken).ConfigureAwait(false);
            while (await TryReadAsync(stream, cancellationToken).ConfigureAwait(false) is { } response)
            {
                if (Take(response) is { } batch) yield return batch;
            }

            await caller.PauseBeforeReopenAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private WatchRequest CreateRequest()
    {
        var create = new WatchCreateRequest
        {
            Key = range.WireStart,
            RangeEnd = range.WireEnd,
            StartRevision = _nextRevision,
            PrevKv = options.ReturnPrevious,
            ProgressNotify = options.ProgressNotify,
            Fragment = options.Fragment,
        };
        if (options.WithoutPuts) create.Filters.Add(WatchCreateRequest.Types.FilterType.Noput);
        if (options.WithoutDeletes) create.Filters.Add(WatchCreateRequest.Types.FilterType.Nodelete);
        return new WatchRequest { CreateRequest = create };
    }

    /// <summary>Reads one answer; null if the stream broke and another stream continues from there.</summary>
    private async Task<WatchResponse?> TryReadAsync(
        CallStream<WatchRequest, WatchResponse> stream, CancellationToken cancellationToken)
    {
        try
        {
            WatchResponse? response = await stream.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (response is { Canceled: true }) throw Canceled(stream.Endpoint, response);
            return response;
        }
        catch (EtcdRpcException e) when (e.IsTransient)
        {
            return null;
        }
        catch (EtcdRpcException e) when (!_tokenRenewed && stream.Token is not null && MayBeStale(e))
        {
            _tokenRenewed = true;
            caller.ForgetToken(stream.Token);
            return null;
        }
    }

    private WatchBatch? Take(WatchResponse response)
    {
        _tokenRenewed = false;
        if (response.Created)
        {
            // From here on no change may be missed, even if the stream breaks before the first event.
            if (_nextRevision == 0) _nextRevision = response.Header.Revision + 1;
            if (_announced) return null;
            _announced = true;
        }

        _parts.AddRange(response.Events.Select(WatchEvent.From));
        if (response.Fragment) return null;
        WatchEvent[] events = [.. _parts];
        _parts.Clear();
        if (events.Length > 0) _nextRevision = events[^1].KeyValue.ModRevision + 1;
        // A progress notification means that all changes up to its revision have been reported.
        else if (!response.Created) _nextRevision = Math.Max(_nextRevision, response.Header.Revision + 1);
        return new WatchBatch(EtcdHeader.From(response.Header), events);
    }

    private EtcdRpcException Canceled(Uri endpoint, WatchResponse response)
    {
        if (response.CompactRevision > 0)
            return RpcErrors.Compacted(endpoint, EtcdMethods.Watch.Path, response.CompactRevision);

        // The reason is a printed Go error: the message comes after "rpc error: code = ... desc = ".
        const string Mark = "desc = ";
        int mark = response.CancelReason.IndexOf(Mark, StringComparison.Ordinal);
        string reason = mark < 0 ? response.CancelReason : response.CancelReason[(mark + Mark.Length)..];
        return reason.Length == 0
            ? RpcErrors.FromStatus(endpoint, EtcdMethods.Watch.Path, GrpcStatusCode.Cancelled, "etcdserver: watch canceled")
            : RpcErrors.FromStatus(endpoint, EtcdMethods.Watch.Path, GrpcStatusCode.FailedPrecondition, reason, caller.Asker);
    }

    // Before 3.5 a watch with a token that the member has forgotten is refused as not permitted.
    private static bool MayBeStale(EtcdRpcException error) =>
        TokenSource.IsStale(error) || error.Error == EtcdError.PermissionDenied;
}
