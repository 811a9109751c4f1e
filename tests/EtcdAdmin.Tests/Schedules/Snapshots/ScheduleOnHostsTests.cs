using System.Net;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Remote;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Tests.Snapshots.Remote;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>Schedules on real hosts, with real timers.</summary>
[Collection(FaultsHostLab.Name)]
public sealed class ScheduleOnHostsTests(HostLabFixture lab)
{
    private const string Folder = "/var/lib/etcd-snapshots";

    // Every ten seconds, where nobody wants to wait for five minutes; and back.
    private const string TickFast = """
        mkdir -p /etc/systemd/system/etcd-snapshot-prod.timer.d
        printf '[Timer]\nOnCalendar=\nOnCalendar=*:*:0/10\nRandomizedDelaySec=0\n' >/etc/systemd/system/etcd-snapshot-prod.timer.d/fast.conf
        systemctl daemon-reload
        systemctl restart etcd-snapshot-prod.timer
        """;

    private static readonly string[] Hosts = ["n1", "n2", "n3"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_OnThreeHosts_OneActsAndAnotherWhenThatIsCutOff()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync(Hosts);
        await cluster.Client.Kv.PutAsync("/a", "1", cancellationToken: Token);
        SnapshotSchedule schedule = Schedule(keep: 5);
        Operation<IReadOnlyList<EtcdSnapshotSchedule>> operation = await new SnapshotScheduler(hosts.Context).PlanRegisterAsync(
            cluster, schedule, Token);
        Assert.Equal(0, await CountAsync(hosts, Hosts)); // planning changes nothing

        IReadOnlyList<EtcdSnapshotSchedule> registered = await operation.RunAsync(null, Token);

        // A first one, by one host alone; all are ready for the next time.
        Assert.All(registered, host => Assert.True(host.Healthy && host.Registered == true, $"{host.HostName}: {host.Reason}"));
        Assert.All(
            registered, host => Assert.InRange(host.NextRun!.Value - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(7)));
        EtcdSnapshotSchedule first = Assert.Single(registered, host => host.Snapshots > 0);
        Assert.Equal(("taken", 1), (first.LastResult, first.Snapshots));
        Assert.Equal(first.LastPath, (await SnapshotsAsync(hosts, Hosts)).Trim());
        Assert.True((await PlanAsync(hosts, cluster, schedule)).IsEmpty); // nothing to do a second time

        // The timers go off on all hosts at once: exactly one more.
        foreach (string host in Hosts) await hosts.LookAsync(host, TickFast);
        await Poll.UntilAsync(
            async () => (await ReadAsync(hosts, cluster)).All(host => host.LastResult?.StartsWith("done by ", StringComparison.Ordinal) == true),
                Token);
        Assert.Equal(2, (await SnapshotsAsync(hosts, Hosts)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        string actor = (await ReadAsync(hosts, cluster)).MaxBy(host => host.LastSuccess)!.HostName; // there are three

        // It is cut off, and the period ends: another one does it.
        string[] others = [.. Hosts.Where(host => host != actor)];
        await hosts.Lab[actor].PartitionAsync(cancellationToken: Token);
        int before = await CountAsync(hosts, others);
        EtcdCluster rest = cluster.Reaching(
            [.. cluster.Spec!.Members.Where(member => member.HostName != actor).Select(member => member.ClientUrl(tls: true))]);
        await Poll.UntilAsync(async () => await EndPeriodAsync(rest), Token);
        await Poll.UntilAsync(async () => await CountAsync(hosts, others) > before, Token);
        Assert.Equal(before + 1, await CountAsync(hosts, others));
        EtcdSnapshotSchedule[] told = [.. await ReadAsync(hosts, cluster)];
        Assert.Null(told.Single(host => host.HostName == actor).Registered);
        Assert.Contains(told, host => host.HostName != actor && host.LastResult == "taken"
            || host.LastResult?.StartsWith("done by", StringComparison.Ordinal) == true);

        // What the hosts took is what it says, and is a snapshot here too.
        await hosts.Lab[actor].HealAsync(Token);
        using var folder = new TempFolder(); // as scp brings it
        foreach (string suffix in new[] { "", ".json" })
        {
            await using FileStream copy = File.Create(folder.File("copy.db" + suffix));
            await GetAsync(hosts, first.HostName, first.LastPath + suffix, copy);
        }

        EtcdSnapshot read = await SnapshotCatalogue.ReadAsync(folder.File("copy.db"), null, Token);
        Assert.Equal(("prod", first.Member, first.LastRevision), (read.ClusterName, read.Member, read.Revision));

        // Taken off: no unit, no script, no state; the snapshots stay.
        int all = await CountAsync(hosts, Hosts);
        IReadOnlyList<EtcdSnapshotSchedule> left =
            await (await new SnapshotScheduler(hosts.Context).PlanUnregisterAsync(cluster, force: false, Token)).RunAsync(null, Token);
        Assert.All(left, host => Assert.False(host.Registered));
        foreach (string host in Hosts)
        {
            string found = await hosts.LookAsync(host, "ls /etc/systemd/system /etc /etc/etcd /var/lib; systemctl list-timers --all --no-legend");
            Assert.DoesNotContain("etcd-snapshot-prod.timer\n", found, StringComparison.Ordinal);
            Assert.DoesNotContain("etcd-snapshot-prod\n", found, StringComparison.Ordinal);
        }

        Assert.Equal(all, await CountAsync(hosts, Hosts));
    }

    [Fact]
    public async Task Register_FolderThatTheServiceMayNotWriteTo_IsRolledBack()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        await hosts.LookAsync("n1", $"mkdir -m 0700 {Folder}"); // root's

        var error = await Assert.ThrowsAsync<EtcdException>(() => RegisterAsync(hosts, cluster, Schedule(keep: 5)));

        Assert.Contains($"{Folder} cannot be written to", error.Message, StringComparison.Ordinal);
        Assert.Contains("rolled back", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("snapshot",
            await hosts.LookAsync("n1", "ls /etc/systemd/system /etc /etc/etcd; systemctl list-timers --all --no-legend"), StringComparison.Ordinal);

        // Once there is one that works, a change that fails leaves it as it was.
        await hosts.LookAsync("n1", $"chown etcd:etcd {Folder}; mkdir -m 0700 {Folder}-2");
        await RegisterAsync(hosts, cluster, Schedule(keep: 5));
        await Assert.ThrowsAsync<EtcdException>(() => RegisterAsync(hosts, cluster, Schedule(keep: 5) with { Destination = Folder + "-2" }));
        EtcdSnapshotSchedule kept = Assert.Single(await ReadAsync(hosts, cluster));
        Assert.Equal((Folder, true), (kept.Destination, kept.Healthy));

        // What systemd does not understand, or is etcd's own, is refused before anything is written.
        var unknown =
            await Assert.ThrowsAsync<EtcdException>(() =>
                PlanAsync(hosts, cluster, Schedule(keep: 5) with { Times = ScheduleTimes.OnCalendar(["someday"]) }));
        Assert.Contains("systemd does not understand 'someday'", unknown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EtcdException>(() =>
            PlanAsync(hosts, cluster, Schedule(keep: 5) with { Destination = "/var/lib/etcd/data/snapshots" }));
        await Assert.ThrowsAsync<EtcdException>(() =>
            PlanAsync(hosts, cluster, Schedule(keep: 5) with { Destination = "/var/lib/etcd-snapshot-prod" }));
        await hosts.LookAsync("n1", "ln -sfn /var/lib/etcd-snapshot-prod /var/lib/etcd-elsewhere");
        var own =
            await Assert.ThrowsAsync<EtcdException>(() =>
                PlanAsync(hosts, cluster, Schedule(keep: 5) with { Destination = "/var/lib/etcd-elsewhere/kept" }));
        Assert.Contains("which is for the schedule itself", own.Message, StringComparison.Ordinal);

        // What its user puts in the way of root is not followed.
        await hosts.LookAsync("n1", "echo last_error=mine >/root/private; ln -sf /root/private /var/lib/etcd-snapshot-prod/state");
        EtcdSnapshotSchedule linked = Assert.Single(await ReadAsync(hosts, cluster));
        Assert.Equal((false, null), (linked.Healthy, linked.LastError));
        await hosts.LookAsync("n1", "ln -s /etc /var/lib/etcd/trap; chown -h etcd:etcd /var/lib/etcd/trap");
        var trap =
            await Assert.ThrowsAsync<EtcdException>(() =>
                RegisterAsync(hosts, cluster, Schedule(keep: 5) with { Destination = "/var/lib/etcd/trap/made" }));
        Assert.Contains("cannot be made by etcd", trap.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("made", await hosts.LookAsync("n1", "ls /etc"), StringComparison.Ordinal);
        await hosts.LookAsync("n1", "rm /var/lib/etcd/trap /var/lib/etcd-snapshot-prod/state /root/private /var/lib/etcd-elsewhere");

        // The hosts' own systemd tells how far apart the times of an expression are.
        await RegisterAsync(hosts, cluster, Schedule(keep: 4) with { Times = ScheduleTimes.OnCalendar(["Mon..Fri 22:00 UTC", "Sat 12:00 UTC"]) });
        Assert.Contains($"done_seconds='{14 * 3600 / 2}'", await hosts.LookAsync("n1", "cat /etc/etcd-snapshot-prod/snapshot-schedule.conf"),
            StringComparison.Ordinal);
        Assert.Equal(
            "755 root\n640 root\n600 etcd\n640 root",
            (await hosts.LookAsync("n1", "stat -c '%a %U' /etc/etcd-snapshot-prod /etc/etcd-snapshot-prod/*")).Trim());

        // It goes with the cluster, and the snapshots stay.
        await (await new EtcdAdmin.Deployment.Uninstall.ClusterUninstaller(hosts.Context).PlanAsync(
            cluster, new EtcdAdmin.Deployment.Uninstall.UninstallRequest { RemoveData = true }, Token)).RunAsync(null, Token);
        Assert.DoesNotContain("snapshot",
            await hosts.LookAsync("n1", "ls /etc/systemd/system /etc /etc/etcd 2>&1; systemctl list-timers --all --no-legend"),
                StringComparison.Ordinal);
        Assert.NotEqual(0, await CountAsync(hosts, ["n1"]));
    }

    [Fact]
    public async Task Schedule_WithAStore_CopiesThereAndForgetsItsKeys()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        byte[] machine = hosts.Lab["n1"].Address.GetAddressBytes();
        machine[3] = 1;
        await using var store = new S3Server(new Uri($"http://{new IPAddress(machine)}:{FreePorts.Take(1)[0]}/"));
        SnapshotSchedule schedule = Schedule(keep: 5) with
        {
            // The timer must not start it when the test does.
            Times = ScheduleTimes.Every(TimeSpan.FromHours(6)),
            Store = new S3Location("backups", "etcd/prod/"),
            StoreOptions = new S3Options { Endpoint = store.Endpoint, Credential = new EtcdCredential(S3Server.AccessKey, S3Server.SecretKey) },
        };
        var events = new EventRecorder();

        // Keys that the store does not know are refused before anything is changed.
        SnapshotSchedule wrong = schedule with
        {
            StoreOptions = schedule.StoreOptions with { Credential = new EtcdCredential(S3Server.AccessKey, "other") },
        };
        var refused = await Assert.ThrowsAsync<EtcdException>(() => RegisterAsync(hosts, cluster, wrong));
        Assert.Equal(EtcdErrorIds.PermissionDenied, refused.ErrorId);
        Assert.DoesNotContain("snapshot", await hosts.LookAsync("n1", "ls /etc/systemd/system /etc"), StringComparison.Ordinal);
        Operation<IReadOnlyList<EtcdSnapshotSchedule>> operation = await new SnapshotScheduler(hosts.Context).PlanRegisterAsync(
            cluster, schedule, Token);
        Assert.Contains(operation.Plan.Steps, step => step.Action.EndsWith("and copies in s3://backups/etcd/prod/", StringComparison.Ordinal));
        Assert.Empty(store.Objects);

        EtcdSnapshotSchedule registered = Assert.Single(await operation.RunAsync(events, Token));

        Assert.True(registered.Healthy, registered.Reason);
        Assert.Equal(("s3://backups/etcd/prod/", 0), (registered.S3Destination, registered.NotCopied));
        string name = Path.GetFileName(registered.LastPath!); // it has just been taken
        Assert.Equal([$"/backups/etcd/prod/{name}", $"/backups/etcd/prod/{name}.json"], store.Objects.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("600 etcd etcd", (await hosts.LookAsync("n1", "stat -c '%a %U %G' /etc/etcd-snapshot-prod/snapshot-schedule.keys")).Trim());
        string said = $"{registered} {refused} " + string.Join('\n', [.. operation.Plan.Steps, .. events.All])
            + await hosts.LookAsync("n1", "journalctl --no-pager; cat /var/lib/etcd-snapshot-prod/* /etc/etcd-snapshot-prod/*.conf");
        Assert.DoesNotContain(S3Server.SecretKey, said, StringComparison.Ordinal);
        Assert.True((await PlanAsync(hosts, cluster, schedule)).IsEmpty);

        // The script of another version is replaced.
        await hosts.LookAsync("n1", "sed -i '2s/$/ Another version./' /etc/etcd-snapshot-prod/snapshot-schedule.sh");
        Assert.Contains((await PlanAsync(hosts, cluster, schedule)).Steps, step =>
            step.Action.StartsWith("Write etcd-snapshot-prod.service", StringComparison.Ordinal));
        await RegisterAsync(hosts, cluster, schedule);
        Assert.True((await PlanAsync(hosts, cluster, schedule)).IsEmpty);

        // The store goes, and comes back.
        await store.DisposeAsync();
        await hosts.LookAsync("n1", "systemctl start etcd-snapshot-prod.service || true");
        EtcdSnapshotSchedule gone = Assert.Single(await ReadAsync(hosts, cluster));
        Assert.Equal((false, 1), (gone.Healthy, gone.NotCopied));
        Assert.StartsWith("1 of its snapshots could not be copied to s3://backups/etcd/prod/", gone.Reason, StringComparison.Ordinal);
        await using var again = new S3Server(store.Endpoint);
        await hosts.LookAsync("n1", "systemctl start etcd-snapshot-prod.service");
        EtcdSnapshotSchedule back = Assert.Single(await ReadAsync(hosts, cluster));
        Assert.Equal((true, 0), (back.Healthy, back.NotCopied));
        Assert.Contains($"/backups/etcd/prod/{Path.GetFileName(gone.LastPath)}.json", again.Objects.Keys);

        await (await new SnapshotScheduler(hosts.Context).PlanUnregisterAsync(cluster, force: false, Token)).RunAsync(null, Token);
        Assert.DoesNotContain("etcd-snapshot-prod", await hosts.LookAsync("n1", "ls /etc /var/lib"), StringComparison.Ordinal);
    }

    private static SnapshotSchedule Schedule(int keep) => new()
    {
        Times = ScheduleTimes.Every(TimeSpan.FromMinutes(5)),
        Destination = Folder,
        Rules = new RetentionRules { Keep = keep },
    };

    private static async Task<Plan> PlanAsync(HostCluster hosts, EtcdCluster cluster, SnapshotSchedule schedule) =>
        (await new SnapshotScheduler(hosts.Context).PlanRegisterAsync(cluster, schedule, Token)).Plan;

    private static async Task RegisterAsync(HostCluster hosts, EtcdCluster cluster, SnapshotSchedule schedule) =>
        await (await new SnapshotScheduler(hosts.Context).PlanRegisterAsync(cluster, schedule, Token)).RunAsync(null, Token);

    private static Task<IReadOnlyList<EtcdSnapshotSchedule>> ReadAsync(HostCluster hosts, EtcdCluster cluster) =>
        new SnapshotScheduleReader(hosts.Context).ReadAsync(cluster, Token);

    private static async Task<string> SnapshotsAsync(HostCluster hosts, string[] names) =>
        string.Join('\n', await Task.WhenAll(names.Select(name => hosts.LookAsync(name, $"ls {Folder}/*.db 2>/dev/null || true"))));

    private static async Task<int> CountAsync(HostCluster hosts, string[] names) =>
        (await SnapshotsAsync(hosts, names)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>What the end of the mark's lease does.</summary>
    private static async Task<bool> EndPeriodAsync(EtcdCluster cluster)
    {
        try
        {
            await cluster.Client.Kv.DeleteAsync(KeyRange.Key(SnapshotScript.KeyPrefix + "done"), cancellationToken: Token);
            return true;
        }
        catch (EtcdException)
        {
            return false; // the rest may be electing a leader
        }
    }

    private static Task GetAsync(HostCluster hosts, string host, string path, Stream copy) =>
        EtcdAdmin.Hosts.HostExtensions.GetFileAsync(hosts.Connections.Get(hosts.To(host)), path, copy, Token);
}
