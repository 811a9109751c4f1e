using System.Runtime.CompilerServices;

namespace EtcdAdmin.PowerShell.Pipeline;

/// <summary>Works on objects of the pipeline at the same time, and hands the results out in the order in which the objects came.</summary>
/// <remarks>
/// PowerShell hands over one object after the other and takes output only meanwhile. So the work on an object goes on while the next ones are taken, and
/// what is done is handed out with one of these, or at the end.
/// </remarks>
/// <param name="limit">How many are worked on at once.</param>
internal sealed class OrderedWork<T>(int limit) : IDisposable
{
    // Usual work is done by then and handed out at once, so that a slow pipeline shows each result with its object.
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _end = new();
    private readonly Queue<Task<T>> _started = new();

    /// <summary>Starts the work on an object; its failure is that of the result.</summary>
    /// <param name="work">The work; it goes on after the cmdlet's method has ended, so it must not touch the pipeline.</param>
    public void Start(Func<CancellationToken, Task<T>> work) => _started.Enqueue(Task.Run(() => work(_end.Token)));

    /// <summary>What can be handed out before the next object is taken: all that is done, up to the first that is not.</summary>
    /// <param name="stop">Ends the waiting.</param>
    public async IAsyncEnumerable<Task<T>> DoneAsync([EnumeratorCancellation] CancellationToken stop)
    {
        while (_started.TryPeek(out Task<T>? first))
        {
            Task patience = _started.Count >= limit ? first : _started.Count > 1 ? Task.CompletedTask : Task.Delay(HeadStart, stop);
            await Task.WhenAny(first, patience).WaitAsync(stop).ConfigureAwait(false);
            if (!first.IsCompleted) yield break;
            yield return _started.Dequeue();
        }
    }

    /// <summary>All that is left, each as soon as it is done.</summary>
    /// <param name="stop">Ends the waiting.</param>
    public async IAsyncEnumerable<Task<T>> RestAsync([EnumeratorCancellation] CancellationToken stop)
    {
        while (_started.TryDequeue(out Task<T>? first))
        {
            await Task.WhenAny(first).WaitAsync(stop).ConfigureAwait(false);
            yield return first;
        }
    }

    /// <summary>Ends what is still under way, and waits for that, so that none of it goes on unseen.</summary>
    public void Dispose()
    {
        _end.Cancel();
        Task all = Task.WhenAll(_started);
        Task.WhenAny(all).GetAwaiter().GetResult();
        _ = all.Exception;
        _end.Dispose();
    }
}
