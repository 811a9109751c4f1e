using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Client;

/// <summary>Watches for changes of keys.</summary>
public sealed class WatchClient
{
    private readonly EtcdCaller _caller;

    internal WatchClient(EtcdCaller caller) => _caller = caller;

    /// <summary>Reports every change in a range once, in order, for as long as the result is enumerated. The first batch is empty and reports that
    /// the watch is set up. A broken connection is replaced, if necessary by one to another member, and no change is lost.</summary>
    /// <exception cref="EtcdRpcException">Compacted: changes to be reported have been compacted. PermissionDenied. Otherwise: no endpoint could be
    /// reached within the call timeout.</exception>
    public IAsyncEnumerable<WatchBatch> WatchAsync(
        KeyRange range, WatchOptions? options = null, CancellationToken cancellationToken = default) =>
        new WatchReader(_caller, range, options ?? new WatchOptions()).ReadAsync(cancellationToken);
}
