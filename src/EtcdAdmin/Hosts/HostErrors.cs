using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts;

/// <summary>Errors of work on several hosts at once: the failure of one host must not hide the others.</summary>
internal static class HostErrors
{
    /// <summary>Waits for all tasks, then reports all failures.</summary>
    /// <exception cref="EtcdException">One task failed.</exception>
    /// <exception cref="AggregateException">Several tasks failed; it has the error of each.</exception>
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
