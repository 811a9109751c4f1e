using System.Diagnostics;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Bench.Measuring;

/// <summary>Reads a key repeatedly during a change of a cluster. The longest time without an answer is the outage for its clients.</summary>
internal static class OutageProbe
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs a measurement, and records the outage in its sample.</summary>
    public static async Task<Sample> DuringAsync(EtcdCluster cluster, Func<Task<Sample>> runAsync, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<TimeSpan> watching = WatchAsync(cluster, over.Token);
        Sample sample = await runAsync();
        await over.CancelAsync();
        return sample with { Outage = await watching };
    }

    private static async Task<TimeSpan> WatchAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        EtcdClient[] members = [.. cluster.Endpoints.Select(endpoint => cluster.Client.ForEndpoint(endpoint).WithCalls(AnswerLimit, retry: false))];
        var longest = TimeSpan.Zero;
        long answered = Stopwatch.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await AnyAnswersAsync(members, cancellationToken))
            {
                TimeSpan gap = Stopwatch.GetElapsedTime(answered);
                if (gap > longest) longest = gap;
                answered = Stopwatch.GetTimestamp();
            }

            await Task.Delay(Interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return longest;
    }

    private static async Task<bool> AnyAnswersAsync(EtcdClient[] members, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await foreach (Task<bool> answer in Task.WhenEach(members.Select(member => AnswersAsync(member, enough.Token))))
        {
            if (!await answer) continue;
            await enough.CancelAsync();
            return true;
        }

        return false;
    }

    private static async Task<bool> AnswersAsync(EtcdClient member, CancellationToken cancellationToken)
    {
        try
        {
            // Linearizable: a member answers only while there is a quorum.
            await member.Kv.CountAsync(KeyRange.Key("/outage-probe"), cancellationToken: cancellationToken);
            return true;
        }
        catch (Exception e) when (e is EtcdException or OperationCanceledException)
        {
            return false;
        }
    }
}
