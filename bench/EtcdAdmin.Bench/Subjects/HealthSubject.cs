using System.Diagnostics;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Clusters.Health;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Checking the health of a cluster.</summary>
internal sealed class HealthSubject(Lab lab, LabCluster installed)
{
    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var contest = new Contest("Health");
        Contestant call = contest.Add("core call", CallAsync);
        Contestant peer = contest.Add("etcdctl",
            token => MeasuredProcess.RunAsync([lab.Etcdctl, "endpoint", "health", "--cluster"], installed.EtcdctlEnvironment, token));
        Contestant process = contest.Add("process",
            token => MeasuredProcess.RunAsync(Worker.CommandLine(BenchOptions.Health, installed.Name), lab.Environment, token));
        Contestant shell = contest.Add("pwsh", optional: true, runAsync: token => PowerShellProcess.RunAsync(
            $"Import-Module '{Repository.Module}'; Get-EtcdCluster {installed.Name} | Get-EtcdHealth", lab.Environment, token));
        await contest.RunAsync(runs, cancellationToken);
        return new Section(
            "Health of a cluster",
            "etcdctl",
            """
            Three members with TLS. etcdctl reads one key from each member. `HealthChecker.CheckAsync` also asks each member for its status,
            alarms and clock, and compares the answers. Most of its memory is what .NET needs with a few open connections.
            """,
            [
                Row.Of("core call in a warm process, connections open: time", "ms", call.Milliseconds, peer.Milliseconds),
                Row.Of("whole process, with the start of .NET: time", "ms", process.Milliseconds, peer.Milliseconds),
                Row.Of("whole process: peak memory", "MB", process.PeakMegabytes, peer.PeakMegabytes),
                shell.Failure is { } reason
                    ? Row.Missing("`Get-EtcdHealth` in a new pwsh, with the start of both: time", reason)
                    : Row.Of("`Get-EtcdHealth` in a new pwsh, with the start of both: time", "ms", shell.Milliseconds, peer.Milliseconds),
            ],
            ["etcdctl endpoint health --cluster"]);
    }

    private async Task<Sample> CallAsync(CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        ClusterHealth health = await new HealthChecker(lab.Context).CheckAsync(installed.Cluster, new HealthOptions(), cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return health.Members.All(member => member.Healthy) ? new Sample(elapsed) : throw new BenchException(health.Summary);
    }
}
