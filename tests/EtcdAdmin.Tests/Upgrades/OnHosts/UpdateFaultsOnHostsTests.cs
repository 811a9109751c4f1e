using System.Diagnostics;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Tests.Upgrades.OnHosts;

/// <summary>Version changes in which something breaks, on hosts with systemd: the operator's process, a host, the new program.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class UpdateFaultsOnHostsTests(HostLabFixture fixture)
{
    private static readonly string[] Names = ["n1", "n2", "n3"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_OperatorKilledAtEveryStep_IsFinishedByTheSameCommand()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture, "3.4");
        EtcdCluster cluster = await hosts.InstallAsync(hosts.Request(Names) with { Tuning = Renamed() });
        await using var writer = SteadyWriter.Start(cluster);
        UpdateRequest request = await Updates.RequestAsync("3.5");

        foreach (string step in new[] { "Install etcd", "Save a snapshot", "Restart member" })
            await Assert.ThrowsAsync<PowerCutException>(() => Updates.RunAsync(hosts.Context, cluster, request, new PowerCut(step)));
        // The first member, after each change of its host.
        foreach (string script in new[] { MemberFileScripts.Keep, Put, SystemdScripts.Stop, SystemdScripts.Start })
            await KillAsync(hosts, cluster, request, script);
        // What runs now can still go back: the former configuration is kept, although the new one was written long ago.
        Assert.Contains(
            "experimental-backend-bbolt-freelist-type", await AnyAsync(hosts, "cat /etc/etcd/etcd.conf.yml.before"), StringComparison.Ordinal);
        // The others, where it hurts most; the leader is the last.
        await KillAsync(hosts, cluster, request, MemberFileScripts.Forget);
        await KillAsync(hosts, cluster, request, SystemdScripts.Stop);
        await KillAsync(hosts, cluster, request, MemberFileScripts.Forget);
        await KillAsync(hosts, cluster, request, SystemdScripts.Stop);
        await Assert.ThrowsAsync<PowerCutException>(() => Updates.RunAsync(hosts.Context, cluster, request, new PowerCut("Prove that all")));
        EtcdCluster done = await Updates.RunAsync(hosts.Context, cluster, request);
        await writer.StopAndVerifyAsync(Token);

        await RequireAsync(hosts, done, 5);
        TestContext.Current.SendDiagnosticMessage($"longest gap {writer.LongestGap.TotalMilliseconds:0} ms");
        Assert.Equal("", (await AnyAsync(hosts, "ls /etc/etcd | grep -F .before || true")).Trim());
        Assert.Empty((await new ClusterUpdater(hosts.Context).PlanAsync(done, request, Token)).Operation.Plan.Steps);
    }

    [Fact]
    public async Task Update_HostLosesPowerWhileItsProgramIsSwitched_IsFinishedWhenItIsBack()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture, "3.4");
        EtcdCluster cluster = await hosts.InstallAsync(hosts.Request(Names) with { Tuning = Renamed() });
        await using var writer = SteadyWriter.Start(cluster);
        UpdateRequest request = await Updates.RequestAsync("3.5") with { HealthTimeout = TimeSpan.FromSeconds(10) };

        // The new configuration is written, and the old program boots; then the program is stopped; then it is started, and the operator looks on.
        foreach ((string script, bool survives) in new[] { (Put, false), (SystemdScripts.Stop, false), (SystemdScripts.Start, true) })
        {
            var off = new KilledAfter(hosts.Connections, script, About(script), host => hosts.Lab[host].KillAsync(), survives);
            Exception failed = await Assert.ThrowsAnyAsync<Exception>(
                () => Updates.RunAsync(hosts.Context with { Hosts = off }, cluster, request));
            Assert.True(failed is EtcdException == survives, $"{script}: {failed}");
            if (failed is EtcdException error) TestContext.Current.SendDiagnosticMessage($"{error.ErrorId}: {error.Message} {error.NextStep}");
            await hosts.Lab[off.Host!].StartAsync(Token); // one was switched off
            await new HealthGate(hosts.Context).WaitAsync(cluster, TimeSpan.FromSeconds(30), Token); // systemd starts the member at boot
        }

        EtcdCluster done = await Updates.RunAsync(hosts.Context, cluster, request);
        await writer.StopAndVerifyAsync(Token);

        await RequireAsync(hosts, done, 5);
    }

    [Fact]
    public async Task Update_NewProgramDoesNotServe_GoesBackToTheOldOneAndSaysHowLongItWaited()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture, "3.4");
        EtcdCluster cluster = await hosts.InstallAsync(hosts.Request(Names) with { Tuning = Renamed() });
        await using var writer = SteadyWriter.Start(cluster);
        UpdateRequest request = await Updates.RequestAsync("3.5") with { HealthTimeout = TimeSpan.FromSeconds(6) };
        string next = request.Package.Version.Exact.ToString()!, config = await AnyAsync(hosts, "cat /etc/etcd/etcd.conf.yml");
        var waits = new List<string>();
        string dropIns = $"/run/systemd/system/{cluster.Spec!.Members[0].Unit}.d"; // installed
        foreach (string host in Names)
            await hosts.Lab[host].RunAsync($"mkdir -p {dropIns} && printf '[Service]\nRestartSec=50ms\n' >{dropIns}/quick.conf", Token);

        foreach ((string program, string? errorId) in new (string, string?)[]
        {
            // It ends time and again, and runs whenever it is looked at.
            ("sleep 2; exit 1", EtcdErrorIds.MemberStartFailed),
            ("exec sleep 300", EtcdErrorIds.NotHealthy),
            // It serves clients elsewhere, so that it is a member whose health nobody sees.
            ($"sed 's/:2379/:4379/' \"$2\" >/dev/shm/wrong.yml; exec /opt/etcd/{next}/etcd.right --config-file /dev/shm/wrong.yml", null),
            // It does not know a value in its configuration.
            ("sed 's/^log-level: .*//' \"$2\" >/dev/shm/wrong.yml; echo 'log-level: none' >>/dev/shm/wrong.yml; "
                + $"exec /opt/etcd/{next}/etcd.right --config-file /dev/shm/wrong.yml",
                EtcdErrorIds.MemberStartFailed),
        })
        {
            var sabotage = EventTrigger.OnMessage("Save a snapshot", () => Array.ForEach(Names, host => hosts.Lab[host].RunAsync(
                $"cd /opt/etcd/{next} && {{ [ -e etcd.right ] || cp -p etcd etcd.right; "
                    + $"}} && printf '%s\\n' '#!/bin/sh' '{program.Replace("'", "'\\''", StringComparison.Ordinal)}' >etcd",
                Token).GetAwaiter().GetResult()));
            long start = Stopwatch.GetTimestamp();
            EtcdException failed = await Assert.ThrowsAsync<EtcdException>(() => Updates.RunAsync(hosts.Context, cluster, request, sabotage));
            waits.Add($"{program}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {failed.Message}");
            Assert.True(errorId is null || errorId == failed.ErrorId, waits[^1]);
            await RequireAsync(hosts, cluster, 4);
        }

        await writer.StopAndVerifyAsync(Token);

        TestContext.Current.SendDiagnosticMessage(string.Join('\n', waits));
        Assert.Equal(config, await AnyAsync(hosts, "cat /etc/etcd/etcd.conf.yml"));
    }

    [Fact]
    public async Task Update_ConfigurationThatTheNewVersionRefuses_IsNotBegunAndGoesBackIfItIsBegunAllTheSame()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture, "3.3");
        // etcd 3.3 takes any text, and from 3.4 on it must be a URL.
        var setting = new ConfigurationRequest { Extra = new Dictionary<string, object?> { ["cors"] = "app.example.com" } };
        Operation<EtcdCluster> set = await new ConfigurationChanger(hosts.Context)
            .PlanAsync(await hosts.InstallAsync(hosts.Request(Names)), setting, Token);
        EtcdCluster cluster = await set.RunAsync(null, Token);
        await using var writer = SteadyWriter.Start(cluster);
        UpdateRequest request = await Updates.RequestAsync("3.4");

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => Updates.RunAsync(hosts.Context, cluster, request));
        EtcdException failed = await Assert.ThrowsAsync<EtcdException>(() => Updates.RunAsync(
            hosts.Context, cluster, request with { IgnoredChecks = new HashSet<UpgradeGate> { UpgradeGate.Settings } }));
        await writer.StopAndVerifyAsync(Token);

        TestContext.Current.SendDiagnosticMessage($"{refused.Message} {refused.NextStep}\n{failed.Message} {failed.NextStep}");
        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.Contains("etcd 3.4.23 refuses the value of 'cors'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.MemberStartFailed, failed.ErrorId);
        await RequireAsync(hosts, cluster, 3);
        Assert.Contains("cors: app.example.com", await AnyAsync(hosts, "cat /etc/etcd/etcd.conf.yml"), StringComparison.Ordinal);
    }

    private static string Put => ShellScript.Of(typeof(HostExtensions), "put-files");

    // Programs are put on hosts by the same script.
    private static string? About(string script) => script == Put ? "/etc/etcd/etcd.conf.yml" : null;

    // The two versions have it by different names.
    private static EtcdTuning Renamed() =>
        new() { Extra = new Dictionary<string, object?> { ["experimental-backend-bbolt-freelist-type"] = "map" } };

    private static async Task KillAsync(HostCluster hosts, EtcdCluster cluster, UpdateRequest request, string script)
    {
        var killed = new KilledAfter(hosts.Connections, script, About(script));
        await Assert.ThrowsAsync<PowerCutException>(() => Updates.RunAsync(hosts.Context with { Hosts = killed }, cluster, request));
        Assert.NotNull(killed.Host);
    }

    /// <summary>What the hosts say, all of them together.</summary>
    private static async Task<string> AnyAsync(HostCluster hosts, string script) =>
        string.Concat(await Task.WhenAll(Names.Select(host => hosts.LookAsync(host, $"{{ {script}; }} 2>/dev/null || true"))));

    private static async Task RequireAsync(HostCluster hosts, EtcdCluster cluster, int minor)
    {
        ClusterHealth health = await new HealthChecker(hosts.Context).CheckAsync(cluster, new HealthOptions { CheckHash = true }, Token);
        Assert.True(health.Healthy, health.Summary);
        Assert.All(health.Members, member => Assert.Equal((3, minor), (member.RunningVersion!.Value.Major, member.RunningVersion.Value.Minor)));
    }
}
