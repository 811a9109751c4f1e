using System.Diagnostics;
using EtcdAdmin.Checks;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Nagios;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Checks;

/// <summary>All checks of a cluster on hosts with systemd: a good one, then with problems that are made on the hosts.</summary>
[Collection(SharedHostLab.Name)]
public sealed class ChecksOnHostsTests(HostLabFixture fixture)
{
    private const string OfHosts = "FileModes Hardening Configuration Clocks CIS-1.1.11 CIS-1.1.12 CIS-2.1 CIS-2.2 CIS-2.4 CIS-2.5 CIS-2.7";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CheckAsync_ThreeHosts_GoodFirstThenEachProblemWithItsRemedy()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await CheckAsync(hosts, cluster); // opens the connections
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<EtcdCheck> good = await CheckAsync(hosts, cluster);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        TestContext.Current.SendDiagnosticMessage($"{good.Count} checks of three hosts in {took.TotalMilliseconds:0} ms");

        Assert.True(took < TimeSpan.FromSeconds(2), $"It took {took.TotalSeconds:0.00} s.");
        foreach (string name in OfHosts.Split(' ').Concat(["Members"]))
        {
            EtcdCheck[] results = [.. good.Where(check => check.Check == name)];
            Assert.Equal(3, results.Length);
            Assert.All(results, check => Assert.True(check.Severity == CheckSeverity.Ok, $"{check} {check.Evidence}"));
        }

        await hosts.LookAsync("n2", "chmod 0644 /etc/etcd/pki/server.key");
        await hosts.LookAsync("n3", "systemctl stop etcd.service && systemctl disable etcd.service");
        IReadOnlyList<EtcdCheck> bad = await CheckAsync(hosts, cluster);

        EtcdCheck key = Assert.Single(bad, check => check is { Check: "FileModes", Severity: CheckSeverity.Warning });
        Assert.Equal(("n2", true), (key.Member, key.Remedy?.Contains("chmod 600 /etc/etcd/pki/server.key", StringComparison.Ordinal)));
        EtcdCheck stopped = Assert.Single(bad, check => check is { Check: "Members", Severity: CheckSeverity.Critical });
        Assert.Equal(("n3", true), (stopped.Member, stopped.Remedy?.Contains("Start-EtcdMember", StringComparison.Ordinal)));
        Assert.Contains(bad, check => check is { Check: "Hardening", Member: "n3", Severity: CheckSeverity.Warning, Remedy: not null });
        Assert.Equal(CheckSeverity.Critical, bad.First(check => check.Check == "Quorum").Severity);
        NagiosResult nagios = NagiosResult.Of(cluster.Name, bad);
        Assert.Equal(2, nagios.ExitCode);
        Assert.Contains("Members n3: It does not serve", nagios.Line, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<EtcdCheck>> CheckAsync(HostCluster hosts, EtcdCluster cluster) =>
        new ClusterChecker(hosts.Context).CheckAsync(cluster, new CheckOptions(), Token);
}
