using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Maintenance;
using EtcdAdmin.Tests.Maintenance;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Maintenance;

/// <summary>Maintenance schedules on real hosts, with real timers.</summary>
[Collection(FaultsHostLab.Name)]
public sealed class MaintenanceOnHostsTests(HostLabFixture lab)
{
    // Every five seconds, where nobody wants to wait for a day.
    private const string TickFast = """
        mkdir -p /run/systemd/system/etcd-maintenance-prod.timer.d
        printf '[Timer]\nOnCalendar=\nOnCalendar=*:*:0/5\nRandomizedDelaySec=0\n' >/run/systemd/system/etcd-maintenance-prod.timer.d/fast.conf
        systemctl daemon-reload
        systemctl restart etcd-maintenance-prod.timer
        """;

    private const string TickNever = """
        rm -r /run/systemd/system/etcd-maintenance-prod.timer.d
        systemctl daemon-reload
        systemctl stop etcd-maintenance-prod.timer
        while systemctl is-active --quiet etcd-maintenance-prod.service; do sleep 0.2; done
        systemctl start etcd-maintenance-prod.timer
        """;

    private static readonly string[] Hosts = ["n1", "n2", "n3"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_OnThreeHosts_RecoversFromNoSpaceAndLeavesNothingBehind()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync(
            hosts.Request(Hosts) with { Tuning = new EtcdTuning { QuotaBytes = SmallQuota.QuotaBytes } });
        Operation<IReadOnlyList<EtcdMaintenanceSchedule>> operation = await PlanAsync(hosts, cluster);
        Assert.DoesNotContain("maintenance", await FilesAsync(hosts), StringComparison.Ordinal); // planning changes nothing

        IReadOnlyList<EtcdMaintenanceSchedule> registered = await operation.RunAsync(null, Token);

        Assert.All(registered, host => Assert.True(host.Healthy && host.Registered == true, $"{host.HostName}: {host.Reason}"));
        Assert.All(registered, host => Assert.Equal((2L, 50L, 75L, 1_000_000L, null, "it has not run yet"),
            (host.Keep, host.FragmentationPercent, host.QuotaPercent, host.MinimumGainBytes, host.SizeBytes, host.Reason)));
        Assert.All(registered, host => Assert.NotNull(host.NextRun));
        Assert.True((await PlanAsync(hosts, cluster)).Plan.IsEmpty);
        Assert.Equal("755 root\n640 root\n640 root",
            (await hosts.LookAsync("n1", "stat -c '%a %U' /etc/etcd-maintenance-prod /etc/etcd-maintenance-prod/*")).Trim());

        // Nothing is due.
        await AllAsync(hosts, TickFast);
        await Poll.UntilAsync(async () => (await ReadAsync(hosts, cluster)).All(host => host.LastResult is not null), Token);
        Assert.All(await ReadAsync(hosts, cluster), host =>
            Assert.True(host.Healthy && host.LastResult!.StartsWith("nothing to do", StringComparison.Ordinal), host.Reason));

        // The quota is used up by history: writes are accepted again, without anybody's help.
        await SmallQuota.FillAsync(cluster, _ => "same");
        await Poll.UntilAsync(async () => await AcceptsAsync(cluster), Token);
        await AllAsync(hosts, TickNever);
        IReadOnlyList<EtcdMaintenanceSchedule> after = await ReadAsync(hosts, cluster);
        Assert.All(after, host => Assert.True(
            host.LastAction?.Contains("defragmented in", StringComparison.Ordinal) == true && host.LastReleasedBytes > 1_000_000,
            $"{host.HostName}: {host.LastAction}; {host.Reason}"));
        Assert.Contains(after, host => host.LastAction!.Contains("disarmed the alarm NOSPACE", StringComparison.Ordinal));
        Assert.True((await hosts.HealthAsync(cluster)).Healthy);

        // A host is down: the others leave everything alone and say so.
        for (int i = 0; i < 20; i++) await cluster.Client.Kv.PutAsync("same", new string('v', 250_000), cancellationToken: Token);
        EtcdHeader header = (await cluster.Client.Kv.PutAsync("small", "x", cancellationToken: Token)).Header;
        await cluster.Client.Kv.CompactAsync(header.Revision, physical: true, Token);
        await FreeSpaceIsReportedAsync(cluster);
        await hosts.LookAsync("n3", "systemctl stop etcd");
        // The many starts above are more than systemd usually allows.
        await hosts.LookAsync("n1", "systemctl reset-failed etcd-maintenance-prod.service; systemctl start etcd-maintenance-prod.service || true");
        EtcdMaintenanceSchedule left = (await ReadAsync(hosts, cluster))[0];
        Assert.False(left.Healthy, left.Reason);
        Assert.Contains("does not serve", left.Reason, StringComparison.Ordinal);
        await hosts.LookAsync("n3", "systemctl reset-failed etcd-maintenance-prod.service; systemctl start etcd-maintenance-prod.service || true");
        await hosts.LookAsync("n3", "systemctl start etcd");

        // A removed member takes its schedule along, also one whose last run failed; so does Unregister on the others.
        await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Members.All(member => member.Serves), Token);
        cluster = await (await new MemberRemover(hosts.Context).PlanAsync(cluster, "n3", Token)).RunAsync(null, Token);
        Assert.DoesNotContain("maintenance", await FilesAsync(hosts, "n3"), StringComparison.Ordinal);
        IReadOnlyList<EtcdMaintenanceSchedule> gone =
            await (await new MaintenanceScheduler(hosts.Context).PlanUnregisterAsync(cluster, force: false, Token)).RunAsync(null, Token);
        Assert.All(gone, host => Assert.False(host.Registered));
        Assert.DoesNotContain("maintenance", await FilesAsync(hosts), StringComparison.Ordinal);

