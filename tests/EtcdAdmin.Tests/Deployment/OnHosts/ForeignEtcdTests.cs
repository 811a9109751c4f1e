using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.OnHosts;

/// <summary>An etcd of somebody else's that runs where a member should be: it is named, and serves on.</summary>
[Collection(FaultsHostLab.Name)]
public sealed class ForeignEtcdTests(HostLabFixture lab)
{
    private const string State = """
        systemctl show --property=MainPID,FragmentPath,UnitFileState,ActiveState etcd.service
        find /etc/systemd/system /etc/etcd /etc/default/etcd -type f -exec sha256sum {} + 2>/dev/null | sort
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_DebiansEtcdRunsThere_IsRefusedAndItServesOn()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        try
        {
            await InstallDebiansAsync(hosts, "n2");
            string before = await hosts.LookAsync("n2", State);
            await using SteadyWriter writer = SteadyWriter.Start(cluster);

            EtcdException added = await Assert.ThrowsAsync<EtcdException>(() => hosts.AddAsync(cluster, "n2"));
            EtcdException installed = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync(hosts.Request("n2") with { Name = "other" }));
            string after = await hosts.LookAsync("n2", State);
            string value = await hosts.LookAsync("n2", "ETCDCTL_API=3 /tmp/etcdctl --endpoints http://127.0.0.1:2379 get --print-value-only mine");
            await hosts.LookAsync("n2", "systemctl stop etcd.service");
            EtcdException stopped = await Assert.ThrowsAsync<EtcdException>(() => hosts.AddAsync(cluster, "n2"));
            await writer.StopAndVerifyAsync(Token);

            foreach (EtcdException refused in new[] { added, installed })
            {
                Assert.Equal((EtcdErrorIds.EtcdExists, "n2"), (refused.ErrorId, refused.Target));
                Assert.Contains("n2 runs an etcd that EtcdAdmin did not install", refused.Message, StringComparison.Ordinal);
                Assert.Contains("of package etcd-server", refused.Message, StringComparison.Ordinal);
                Assert.Contains("data in /var/lib/etcd/default, ports 2379, 2380", refused.Message, StringComparison.Ordinal);
                Assert.Contains("another host", refused.NextStep, StringComparison.Ordinal);
            }

            Assert.Equal(before, after);
            Assert.Equal("precious", value.Trim());
            Assert.Equal(EtcdErrorIds.EtcdExists, stopped.ErrorId);
            Assert.Contains("n2 has an etcd that EtcdAdmin did not install", stopped.Message, StringComparison.Ordinal);
            Assert.False(hosts.Context.Profiles.Exists("other"));
        }
        finally
        {
            await hosts.LookAsync("n2",
                "dpkg --purge etcd-server >/dev/null 2>&1; rm -rf /var/lib/etcd /tmp/etcdctl /tmp/etcd-server.deb /etc/systemd/system/etcd2.service; "
                    + "systemctl daemon-reload");
        }
    }

    [Fact]
    public async Task Plan_AnotherOperatorsClusterOfTheSameNames_IsRefusedByAllAndServesOn()
    {
        await using HostCluster theirs = await HostCluster.StartAsync(lab);
        await using HostCluster ours = theirs.Other();
        await using HostCluster strangers = theirs.Other();
        EtcdCluster living = await theirs.InstallAsync(theirs.Request("n1", "n2") with { Tls = false });
        await living.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);
        EtcdSnapshot snapshot = await SnapshotAsync(living, theirs);
        // The same names, hosts and addresses, and a cluster that was never installed there.
        EtcdCluster cluster = living.WithSpec(living.RequireSpec() with { Token = "prod-0123456789abcdef" });
        await ours.Context.Profiles.SaveAsync(cluster, Token);
        string[] before = await Task.WhenAll(theirs.LookAsync("n1", State), theirs.LookAsync("n2", State));
        await using RestoreSource source = await RestoreSource.OpenAsync(snapshot.Path, cluster, secrets: null, skipHashCheck: false, null, Token);

        Dictionary<string, Func<Task>> plans = EveryPlan.Of(ours, cluster, ours.Request("n1", "n2") with { Tls = false }, "n2", source);
        plans["install without a profile"] = () => strangers.InstallAsync("n1", "n2");
        await EveryPlan.AssertRefusedAsync(plans, refused =>
        {
            Assert.Matches("^n[12] runs member n[12] of cluster 'prod'", refused.Message);
            Assert.Contains("ports 2379, 2380", refused.Message, StringComparison.Ordinal);
        });

        Operation<EtcdCluster> removal = await new MemberRemover(ours.Context).PlanAsync(cluster, "n2", Token);
        Assert.DoesNotContain(removal.Plan.Steps, step => step.HostName == "n2");
        Assert.Contains("another operator", Assert.Single(removal.Warnings), StringComparison.Ordinal);
        Assert.Equal(before, await Task.WhenAll(theirs.LookAsync("n1", State), theirs.LookAsync("n2", State)));
        Assert.Equal("precious", (await living.Client.Kv.GetAsync("mine", cancellationToken: Token))?.ValueText);
    }

    [Fact]
    public async Task Plan_AnotherProcessHasTheMembersDataOpen_IsRefusedByAllAndItRunsOn()
    {
        const string Holder = "systemctl show --property=MainPID --value holder.service";
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await using RestoreSource source = await RestoreSource.OpenAsync(
            (await SnapshotAsync(cluster, hosts)).Path, cluster, secrets: null, skipHashCheck: false, null, Token);
        Dictionary<string, Func<Task>> plans = EveryPlan.Of(hosts, cluster, hosts.Request("n1", "n2", "n3"), "n3", source);
        await hosts.LookAsync("n3", "systemctl stop etcd.service");

        try
        {
            // One that is somebody else's, then the member itself, started by hand: neither ends with the member's unit.
            foreach (string etcd in new[]
            {
                "--name theirs --data-dir /var/lib/etcd/data --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls "
                    + "http://127.0.0.1:12379 --listen-peer-urls http://127.0.0.1:12380",
                "--config-file /etc/etcd/etcd.conf.yml"
            })
            {
                await hosts.LookAsync("n3", $"systemd-run --quiet --collect --uid etcd --unit holder /opt/etcd/current/etcd {etcd}");
                await Poll.UntilAsync(async () => (await hosts.LookAsync("n3", "cat /proc/locks")).Contains("FLOCK", StringComparison.Ordinal)
                    && (await hosts.LookAsync("n3", $"ls -l /proc/$({Holder})/fd")).Contains("member/snap/db", StringComparison.Ordinal), Token);
                string process = (await hosts.LookAsync("n3", Holder)).Trim();

                await EveryPlan.AssertRefusedAsync(plans, refused =>
                {
                    Assert.StartsWith("n3 runs a process that has the database of member n3 open and was not started by its unit etcd.service",
                        refused.Message, StringComparison.Ordinal);
                    Assert.Contains($"process {process} (/opt/etcd/current/etcd {etcd[..10]}", refused.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain("another operator", refused.Message, StringComparison.Ordinal);
                });
                Operation<EtcdCluster> removal = await new MemberRemover(hosts.Context).PlanAsync(cluster, "n3", Token);
                Assert.DoesNotContain(removal.Plan.Steps, step => step.HostName == "n3");
                Assert.Contains("n3 is not cleared", Assert.Single(removal.Warnings), StringComparison.Ordinal);
                Assert.Equal(process, (await hosts.LookAsync("n3", Holder)).Trim());
                await hosts.LookAsync("n3", "systemctl stop holder.service");
            }
        }
        finally
        {
            await hosts.LookAsync("n3", "systemctl stop holder.service 2>/dev/null || true");
        }

        Assert.True((await new MemberOperator(hosts.Context).StartAsync(cluster, "n3", TimeSpan.FromSeconds(30), Token)).Serves);
    }

    private static Task<EtcdSnapshot> SnapshotAsync(EtcdCluster cluster, HostCluster hosts) =>
        new SnapshotSaver(hosts.Context).SaveAsync(cluster, new() { Destination = Path.Combine(hosts.Context.Home.Path, "snapshots") }, null, Token);

    private static async Task InstallDebiansAsync(HostCluster hosts, string host)
    {
        using var folder = new TempFolder();
        ProcessResult fetched = await ProcessRunner.RunAsync(
            new ProcessCommand("sh", ["-c", "cd \"$1\" && apt-get download -qq etcd-server", "sh", folder.Path]), Token);
        string? package = Directory.GetFiles(folder.Path, "etcd-server_*.deb").FirstOrDefault();
        Assert.SkipWhen(package is null && Environment.GetEnvironmentVariable("CI") is null or "", $"apt has no etcd-server here: {fetched.Error}");
        const UnixFileMode Program = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        await hosts.Connections.Get(hosts.To(host)).PutFilesAsync("copy etcd",
        [
            new HostFile("/tmp/etcd-server.deb", HostFileContent.FromFile(package!), Program), // fetched, or the test has ended
            new HostFile("/tmp/etcdctl", HostFileContent.FromFile((await EtcdBinaries.GetAsync("3.4")).Etcdctl), Program),
        ], Token);
        await hosts.LookAsync(host, """
            rm -f /etc/systemd/system/etcd.service
            dpkg -i /tmp/etcd-server.deb >/tmp/dpkg.log 2>&1
            systemctl start etcd.service
            ETCDCTL_API=3 /tmp/etcdctl --endpoints http://127.0.0.1:2379 put mine precious
            """);
    }
}
