using System.Globalization;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Maintenance.Alarms;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Maintenance.Space;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>The way out of NOSPACE on hosts with systemd, under a client that writes every 20 ms.</summary>
[Collection(StorageHostLab.Name)]
public sealed class SpaceOnHostsTests(HostLabFixture fixture)
{
    private static readonly string[] Names = ["n1", "n2", "n3"];
    private static readonly string Value = new('v', 1_000_000);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Repair_QuotaUsedUpUnderAWriter_AcceptsWritesAgainAndLosesNone()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        EtcdCluster cluster = await hosts.InstallAsync(
            hosts.Request("n1", "n2", "n3") with { Tuning = new EtcdTuning { QuotaBytes = SmallQuota.QuotaBytes } });
        await using var writer = SteadyWriter.Start(cluster);
        await SmallQuota.FillAsync(cluster, _ => "same");
        EtcdRpcException refused = await Assert.ThrowsAsync<EtcdRpcException>(() => cluster.Client.Kv.PutAsync("more", "", cancellationToken: Token));
        Assert.Equal(EtcdErrorIds.NoSpace, refused.ErrorId);
        int before = writer.Acknowledged;

        EtcdSpaceRepair done =
            await (await new SpaceRepairer(hosts.Context).PlanAsync(cluster, new SpaceRepairRequest(), Token)).RunAsync(null, Token);

