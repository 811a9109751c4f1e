using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Settings.Effective;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Changing the version of a cluster on hosts. It has no counterpart: etcd's tools leave the order and the checks to the operator.</summary>
internal sealed class UpgradesSubject(Lab lab, HostBench bench)
{
    private const int Lines = 200;
    private static readonly EtcdVersion Read = new(3, 5, 30);

    private EtcdCluster? _cluster;

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var contest = new Contest("Upgrades");
        Contestant check = contest.Add("check", CheckAsync);
        Contestant update = contest.Add("update", UpdateAsync);
        Contestant settings = contest.Add("settings", _ => Task.FromResult(ReadSettings()));
        await contest.RunAsync(runs, cancellationToken);
        return new Section(
            "Changing the version",
            "–",
            $"""
            Three hosts of the lab over ssh, from etcd 3.4 to {lab.EtcdVersion}, with a small database. The check is `Test-EtcdUpgrade`. The change is
            `Update-EtcdCluster` with its checks, a snapshot, and the proof of each member. "Without an answer" is for a client that reads every 20 ms.
            """,
            [
                Row.Alone("all checks before the change: time", "s", check.Seconds),
                Row.Alone("three members changed: time", "s", update.Seconds),
                Row.Alone("of this, the longest time without an answer", "s", update.OutageSeconds),
                Row.Alone($"a configuration file of {Lines} lines read as etcd reads it: time", "ms", settings.Milliseconds),
            ],
            []);
    }

    private async Task<Sample> CheckAsync(CancellationToken cancellationToken)
    {
        await bench.CleanAsync(cancellationToken);
        await using (var first = new HostConnections())
        {
            Operation<EtcdCluster> install = await new ClusterInstaller(bench.Over(first)).PlanAsync(
                bench.Request() with { Package = new PackageRequest { Version = VersionRequest.Parse("3.4") } }, cancellationToken);
            _cluster = await install.RunAsync(null, cancellationToken);
        }

        await using var connections = new HostConnections();
        long began = Stopwatch.GetTimestamp();
        IReadOnlyList<EtcdUpgradeCheck> checks =
            await new ClusterUpdater(bench.Over(connections)).TestAsync(_cluster, Request(), cancellationToken);
        return checks.All(one => one.Result != UpgradeCheckResult.Fail)
            ? new Sample(Stopwatch.GetElapsedTime(began))
            : throw new BenchException(string.Join('\n', checks));
    }

    /// <summary>Uses the cluster of the check.</summary>
    private Task<Sample> UpdateAsync(CancellationToken cancellationToken) => OutageProbe.DuringAsync(_cluster!, async () => // the check came first
    {
        await using var connections = new HostConnections();
        long began = Stopwatch.GetTimestamp();
        ClusterUpdate update = await new ClusterUpdater(bench.Over(connections)).PlanAsync(_cluster!, Request(), cancellationToken);
        await update.Operation.RunAsync(null, cancellationToken);
        return new Sample(Stopwatch.GetElapsedTime(began));
    }, cancellationToken);

    // Half of the lines are settings, the others comments as operators write them.
    private static Sample ReadSettings()
    {
        string[] names = [.. EtcdFlags.All.Select(flag => flag.Name).Distinct(StringComparer.Ordinal).Take(Lines / 2)];
        string yaml = string.Concat(Enumerable.Range(0, Lines / 2).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"# setting {i}\n{(i < names.Length ? names[i] : $"unknown-{i}")}: 1\n")));
        long began = Stopwatch.GetTimestamp();
        var found = EffectiveConfiguration.Read(yaml, new Dictionary<string, string>(), ["--config-file", "/etc/etcd.yml"], Read);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return found.Findings.Count > 0 ? new Sample(elapsed) : throw new BenchException("Unknown settings were not found.");
    }

    private UpdateRequest Request() =>
        new() { Package = new PackageRequest { Path = bench.Programs, Version = VersionRequest.For(lab.EtcdVersion) } };
}
