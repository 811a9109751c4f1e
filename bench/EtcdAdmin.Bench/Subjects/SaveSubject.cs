using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Saving a snapshot.</summary>
internal sealed class SaveSubject(Lab lab, LabCluster installed, Dataset dataset)
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(lab.Folder, "saved")).FullName;

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var contest = new Contest("Save");
        Contestant call = contest.Add("core call", CallAsync);
        Contestant peer = contest.Add("etcdctl", PeerAsync);
        Contestant process = contest.Add("process", ProcessAsync);
        await contest.RunAsync(runs, cancellationToken);
        return new Section(
            "Saving a snapshot",
            "etcdctl",
            string.Create(CultureInfo.InvariantCulture, $"""
                One member with TLS, {dataset.Keys} keys, values of {dataset.ValueBytes} random bytes, a database of {dataset.DatabaseMegabytes:0.0} MB.
                `SnapshotSaver.SaveAsync` does more than its peer: it checks the stream's SHA-256, reads the written file back, checks every page of it
                and counts the keys before the file gets its name. Both write the file to the disk (fsync).
                """),
            [
                Row.Of("core call in a warm process: time", "s", call.Seconds, peer.Seconds),
                Row.Of("core call in a warm process: throughput", "MB/s", call.Rate(dataset.DatabaseMegabytes), peer.Rate(dataset.DatabaseMegabytes)),
                Row.Of("whole process, with the start of .NET: time", "s", process.Seconds, peer.Seconds),
                Row.Of("whole process: peak memory", "MB", process.PeakMegabytes, peer.PeakMegabytes),
            ],
            ["etcdctl snapshot save peer.db      # with ETCDCTL_ENDPOINTS, ETCDCTL_CACERT, ETCDCTL_CERT, ETCDCTL_KEY"]);
    }

    private async Task<Sample> CallAsync(CancellationToken cancellationToken)
    {
        var request = new SaveSnapshotRequest { Destination = Path.Combine(_folder, "call.db") };
        long began = Stopwatch.GetTimestamp();
        EtcdSnapshot snapshot = await new SnapshotSaver(lab.Context).SaveAsync(installed.Cluster, request, null, cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        if (snapshot.TotalKeys != dataset.Keys) throw new BenchException($"The snapshot holds {snapshot.TotalKeys} keys, not {dataset.Keys}.");
        File.Delete(snapshot.Path);
        return new Sample(elapsed);
    }

    private Task<Sample> ProcessAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(_folder, "process.db");
        return RunAsync(Worker.CommandLine(BenchOptions.Save, installed.Name, path), lab.Environment, path, cancellationToken);
    }

    private Task<Sample> PeerAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(_folder, "peer.db");
        return RunAsync([lab.Etcdctl, "snapshot", "save", path], installed.EtcdctlEnvironment, path, cancellationToken);
    }

    private static async Task<Sample> RunAsync(
        IReadOnlyList<string> commandLine, IReadOnlyDictionary<string, string> environment, string path, CancellationToken cancellationToken)
    {
        Sample sample = await MeasuredProcess.RunAsync(commandLine, environment, cancellationToken);
        if (!File.Exists(path)) throw new BenchException($"{commandLine[0]} did not write {path}.");
        File.Delete(path);
        return sample;
    }
}
