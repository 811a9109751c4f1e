namespace EtcdAdmin.Clusters.Services;

/// <summary>Waits for something no longer than it has.</summary>
internal static class TimeLimit
{
    /// <summary>
    /// Waits for work, which is told to end when its time is over. What takes long to end, as a connection to a host that is cut off does, is
    /// left to end by itself.
    /// </summary>
    /// <param name="work">The work; its token fires when the time is over, or with the caller's.</param>
    /// <param name="time">How long it has.</param>
    /// <param name="clock">What the time goes by.</param>
    /// <param name="cancellationToken">Ends the work, and waits for that.</param>
    /// <exception cref="TimeoutException">The time is over.</exception>
    public static async Task<T> WithinAsync<T>(
        Func<CancellationToken, Task<T>> work, TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<T> task = work(limit.Token);
        try
        {
            return await task.WaitAsync(time, clock, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            // A failure that comes after its time is nobody's concern any more.
            if (!task.IsCompleted) await limit.CancelAsync().ConfigureAwait(false);
            _ = task.ContinueWith(
                static (ended, source) =>
                {
                    _ = ended.Exception;
                    ((CancellationTokenSource)source!).Dispose();
                },
                limit, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
