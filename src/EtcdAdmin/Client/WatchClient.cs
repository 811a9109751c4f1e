using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Client;

/// <summary>Watches keys change.</summary>
public sealed class WatchClient
{
    private readonly EtcdCaller _caller;

    internal WatchClient(EtcdCaller caller) => _caller = caller;

    /// <summary>
    /// Tells every change in a range once, in order, for as long as the result is enumerated. The first batch is empty and says
    /// that the watch is set up. A broken connection is replaced, if need be by one to another member, and nothing is lost.
    /// </summary>
    /// <exception cref="EtcdRpcException">
    /// Compacted: changes to be told are compacted away, so some would be missing. PermissionDenied. Otherwise: nobody could be
    /// reached for as long as a call may take.
    /// </exception>
    public IAsyncEnumerable<WatchBatch> WatchAsync(
        KeyRange range, WatchOptions? options = null, CancellationToken cancellationToken = default) =>
        new WatchReader(_caller, range, options ?? new WatchOptions()).ReadAsync(cancellationToken);
}
