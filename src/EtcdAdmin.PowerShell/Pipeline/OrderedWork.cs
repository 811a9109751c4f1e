using System.Runtime.CompilerServices;

namespace EtcdAdmin.PowerShell.Pipeline;

/// <summary>Works on objects of the pipeline at the same time, and returns the results in the order of the objects.</summary>
/// <remarks>
/// PowerShell passes one object after the other, and takes output only while it does. So the work on an object continues while
/// the next objects are taken, and results are returned together with a later object, or at the end.
/// </remarks>
/// <param name="limit">How many objects are worked on at the same time.</param>
internal sealed class OrderedWork<T>(int limit) : IDisposable
{
    // Most work is done within this time, so that a slow pipeline shows each result with its object.
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _end = new();
    private readonly Queue<Task<T>> _started = new();

    /// <summary>Starts the work on an object. If it fails, the result fails.</summary>
    /// <param name="work">The work. It continues after the cmdlet's method has ended, so it must not use the pipeline.</param>
    public void Start(Func<CancellationToken, Task<T>> work) => _started.Enqueue(Task.Run(() => work(_end.Token)));

    /// <summary>
    /// The results that can be returned before the next object is taken: all finished ones, up to the first unfinished one.
    /// </summary>
    /// <param name="stop">Ends the wait.</param>
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

    /// <summary>All remaining results, each as soon as it is ready.</summary>
    /// <param name="stop">Ends the wait.</param>
    public async IAsyncEnumerable<Task<T>> RestAsync([EnumeratorCancellation] CancellationToken stop)
    {
        while (_started.TryDequeue(out Task<T>? first))
        {
            await Task.WhenAny(first).WaitAsync(stop).ConfigureAwait(false);
            yield return first;
        }
    }

    /// <summary>Stops unfinished work and waits for its end, so that nothing continues in the background.</summary>
    public void Dispose()
    {
        _end.Cancel();
        Task all = Task.WhenAll(_started);
        Task.WhenAny(all).GetAwaiter().GetResult();
        _ = all.Exception;
        _end.Dispose();
    }
}
