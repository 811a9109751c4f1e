using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Locking;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning;

/// <summary>The lock of a cluster: it keeps operations of this and other machines away while one operation changes the cluster.</summary>
internal sealed class OperationLock : IOperationLock
{
    private readonly ClusterLock _here;
    private readonly HostLocks _there;

    private OperationLock(ClusterLock here, HostLocks there) => (_here, _there) = (here, there);

    /// <inheritdoc/>
    public CancellationToken Lost => _there.Lost;

    /// <inheritdoc/>
    public Task<string?> WhyLostAsync() => _there.WhyLostAsync();

    /// <summary>The function that takes the lock of a cluster, here and on the hosts of its members.</summary>
    public static TakeLock Of(AdminContext context, string cluster, IEnumerable<MemberSpec> members) =>
        (what, events, cancellationToken) => TakeAsync(context, cluster, members, what, events, cancellationToken);

    /// <summary>The same for any cluster: without known hosts only here, and not at all for one that was connected to without a name.</summary>
    public static TakeLock OfAny(AdminContext context, EtcdCluster cluster) => ClusterName.IsAllowed(cluster.Name)
        ? Of(context, cluster.Name, cluster.Spec?.Members ?? [])
        : (_, _, _) => Task.FromResult<IOperationLock>(new Unlocked());

    /// <summary>
    /// Takes the lock. It does not wait for a running operation that holds the lock. Hosts that cannot be reached are left out: no operation
    /// can change them.
    /// </summary>
    /// <exception cref="EtcdException">ClusterBusy, with the holder of the lock.</exception>
    private static async Task<IOperationLock> TakeAsync(
        AdminContext context, string cluster, IEnumerable<MemberSpec> members, string what, IProgress<EtcdEvent>? events,
            CancellationToken cancellationToken)
    {
        var here = ClusterLock.Take(context.Home, cluster, what, context.Clock);
        try
        {
            IHost[] hosts = [.. members.DistinctBy(member => member.HostName).Select(context.HostOf)];
            return new OperationLock(
                here, await HostLock.TakeAllAsync(hosts, what, context.HostLocking, events, cancellationToken).ConfigureAwait(false));
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

    private sealed class Unlocked : IOperationLock
    {
        public CancellationToken Lost => CancellationToken.None;

        public Task<string?> WhyLostAsync() => Task.FromResult<string?>(null);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
