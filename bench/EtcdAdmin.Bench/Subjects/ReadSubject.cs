using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Reading all keys, without values.</summary>
internal sealed class ReadSubject(Lab lab, LabCluster installed, Dataset dataset)
{
    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var contest = new Contest("Read");
        Contestant call = contest.Add("core call", CallAsync);
        Contestant peer = contest.Add("etcdctl",
            token => MeasuredProcess.RunAsync([lab.Etcdctl, "get", "--prefix", "", "--keys-only"], installed.EtcdctlEnvironment, token));
        Contestant process = contest.Add("process",
            token => MeasuredProcess.RunAsync(Worker.CommandLine(BenchOptions.Read, installed.Name), lab.Environment, token));
        await contest.RunAsync(runs, cancellationToken);
        return new Section(
            "Reading all keys",
            "etcdctl",
            string.Create(CultureInfo.InvariantCulture, $"""
                The same member with {dataset.Keys} keys, read without values. `KvClient.RangeAsync` reads page by page at one revision, in bounded
                memory on both sides. Its peer requests all keys in one answer. Both processes print every key to `/dev/null`.
                """),
            [
                Row.Of("core call in a warm process: time", "s", call.Seconds, peer.Seconds),
                Row.Alone("core call in a warm process: time to the first key", "ms", call.FirstMilliseconds),
                Row.Of("whole process, with the start of .NET: time", "s", process.Seconds, peer.Seconds),
                Row.Of("whole process: peak memory", "MB", process.PeakMegabytes, peer.PeakMegabytes),
            ],
            ["etcdctl get --prefix \"\" --keys-only >/dev/null"]);
    }

    private async Task<Sample> CallAsync(CancellationToken cancellationToken)
    {
        var keysOnly = new RangeOptions { KeysOnly = true };
        TimeSpan first = TimeSpan.Zero;
        int count = 0;
        long began = Stopwatch.GetTimestamp();
        await foreach (EtcdKeyValue _ in installed.Cluster.Client.Kv.RangeAsync(KeyRange.All, keysOnly, cancellationToken))
        {
            if (count++ == 0) first = Stopwatch.GetElapsedTime(began);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return count == dataset.Keys
            ? new Sample(elapsed) { First = first }
            : throw new BenchException($"{count} keys were read, not {dataset.Keys}.");
    }
}
