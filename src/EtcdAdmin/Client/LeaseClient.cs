using System.Runtime.CompilerServices;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Wire = Etcdserverpb;

namespace EtcdAdmin.Client;

/// <summary>Leases: their keys are deleted unless the lease is kept alive.</summary>
public sealed class LeaseClient
{
    private readonly EtcdCaller _caller;

    internal LeaseClient(EtcdCaller caller) => _caller = caller;

    /// <summary>Grants a lease.</summary>
    /// <param name="ttl">Seconds, rounded up; at least 1, at most 9,000,000,000. Source: etcd <c>server/lease/lessor.go</c>.</param>
    /// <param name="id">The id of the lease; by default the server chooses one.</param>
    /// <param name="cancellationToken">Cancels the call; a lease that is not kept alive expires.</param>
    /// <exception cref="EtcdRpcException">LeaseExists, LeaseTtlTooLarge, NoSpace, or the call failed.</exception>
    public async Task<LeaseGrant> GrantAsync(TimeSpan ttl, LeaseId id = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero);
        var request = new Wire.LeaseGrantRequest { ID = id.Value, TTL = (long)Math.Ceiling(ttl.TotalSeconds) };
        Wire.LeaseGrantResponse response =
            await _caller.UnaryAsync(EtcdMethods.LeaseGrant, request, cancellationToken).ConfigureAwait(false);
        return new LeaseGrant(EtcdHeader.From(response.Header), new LeaseId(response.ID), TimeSpan.FromSeconds(response.TTL));
    }

    /// <summary>Revokes a lease and deletes its keys.</summary>
    /// <exception cref="EtcdRpcException">LeaseNotFound, or the call failed.</exception>
    public Task RevokeAsync(LeaseId id, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.LeaseRevoke, new Wire.LeaseRevokeRequest { ID = id.Value }, cancellationToken);

    /// <summary>The remaining time of a lease; a lease that does not exist is not an error.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="keys">Also returns its keys.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<LeaseInfo> TimeToLiveAsync(LeaseId id, bool keys = false, CancellationToken cancellationToken = default)
    {
        Wire.LeaseTimeToLiveResponse response = await _caller.UnaryAsync(
            EtcdMethods.LeaseTimeToLive, new Wire.LeaseTimeToLiveRequest { ID = id.Value, Keys = keys }, cancellationToken)
            .ConfigureAwait(false);
        return new LeaseInfo(
            EtcdHeader.From(response.Header), new LeaseId(response.ID),
            response.TTL < 0 ? null : TimeSpan.FromSeconds(response.TTL), TimeSpan.FromSeconds(response.GrantedTTL),
            [.. response.Keys.Select(key => key.Memory)]);
    }

    /// <summary>All leases.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<IReadOnlyList<LeaseId>> ListAsync(CancellationToken cancellationToken = default)
    {
        Wire.LeaseLeasesResponse response = await _caller.UnaryAsync(
            EtcdMethods.LeaseLeases, new Wire.LeaseLeasesRequest(), cancellationToken).ConfigureAwait(false);
        return [.. response.Leases.Select(lease => new LeaseId(lease.ID))];
    }

    /// <summary>Renews a lease once.</summary>
    /// <exception cref="EtcdRpcException">LeaseNotFound, or the call failed.</exception>
    public async Task<LeaseGrant> KeepAliveOnceAsync(LeaseId id, CancellationToken cancellationToken = default)
    {
        using CallStream<Wire.LeaseKeepAliveRequest, Wire.LeaseKeepAliveResponse> stream =
            await OpenAsync(id, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(stream, id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a lease alive, three times per TTL, for as long as the result is enumerated; broken connections are replaced.</summary>
    /// <returns>One answer per keep-alive.</returns>
    /// <exception cref="EtcdRpcException">LeaseNotFound: the lease has expired. Otherwise: no endpoint could be reached.</exception>
    public async IAsyncEnumerable<LeaseGrant> KeepAliveAsync(
        LeaseId id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            using CallStream<Wire.LeaseKeepAliveRequest, Wire.LeaseKeepAliveResponse> stream =
                await OpenAsync(id, cancellationToken).ConfigureAwait(false);
            while (await TryReadAsync(stream, id, cancellationToken).ConfigureAwait(false) is { } granted)
            {
                yield return granted;
                await Task.Delay(granted.Ttl / 3, _caller.Clock, cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(new Wire.LeaseKeepAliveRequest { ID = id.Value }, cancellationToken).ConfigureAwait(false);
            }

            await _caller.PauseBeforeReopenAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<CallStream<Wire.LeaseKeepAliveRequest, Wire.LeaseKeepAliveResponse>> OpenAsync(
        LeaseId id, CancellationToken cancellationToken) =>
        _caller.OpenDuplexAsync(EtcdMethods.LeaseKeepAlive, new Wire.LeaseKeepAliveRequest { ID = id.Value }, cancellationToken);

    /// <summary>Reads one answer; null if the stream broke and another stream may work.</summary>
    private static async Task<LeaseGrant?> TryReadAsync(
        CallStream<Wire.LeaseKeepAliveRequest, Wire.LeaseKeepAliveResponse> stream, LeaseId id, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(stream, id, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.IsTransient)
        {
            return null;
        }
    }

    private static async Task<LeaseGrant> ReadAsync(
        CallStream<Wire.LeaseKeepAliveRequest, Wire.LeaseKeepAliveResponse> stream, LeaseId id, CancellationToken cancellationToken)
    {
        Wire.LeaseKeepAliveResponse response = await stream.ReadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw RpcErrors.ConnectionLost(stream.Endpoint, EtcdMethods.LeaseKeepAlive.Path, refused: false, cause: null);
        if (response.TTL > 0)
            return new LeaseGrant(EtcdHeader.From(response.Header), id, TimeSpan.FromSeconds(response.TTL));
        throw RpcErrors.FromStatus(stream.Endpoint, EtcdMethods.LeaseKeepAlive.Path, GrpcStatusCode.NotFound,
            "etcdserver: requested lease not found");
    }
}
