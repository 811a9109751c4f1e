using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Pipeline;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// The base of the cmdlets that ask the members of clusters. Clusters from the pipeline are asked at the same time, so that a
/// silent cluster does not delay the others. Results and errors come in the order of the clusters.
/// </summary>
/// <typeparam name="T">The result for a cluster.</typeparam>
public abstract class ClustersCmdlet<T> : AdminCmdlet
{
    // Each cluster asks all its members, and the hosts of silent members.
    private const int MostAtOnce = 16;

    private readonly OrderedWork<T> _asked = new(MostAtOnce);

    private protected ClustersCmdlet()
    {
    }

    /// <summary>Asks a cluster, at the same time as others.</summary>
    /// <param name="reference">The cluster.</param>
    /// <param name="ask">Asks it; must not touch the pipeline.</param>
    /// <param name="stop">Cancelled when the pipeline ends early.</param>
    private protected async Task AskAsync(ClusterReference reference, Func<EtcdCluster, CancellationToken, Task<T>> ask, CancellationToken stop)
    {
        Task<EtcdCluster> cluster = FindAsync(reference, stop);
        await Task.WhenAny(cluster).ConfigureAwait(false); // an error is reported in the order of the clusters
        _asked.Start(async token => await ask(await cluster.ConfigureAwait(false), token).ConfigureAwait(false));
        await ForEachAsync(_asked.DoneAsync(stop), ShowAsync, stop).ConfigureAwait(false);
    }

    /// <summary>Writes the result for a cluster.</summary>
    private protected abstract Task ShowAsync(T found);

    /// <inheritdoc/>
    protected sealed override async Task EndAsync(CancellationToken stop)
    {
        await ForEachAsync(_asked.RestAsync(stop), ShowAsync, stop).ConfigureAwait(false);
        await FinishAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Runs once, after the results of all clusters.</summary>
    /// <param name="stop">Cancelled when the pipeline ends early.</param>
    private protected virtual Task FinishAsync(CancellationToken stop) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _asked.Dispose();
        base.Dispose(disposing);
    }

    private async Task ShowAsync(Task<T> found, CancellationToken stop) => await ShowAsync(await found.ConfigureAwait(false)).ConfigureAwait(false);
}
