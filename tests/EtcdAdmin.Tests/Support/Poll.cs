namespace EtcdAdmin.Tests.Support;

/// <summary>Waits for something to become true, with an end.</summary>
public static class Poll
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken) =>
        UntilAsync(() => Task.FromResult(condition()), cancellationToken);

    public static Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken) =>
        UntilAsync(condition, Limit, cancellationToken);

    /// <summary>For what takes long on a busy machine, as several starts of PowerShell one after the other do.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(limit);
        while (!await condition())
        {
            if (end.IsCancellationRequested) Assert.Fail($"What was waited for did not come about within {limit}.");
            await Task.Delay(Interval, cancellationToken);
        }
    }
}
