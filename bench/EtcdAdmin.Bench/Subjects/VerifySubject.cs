using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Verifying a snapshot file.</summary>
internal sealed class VerifySubject(Lab lab, SnapshotPair snapshots)
{
    // The same checks with other tools: the structure, then the SHA-256 at the end.
    private const string Both = """
        set -eu
        "$1" snapshot status "$2"
        [ "$(head -c -32 "$2" | sha256sum | cut -c 1-64)" = "$(tail -c 32 "$2" | od -An -v -tx1 | tr -d ' \n')" ]
        """;

    private static readonly Dictionary<string, string> NoVariables = [];

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var contest = new Contest("Verify");
        Contestant call = contest.Add("core call", CallAsync);
        Contestant status = contest.Add(
            "etcdutl", token => MeasuredProcess.RunAsync([lab.Etcdutl, "snapshot", "status", snapshots.First], NoVariables, token));
        Contestant sum = contest.Add("sha256sum", token => MeasuredProcess.RunAsync(["sha256sum", snapshots.First], NoVariables, token));
        Contestant both = contest.Add(
            "both tools", token => MeasuredProcess.RunAsync(["sh", "-c", Both, "sh", lab.Etcdutl, snapshots.First], NoVariables, token));
        Contestant process = contest.Add(
            "process", token => MeasuredProcess.RunAsync(Worker.CommandLine(BenchOptions.Verify, snapshots.First), NoVariables, token));
        await contest.RunAsync(runs, cancellationToken);
        return new Section(
            "Verifying a snapshot",
            "the tool",
            string.Create(CultureInfo.InvariantCulture, $"""
                A file of {snapshots.Megabytes:0.0} MB with {snapshots.Data.Keys} keys. `etcdutl snapshot status` reads the pages and hashes the records. It does not
                check the SHA-256 at the end; only `sha256sum` (of all but the last 32 bytes) can. `SnapshotVerifier` does both, decodes every record,
                and counts the live keys. It is faster on a processor with SHA-256 instructions. `etcdutl` needs none, and Debian's `sha256sum` uses
                none.
                """),
            [
                Row.Of("core call in a warm process, compared with `etcdutl snapshot status`: time", "s", call.Seconds, status.Seconds),
                Row.Of("core call in a warm process, compared with `sha256sum`: time", "s", call.Seconds, sum.Seconds),
                Row.Of("core call in a warm process, compared with both, which together make these checks: time", "s", call.Seconds, both.Seconds),
                Row.Of("whole process, with the start of .NET, compared with `etcdutl snapshot status`: time", "s", process.Seconds, status.Seconds),
                Row.Of("whole process, compared with `sha256sum`: time", "s", process.Seconds, sum.Seconds),
                Row.Of("whole process, compared with both: time", "s", process.Seconds, both.Seconds),
                Row.Of("whole process, compared with `etcdutl snapshot status`: peak memory", "MB", process.PeakMegabytes, status.PeakMegabytes),
            ],
            ["etcdutl snapshot status first.db", "sha256sum first.db", "etcdutl snapshot status first.db && head -c -32 first.db | sha256sum"]);
    }

    private async Task<Sample> CallAsync(CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        SnapshotVerdict verdict = await new SnapshotVerifier(TimeProvider.System).VerifyAsync(snapshots.First, null, null, cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return verdict.Passed ? new Sample(elapsed) : throw new BenchException($"{snapshots.First} did not pass the checks.");
    }
}
