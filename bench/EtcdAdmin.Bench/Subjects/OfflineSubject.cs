using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.KeyFiles;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Reading keys from snapshot files, and comparing two of them.</summary>
internal sealed class OfflineSubject(Lab lab, SnapshotPair snapshots)
{
    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var contest = new Contest("Offline");
        Contestant keys = contest.Add("keys", KeysAsync);
        Contestant diff = contest.Add("compare", CompareAsync);
        Contestant shell = contest.Add("pwsh",
            token => PowerShellProcess.RunAsync(
                $"Import-Module '{Repository.Module}'; Get-EtcdSnapshotKey '{snapshots.First}' | Select-Object -First 1", lab.Environment, token),
            optional: true);
        await contest.RunAsync(runs, cancellationToken);
        return new Section(
            "Reading keys without etcd",
            "–",
            string.Create(CultureInfo.InvariantCulture, $"""
                Two files of {snapshots.Megabytes:0.0} MB with {snapshots.Data.Keys} keys each, of which {snapshots.Changed} differ. etcd's tools cannot do this.
                A database is sorted by revision, so all of it is read before the first key in key order is known.
                """),
            [
                Row.Alone("all keys and values in key order, core call in a warm process: time to the first", "s", keys.FirstSeconds),
                Row.Alone("the same: time to the last", "s", keys.Seconds),
                shell.Failure is { } reason
                    ? Row.Missing("first key in a new pwsh", reason)
                    : Row.Alone("first key in a new pwsh, with its start and the module's: time", "s", shell.Seconds),
                Row.Alone("both files compared, values included: time", "s", diff.Seconds),
            ],
            []);
    }

    private async Task<Sample> KeysAsync(CancellationToken cancellationToken)
    {
        TimeSpan first = TimeSpan.Zero;
        int count = 0;
        long began = Stopwatch.GetTimestamp();
        await foreach (EtcdKeyValue _ in SnapshotKeyReader.ReadAsync(snapshots.First, new SnapshotKeyQuery(), cancellationToken))
        {
            if (count++ == 0) first = Stopwatch.GetElapsedTime(began);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return count == snapshots.Data.Keys
            ? new Sample(elapsed) { First = first }
            : throw new BenchException($"{count} keys were read, not {snapshots.Data.Keys}.");
    }

    private async Task<Sample> CompareAsync(CancellationToken cancellationToken)
    {
        int count = 0;
        long began = Stopwatch.GetTimestamp();
        var all = new SnapshotKeyQuery();
        IAsyncEnumerable<KeyDifference> differences = KeyComparer.CompareAsync(
            SnapshotKeyReader.ReadAsync(snapshots.First, all, cancellationToken),
            SnapshotKeyReader.ReadAsync(snapshots.Second, all, cancellationToken),
            cancellationToken);
        await foreach (KeyDifference _ in differences) count++;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return count == snapshots.Changed ? new Sample(elapsed) : throw new BenchException($"{count} keys differ, not {snapshots.Changed}.");
    }
}
