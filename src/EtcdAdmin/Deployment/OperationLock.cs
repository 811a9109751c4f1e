using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Locking;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Deployment;

/// <summary>Keeps the operations of this machine and of all others away from a cluster while one changes it.</summary>
internal sealed class OperationLock : IOperationLock
{
    private readonly ClusterLock _here;
    private readonly HostLocks _there;

    private OperationLock(ClusterLock here, HostLocks there) => (_here, _there) = (here, there);

    /// <inheritdoc/>
    public CancellationToken Lost => _there.Lost;

    /// <summary>Takes it; somebody who holds it and lives is not waited for. Hosts that cannot be reached are left out: nobody else changes them either.</summary>
    /// <exception cref="EtcdException">ClusterBusy, with whoever holds it.</exception>
    public static async Task<IOperationLock> TakeAsync(
        AdminContext context, string cluster, IEnumerable<MemberSpec> members, CancellationToken cancellationToken)
    {
        var here = ClusterLock.Take(context.Home, cluster);
        try
        {
            IHost[] hosts = [.. members.DistinctBy(member => member.HostName).Select(context.HostOf)];
            return new OperationLock(here, await HostLock.TakeAllAsync(hosts, $"cluster {cluster}", context.HostLocking, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            here.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _there.DisposeAsync().ConfigureAwait(false);
        _here.Dispose();
    }
}
