namespace EtcdAdmin.Hosts.Locking;

/// <summary>The locks of all hosts of an operation.</summary>
internal sealed class HostLocks : IAsyncDisposable
{
    private readonly IReadOnlyList<HostLock> _locks;
    private readonly CancellationTokenSource _lost;

    public HostLocks(IReadOnlyList<HostLock> locks)
    {
        _locks = locks;
        // None to link, as where all is on this machine, is taken for a mistake.
        _lost = CancellationTokenSource.CreateLinkedTokenSource([CancellationToken.None, .. locks.Select(each => each.Lost)]);
        Lost = _lost.Token;
    }

    /// <summary>Cancelled when one of them is lost; see <see cref="HostLock.Lost"/>.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Lets all go; others can take them when this is through.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_locks.Select(each => each.DisposeAsync().AsTask())).ConfigureAwait(false);
        _lost.Dispose();
    }
}