        // It goes with the cluster.
        await (await PlanAsync(hosts, cluster)).RunAsync(null, Token);
        await (await new ClusterUninstaller(hosts.Context).PlanAsync(cluster, new UninstallRequest { RemoveData = true }, Token))
            .RunAsync(null, Token);
        Assert.DoesNotContain("maintenance", await FilesAsync(hosts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_OneMember_NeedsLeaveToInterruptIt()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(hosts, cluster));
        Assert.Equal(EtcdErrorIds.QuorumAtRisk, refused.ErrorId);
        EtcdException window = await Assert.ThrowsAsync<EtcdException>(() =>
            PlanAsync(hosts, cluster, schedule => schedule with { AllowLeader = true, Window = TimeSpan.FromHours(2) }));
        Assert.Equal(EtcdErrorIds.SpecInvalid, window.ErrorId);

        await (await PlanAsync(hosts, cluster, schedule => schedule with { AllowLeader = true })).RunAsync(null, Token);
        try
        {
            for (int i = 0; i < 30; i++) await cluster.Client.Kv.PutAsync("same", new string('v', 250_000), cancellationToken: Token);
            await cluster.Client.Kv.CompactAsync(30, physical: true, Token);
            await FreeSpaceIsReportedAsync(cluster);
            await hosts.LookAsync("n1", "systemctl start etcd-maintenance-prod.service");

            EtcdMaintenanceSchedule done = Assert.Single(await ReadAsync(hosts, cluster));
            Assert.Matches(@"^defragmented in \d+ s: \d+ (MB|kB) released$", done.LastResult);
            Assert.True(done.Healthy && done.DbSizeBytes < 2_000_000, $"{done.Reason}, {done.DbSizeBytes}");
        }
        finally
        {
            // The next test has the same host, whose systemd knows the timer until it is unregistered.
            await (await new MaintenanceScheduler(hosts.Context).PlanUnregisterAsync(cluster, force: false, CancellationToken.None))
                .RunAsync(null, CancellationToken.None);
        }
    }

    // A member deletes old history some time after a compaction, and reports the free space only after its next commit.
    private static Task FreeSpaceIsReportedAsync(EtcdCluster cluster) => Poll.UntilAsync(async () =>
    {
        await cluster.Client.Kv.PutAsync("small", Guid.NewGuid().ToString(), cancellationToken: Token);
        MemberStatus[] all =
            await Task.WhenAll(cluster.Endpoints.Select(endpoint => cluster.Client.ForEndpoint(endpoint).Maintenance.StatusAsync(Token)));
        return all.All(status => status.DbSizeInUseBytes < status.DbSizeBytes / 2);
    }, Token);

    private static Task<Operation<IReadOnlyList<EtcdMaintenanceSchedule>>> PlanAsync(
        HostCluster hosts, EtcdCluster cluster, Func<MaintenanceSchedule, MaintenanceSchedule>? change = null)
    {
        var schedule = new MaintenanceSchedule
        {
            Times = ScheduleTimes.Every(TimeSpan.FromHours(1)),
            Keep = 2,
            MinimumGainBytes = 1_000_000,
        };
        return new MaintenanceScheduler(hosts.Context).PlanRegisterAsync(cluster, change?.Invoke(schedule) ?? schedule, Token);
    }

    private static Task<IReadOnlyList<EtcdMaintenanceSchedule>> ReadAsync(HostCluster hosts, EtcdCluster cluster) =>
        new MaintenanceScheduleReader(hosts.Context).ReadAsync(cluster, Token);

    private static Task AllAsync(HostCluster hosts, string script) => Task.WhenAll(Hosts.Select(name => hosts.LookAsync(name, script)));

    private static async Task<string> FilesAsync(HostCluster hosts, params string[] names) => string.Concat(await Task.WhenAll(
        (names.Length > 0 ? names : Hosts).Select(name =>
            hosts.LookAsync(name, "ls /etc/systemd/system /etc /var/lib; systemctl list-timers --all --no-legend; systemctl --failed --no-legend"))));

    private static async Task<bool> AcceptsAsync(EtcdCluster cluster)
    {
        try
        {
            await cluster.Client.Kv.PutAsync("after", "x", cancellationToken: Token);
            return true;
        }
        catch (EtcdRpcException)
        {
            return false;
        }
    }
}
