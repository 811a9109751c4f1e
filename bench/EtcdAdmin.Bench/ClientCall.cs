using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Bench;

/// <summary>A call of the client, repeated in a separate process, so that another build of this program can make it too.</summary>
internal static class ClientCall
{
    public const string Statuses = "statuses", Keys = "keys", Events = "events", Snapshot = "snapshot", First = "first";

    public const int StatusCount = 3_000, EventCount = 10_000;

    private const string Prefix = "/bench-events/";
    private const int PutsInFlight = 16;

    /// <summary>Makes the call once as preparation, then measures it. The result is written to a file, and read by <see cref="ReadAsync"/>.</summary>
    public static async Task RunAsync(string call, EtcdCluster cluster, string resultPath, CancellationToken cancellationToken)
    {
        if (call == First)
        {
            await cluster.Client.Maintenance.StatusAsync(cancellationToken);
            TimeSpan all = DateTime.Now - Process.GetCurrentProcess().StartTime;
            await WriteAsync(resultPath, all, Environment.CpuUsage.TotalTime, cancellationToken);
            return;
        }

        await MakeAsync(call, cluster, cancellationToken);
        GC.Collect();
        TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
        TimeSpan elapsed = await MakeAsync(call, cluster, cancellationToken);
        await WriteAsync(resultPath, elapsed, Environment.CpuUsage.TotalTime - processorBefore, cancellationToken);
    }

    /// <summary>The time and the processor time that a worker measured.</summary>
    public static async Task<(TimeSpan Elapsed, TimeSpan Processor)> ReadAsync(string resultPath, CancellationToken cancellationToken)
    {
        string[] words = (await File.ReadAllTextAsync(resultPath, cancellationToken)).Split(' ');
        return (Milliseconds(words[0]), Milliseconds(words[1]));

        static TimeSpan Milliseconds(string word) => TimeSpan.FromMilliseconds(double.Parse(word, CultureInfo.InvariantCulture));
    }

    private static Task WriteAsync(string path, TimeSpan elapsed, TimeSpan processor, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(
            path, string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalMilliseconds} {processor.TotalMilliseconds}"), cancellationToken);

    private static async Task<TimeSpan> MakeAsync(string call, EtcdCluster cluster, CancellationToken cancellationToken)
    {
        if (call == Events) return await WatchAsync(cluster, cancellationToken);
        long began = Stopwatch.GetTimestamp();
        switch (call)
        {
            case Statuses:
                for (int i = 0; i < StatusCount; i++) await cluster.Client.Maintenance.StatusAsync(cancellationToken);
                break;
            case Keys:
                await foreach (EtcdKeyValue _ in cluster.Client.Kv.RangeAsync(KeyRange.All, cancellationToken: cancellationToken)) { }
                break;
            case Snapshot:
                await foreach (SnapshotChunk _ in cluster.Client.Maintenance.SnapshotAsync(cancellationToken)) { }
                break;
            default:
                throw new BenchException($"The call '{call}' does not exist.");
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Reads events of the past, so that the writer is not part of the measurement.</summary>
    private static async Task<TimeSpan> WatchAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        KvClient kv = cluster.Client.Kv;
        long revision = (await kv.PutAsync(Prefix, "0", cancellationToken: cancellationToken)).Header.Revision;
        var inFlight = new ParallelOptions { MaxDegreeOfParallelism = PutsInFlight, CancellationToken = cancellationToken };
        await Parallel.ForAsync(1, EventCount, inFlight, async (index, token) =>
            await kv.PutAsync(
                string.Create(CultureInfo.InvariantCulture, $"{Prefix}{index % 100}"), "a value of some bytes", cancellationToken: token));
        int seen = 0;
        long began = Stopwatch.GetTimestamp();
        await foreach (WatchBatch batch in cluster.Client.Watch.WatchAsync(
            KeyRange.Prefix(Prefix), new WatchOptions { StartRevision = revision }, cancellationToken))
        {
            seen += batch.Events.Count;
            if (seen >= EventCount) break;
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        await kv.DeleteAsync(KeyRange.Prefix(Prefix), cancellationToken: cancellationToken); // other parts count the keys
        return elapsed;
    }
}
