using System.Diagnostics;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Bench.Measuring;

/// <summary>
/// Reads or writes a key repeatedly during a change of a cluster. The longest time without an answer is the outage for its clients.
/// </summary>
internal static class OutageProbe
{
    private const string Key = "/outage-probe";

    private static readonly TimeSpan ReadInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WriteInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs a measurement, and records the outage for a client that reads in its sample.</summary>
    public static Task<Sample> DuringAsync(EtcdCluster cluster, Func<Task<Sample>> runAsync, CancellationToken cancellationToken) =>
        DuringAsync(cluster, ReadInterval, ReadAsync, runAsync, cancellationToken);

    /// <summary>Runs a measurement, and records the outage for a client that writes in its sample.</summary>
    public static Task<Sample> WritingAsync(EtcdCluster cluster, Func<Task<Sample>> runAsync, CancellationToken cancellationToken) =>
        DuringAsync(cluster, WriteInterval, WriteAsync, runAsync, cancellationToken);

    private static async Task<Sample> DuringAsync(
        EtcdCluster cluster, TimeSpan interval, Func<EtcdClient, CancellationToken, Task> call, Func<Task<Sample>> runAsync,
        CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<TimeSpan> watching = WatchAsync(cluster, interval, call, over.Token);
        Sample sample = await runAsync();
        await over.CancelAsync();
        return sample with { Outage = await watching };
    }

    private static async Task<TimeSpan> WatchAsync(
        EtcdCluster cluster, TimeSpan interval, Func<EtcdClient, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        EtcdClient[] members = [.. cluster.Endpoints.Select(endpoint => cluster.Client.ForEndpoint(endpoint).WithCalls(AnswerLimit, retry: false))];
        var longest = TimeSpan.Zero;
        long answered = Stopwatch.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await AnyAnswersAsync(members, call, cancellationToken))
            {
                TimeSpan gap = Stopwatch.GetElapsedTime(answered);
                if (gap > longest) longest = gap;
                answered = Stopwatch.GetTimestamp();
            }

            await Task.Delay(interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return longest;
    }

    private static async Task<bool> AnyAnswersAsync(
        EtcdClient[] members, Func<EtcdClient, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await foreach (Task<bool> answer in Task.WhenEach(members.Select(member => AnswersAsync(member, call, enough.Token))))
        {
            if (!await answer) continue;
            await enough.CancelAsync();
            return true;
        }

        return false;
    }

    private static async Task<bool> AnswersAsync(
        EtcdClient member, Func<EtcdClient, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        try
        {
            await call(member, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is EtcdException or OperationCanceledException)
        {
            return false;
        }
    }

    // Linearizable: a member answers only while there is a quorum.
    private static Task ReadAsync(EtcdClient member, CancellationToken cancellationToken) =>
        member.Kv.CountAsync(KeyRange.Key(Key), cancellationToken: cancellationToken);

    private static Task WriteAsync(EtcdClient member, CancellationToken cancellationToken) =>
        member.Kv.PutAsync(Key, "value", cancellationToken: cancellationToken);
}
