using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>Asks a cluster how long its leases still live, each once.</summary>
/// <param name="client">Of the cluster.</param>
public sealed class LeaseTtls(EtcdClient client)
{
    private readonly Dictionary<LeaseId, TimeSpan?> _known = [];

    /// <summary>How long a lease lived when it was first asked about; null for none, and for one that is gone.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Gives up.</param>
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
