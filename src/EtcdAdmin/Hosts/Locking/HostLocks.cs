namespace EtcdAdmin.Hosts.Locking;

/// <summary>The host locks of an operation.</summary>
internal sealed class HostLocks : IAsyncDisposable
{
    private readonly IReadOnlyList<HostLock> _locks;
    private readonly CancellationTokenSource _lost;

    public HostLocks(IReadOnlyList<HostLock> locks)
    {
        _locks = locks;
        // An empty list of tokens, if all members are on this machine, would be an error in CreateLinkedTokenSource.
        _lost = CancellationTokenSource.CreateLinkedTokenSource([CancellationToken.None, .. locks.Select(each => each.Lost)]);
        Lost = _lost.Token;
    }

    /// <summary>Cancelled when one of them is lost; see <see cref="HostLock.Lost"/>.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Why one of them was lost, see <see cref="HostLock.WhyLostAsync"/>; null as long as all are held.</summary>
    public async Task<string?> WhyLostAsync()
    {
        foreach (HostLock each in _locks)
        {
            if (await each.WhyLostAsync().ConfigureAwait(false) is { } reason) return reason;
        }

        return null;
    }

    /// <summary>Releases all locks; others can take them once this call has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_locks.Select(each => each.DisposeAsync().AsTask())).ConfigureAwait(false);
        _lost.Dispose();
    }
}
