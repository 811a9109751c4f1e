using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts;

/// <summary>Working on many hosts at once, where one that fails must not hide the others.</summary>
internal static class HostErrors
{
    /// <summary>Waits for all, and then reports all that failed.</summary>
    /// <exception cref="EtcdException">Just one failed.</exception>
    /// <exception cref="AggregateException">Several failed; it holds the error of each.</exception>
    public static async Task<T[]> WhenAllAsync<T>(IEnumerable<Task<T>> tasks)
    {
        Task<T>[] started = [.. tasks];
        Task<T[]> all = Task.WhenAll(started);
        try
        {
            return await all.ConfigureAwait(false);
        }
        catch (EtcdException) when (all.Exception is { InnerExceptions.Count: > 1 } several && several.InnerExceptions.All(e => e is EtcdException))
        {
            throw new AggregateException(several.InnerExceptions);
        }
    }
}
