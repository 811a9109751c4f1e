namespace EtcdAdmin.Clusters;

/// <summary>Keeps every other operation away from a cluster while one changes it. Let go by disposing, or by dying.</summary>
internal sealed class OperationLock : IAsyncDisposable
{
    private readonly ClusterLock _here;

    private OperationLock(ClusterLock here) => _here = here;

    /// <summary>Takes it, without waiting.</summary>
    /// <exception cref="EtcdException">ClusterBusy, with whoever holds it.</exception>
    public static Task<IAsyncDisposable> TakeAsync(
        AdminContext context, string cluster, IEnumerable<MemberSpec> members, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IAsyncDisposable>(new OperationLock(ClusterLock.Take(context.Home, cluster)));
    }

    public ValueTask DisposeAsync()
    {
        _here.Dispose();
        return ValueTask.CompletedTask;
    }
}
