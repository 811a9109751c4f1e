using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>Reads the remaining lifetime of a cluster's leases, each lease once.</summary>
/// <param name="client">A client of the cluster.</param>
public sealed class LeaseTtls(EtcdClient client)
{
    private readonly Dictionary<LeaseId, TimeSpan?> _known = [];

    /// <summary>The remaining lifetime of a lease when it was first read; null for no lease and for a lease that no longer exists.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<TimeSpan?> FindAsync(LeaseId lease, CancellationToken cancellationToken)
    {
        if (lease.IsNone) return null;
        if (_known.TryGetValue(lease, out TimeSpan? ttl)) return ttl;
        ttl = (await client.Leases.TimeToLiveAsync(lease, cancellationToken: cancellationToken).ConfigureAwait(false)).Remaining;
        _known[lease] = ttl;
        return ttl;
    }
}