        Assert.Equal(3, done.Members.Count(member => member.Defragmented));
        Assert.True((await hosts.HealthAsync(cluster)).Healthy);
        await Poll.UntilAsync(() => Task.FromResult(writer.Acknowledged > before), Token);
        await writer.StopAndVerifyAsync(Token);
    }

    [Fact]
    public async Task Repair_ClusterWithALearner_DefragmentsTheVotersAndSaysWhatKeepsTheAlarm()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        EtcdCluster cluster =
            await hosts.InstallAsync(hosts.Request("n1", "n2") with { Tuning = new EtcdTuning { QuotaBytes = SmallQuota.QuotaBytes } });
        await hosts.AddAsync(cluster, "n3", learner: true);
        cluster = await hosts.Context.Profiles.LoadAsync(cluster.Name, Token);
        await SmallQuota.FillAsync(cluster, _ => "same");

        Assert.NotEmpty(await new AlarmReader(hosts.Context).ReadAsync(cluster, Token));
        EtcdException full = await Assert.ThrowsAsync<EtcdException>(
            async () => await (await new SpaceRepairer(hosts.Context).PlanAsync(cluster, new SpaceRepairRequest(), Token)).RunAsync(null, Token));
        IReadOnlyList<EtcdDefragmentation> again = await (await new MemberOptimizer(hosts.Context).PlanAsync(
            cluster, new DefragmentRequest { MinimumGainPercent = 0 }, Token)).RunAsync(null, Token);

        Assert.Equal(EtcdErrorIds.NoSpace, full.ErrorId);
        Assert.Contains("Learner n3", full.Message, StringComparison.Ordinal);
        Assert.Contains("Remove-EtcdMember n3", full.NextStep, StringComparison.Ordinal);
        Assert.Equal([true, true, false], again.Select(done => done.Defragmented));
        Assert.Contains("learner", again[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repair_DisksAreFullAndAllMembersDown_ComesBackWithAllAcknowledgedWrites()
    {
        await RepairAsync(async (hosts, cluster) =>
        {
            await FillDisksAsync(cluster);
            await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Members.All(member => !member.Serves), Token);
            string full = await hosts.LookAsync("n1", "df -m --output=avail /var/lib/etcd | tail -n 1");
            Assert.InRange(int.Parse(full.Trim(), CultureInfo.InvariantCulture), 0, 60);
        });
    }

    [Fact]
    public async Task Repair_LogFileEndedWithTheDisk_ComesBackWithAllAcknowledgedWrites()
    {
        // etcd ends at the end of a log file if it could not reserve the next one. From then on it needs that at its first write, before all else.
        await RepairAsync(async (hosts, cluster) =>
        {
            await WriteAsync(cluster, 140);
            await AllAsync(hosts, "systemctl stop etcd && cd /var/lib/etcd/data/member/wal && rm -f -- *.tmp && mkdir 0.tmp");
            await AllAsync(hosts, "systemctl start --no-block etcd");
            await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Members.All(member => member.Serves), Token);
            await FillDisksAsync(cluster);
            await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Members.All(member => !member.Serves), Token);
            await AllAsync(hosts, """
                cd /var/lib/etcd
                free=$(df -m --output=avail . | tail -n 1)
                dd if=/dev/zero of=other bs=1M count=$((free - 45)) 2>/dev/null
                systemctl stop etcd
                rmdir data/member/wal/0.tmp
                """);
            await TearLogAsync(hosts, cluster.Spec!.Members[1]);
            await AllAsync(hosts, "systemctl start --no-block etcd");
            // n2 fails again and again. Of the others, at least one cannot start: it ended at the end of its log.
            await Poll.UntilAsync(async () =>
                (await hosts.LookAsync("n2", "ls /var/lib/etcd/data/member/wal")).Contains(".broken", StringComparison.Ordinal), Token);
            Assert.DoesNotContain((await hosts.HealthAsync(cluster)).Members, member => member.Serves);
        });
    }

    /// <summary>
    /// Appends the beginning of a record to a log, as a write that the disk had no room for. etcd has no room for the copy that it makes before it
    /// cuts that off.
    /// </summary>
    private static async Task TearLogAsync(HostCluster hosts, MemberSpec member)
    {
        string path = (await hosts.LookAsync(member.HostName, $"ls {member.WalFolder}/*.wal | tail -n 1")).Trim();
        var log = new WalReader();
        await hosts.Context.HostOf(member).StreamFileAsync(
            path, packed: true, (content, token) => Task.Run(() => log.Add(Path.GetFileName(path), content, token), token), Token);
        await hosts.LookAsync(
            member.HostName, $@"printf '\350\003\0\0\0\0\0\0incomplete' | dd of={path} bs=1 seek={log.Finish().End} conv=notrunc 2>/dev/null");
    }

    private async Task RepairAsync(Func<HostCluster, EtcdCluster, Task> fillAsync)
    {
        var disks = new List<TestDisk>();
        try
        {
            foreach (string name in Names) disks.Add(await TestDisk.PlugInAsync(fixture, name, megabytes: 520));
            await using HostCluster hosts = await HostCluster.StartAsync(fixture);
            InstallRequest request = hosts.Request(Names);
            EtcdCluster cluster = await hosts.InstallAsync(request with
            {
                Hosts = [.. request.Hosts!.Zip(disks, (host, disk) => host with { DataDevice = disk.Path })],
            });
            await using var writer = SteadyWriter.Start(cluster);
            await fillAsync(hosts, cluster);
            int before = writer.Acknowledged;

            Operation<EtcdSpaceRepair> operation = await new SpaceRepairer(hosts.Context).PlanAsync(cluster, new SpaceRepairRequest(), Token);
            Assert.Equal(3, operation.Plan.Steps.Count(step => step.Id.StartsWith("FreeDisk/", StringComparison.Ordinal)));
            EtcdSpaceRepair done = await operation.RunAsync(null, Token);

            Assert.True(done.FreedBytes > 100_000_000, $"Only {done.FreedBytes} bytes were released.");
            Assert.All(done.Members, member => Assert.True(member.Defragmented, $"{member.Member}: {member.Reason}"));
            await AllAsync(hosts, "rm -f /var/lib/etcd/other"); // the disk would count as nearly full
            ClusterHealth health = await hosts.HealthAsync(cluster);
            Assert.True(health.Healthy, string.Join("; ", health.Members));
            foreach (string name in Names)
            {
                // The next log file is reserved again, and nothing is left that would prevent it.
                Assert.Equal("64000000", (await hosts.LookAsync(name, "stat -c %s /var/lib/etcd/data/member/wal/*.tmp")).Trim());
                Assert.Equal("", (await hosts.LookAsync(
                    name, "systemctl show --property=DropInPaths --value etcd; ls /run/systemd/system | grep etcd || true")).Trim());
            }

            await Poll.UntilAsync(() => Task.FromResult(writer.Acknowledged > before), Token);
            await writer.StopAndVerifyAsync(Token);
        }
        finally
        {
            foreach (TestDisk disk in disks) await disk.DisposeAsync();
        }
    }

    private static Task AllAsync(HostCluster hosts, string script) => Task.WhenAll(Names.Select(name => hosts.LookAsync(name, script)));

    private static async Task WriteAsync(EtcdCluster cluster, int values)
    {
        for (int i = 0; i < values; i++) await cluster.Client.Kv.PutAsync("same", Value, cancellationToken: Token);
    }

    /// <summary>Writes one key until no member answers any more.</summary>
    private static async Task FillDisksAsync(EtcdCluster cluster)
    {
        var client = cluster.Client.WithCalls(TimeSpan.FromSeconds(5), retry: false);
        int failed = 0;
        for (int i = 0; i < 2_000 && failed < 5; i++)
        {
            try
            {
                await client.Kv.PutAsync("same", Value, cancellationToken: Token);
                failed = 0;
            }
            catch (EtcdRpcException)
            {
                failed++; // an election, or the end
            }
        }
    }
}
