using System.Text;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Google.Protobuf;
using Wire = V3Lockpb;

namespace EtcdAdmin.Client;

/// <summary>A held lock.</summary>
/// <param name="Header">The header of the answer.</param>
/// <param name="Key">Exists as long as the lock is held; compare its create revision in transactions, and unlock with it.</param>
public sealed record HeldLock(EtcdHeader Header, ReadOnlyMemory<byte> Key);

/// <summary>Named locks, stored in the cluster.</summary>
public sealed class LockClient
{
    private readonly EtcdCaller _caller;

    internal LockClient(EtcdCaller caller) => _caller = caller;

    /// <summary>Waits until the lock is acquired; only the token limits the wait.</summary>
    /// <param name="name">The lock's name.</param>
    /// <param name="lease">The lock ends with this lease, so keep it alive. Without a lease the server makes one of 60 seconds.</param>
    /// <param name="cancellationToken">Cancels the wait; a lock acquired at that moment is held until the lease ends.</param>
    /// <exception cref="EtcdRpcException">LeaseNotFound, or the call failed.</exception>
    public async Task<HeldLock> LockAsync(string name, LeaseId lease = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var request = new Wire.LockRequest { Name = ByteString.CopyFrom(name, Encoding.UTF8), Lease = lease.Value };
        Wire.LockResponse response = await _caller.UnaryAsync(EtcdMethods.Lock, request, cancellationToken).ConfigureAwait(false);
        return new HeldLock(EtcdHeader.From(response.Header), response.Key.Memory);
    }

    /// <summary>Releases a lock; a lock that is no longer held is not an error.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task UnlockAsync(HeldLock held, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(held);
        return _caller.UnaryAsync(
            EtcdMethods.Unlock, new Wire.UnlockRequest { Key = ByteString.CopyFrom(held.Key.Span) }, cancellationToken);
    }
}
