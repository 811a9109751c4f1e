namespace EtcdAdmin.Clusters.Services;

/// <summary>Waits for work within a time limit.</summary>
internal static class TimeLimit
{
    /// <summary>Waits for work and cancels it when its time is over. Work that ends slowly, such as a connection to an unreachable host, is left to
    /// end by itself.</summary>
    /// <param name="work">The work; its token fires when the time is over, or with the caller's.</param>
    /// <param name="time">The time limit.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the work, and waits for its end.</param>
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
            // A failure after the time limit no longer matters.
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
