using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Recovery.Undo;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

[Collection(SharedHostLab.Name)]
public sealed class RestoreOnHostsTests(HostLabFixture lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_ClusterThatGrewAndHasALogOfItsOwn_IsProvedOnAllHostsAndCanBeTakenBack()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        using var folder = new TempFolder();
        InstallRequest request = hosts.Request("n1", "n2");
        request = request with { Hosts = [.. request.Hosts!.Select(host => host with { WalDirectory = "/srv/etcd-wal" })] };
        EtcdCluster cluster = await hosts.InstallAsync(request);
        await hosts.AddAsync(cluster, "n3");
        cluster = await hosts.Context.Profiles.LoadAsync("prod", Token);
        await cluster.Client.Kv.PutAsync("/a", "before", cancellationToken: Token);
        EtcdSnapshot snapshot = await SaveAsync(hosts, cluster, folder);
        await cluster.Client.Kv.PutAsync("/a", "after", cancellationToken: Token);

        EtcdRestore restored = await (await Restoring.PlanAsync(hosts.Context, cluster, snapshot.Path)).RunAsync(null, Token);

        Assert.Equal("before", (await restored.Cluster.Client.Kv.GetAsync("/a", Token))?.ValueText);
        Assert.Equal("Healthy with 3 known peers", (await hosts.HealthAsync(restored.Cluster)).Summary);
        Assert.DoesNotContain("restore.db", await hosts.LookAsync("n1", "ls /var/lib/etcd"), StringComparison.Ordinal);
        Assert.Equal(["n1", "n2", "n3"], restored.Backup.Select(backup => backup.HostName));
        Assert.Equal([true, true, false], restored.Backup.Select(backup => backup.WalPath is not null));
        foreach (EtcdRestoreBackup backup in restored.Backup)
        {
            Assert.StartsWith(
                backup.Sha256, await hosts.LookAsync(backup.HostName, $"sha256sum {backup.Path}/member/snap/db"), StringComparison.Ordinal);
            Assert.Equal("600 root 755 root",
                string.Join(' ',
                    (await hosts.LookAsync(backup.HostName, $"stat -c '%a %U' {backup.RollBackScript} /var/lib/etcdadmin/prod")).Split(
                        '\n', StringSplitOptions.RemoveEmptyEntries)));
            await hosts.LookAsync(backup.HostName, $"sh {backup.RollBackScript}");
        }

        await new HealthGate(hosts.Context).WaitAsync(restored.Cluster, TimeSpan.FromMinutes(1), Token);
        Assert.Equal("after", (await restored.Cluster.Client.Kv.GetAsync("/a", Token))?.ValueText);
    }

    [Fact]
    public async Task Restore_IntoANewClusterOnOtherHosts_MovesTheDataAndGrows()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        using var folder = new TempFolder();
        EtcdCluster old = await hosts.InstallAsync("n1");
        await old.Client.Kv.PutAsync("/a", "moved", cancellationToken: Token);
        EtcdCluster next = await hosts.InstallAsync(hosts.Request("n2") with { Name = "new" });

        EtcdSnapshot snapshot = await SaveAsync(hosts, old, folder);
        await hosts.LookAsync("n2", $"systemctl stop {next.Spec!.Members[0].Unit} && rm -rf /var/lib/etcd"); // as a lost disk leaves it
        EtcdRestore restored = await (await Restoring.PlanAsync(hosts.Context, next, snapshot.Path)).RunAsync(null, Token);
        await hosts.AddAsync(restored.Cluster, "n3");
        next = await hosts.Context.Profiles.LoadAsync("new", Token);
        MemberSpec[] members = [next.Spec!.Members[0], next.Spec.Members[1] with { Address = "no-such-host.invalid" }]; // installed
        RestoreSurvey survey = await RestoreSurvey.ReadAsync(hosts.Context, [members[0]], members, Token);

        Assert.Equal("Healthy with 2 known peers", (await hosts.HealthAsync(next)).Summary);
        Assert.Equal("moved", (await next.Client.Kv.GetAsync("/a", Token))?.ValueText);
        Assert.Equal("moved", (await old.Client.Kv.GetAsync("/a", Token))?.ValueText);
        await hosts.Lab["n3"].KillAsync();
        EtcdRestore alone = await (await Restoring.PlanAsync(hosts.Context, next, snapshot.Path, new RestoreRequest { Member = "n2" })).RunAsync(
            null, Token);
        Assert.Equal("Healthy with 1 known peer", (await hosts.HealthAsync(alone.Cluster)).Summary);
        Assert.Equal("700 etcd", (await hosts.LookAsync("n2", "stat -c '%a %U' /var/lib/etcd")).Trim());
        Assert.Equal(["no-such-host.invalid"], survey.Unresolved);
        Assert.True(survey.Rooms[members[0].Layout.DataDirectory].FreeBytes > 0);
        Assert.Contains(survey.Holders, holder => holder.Member == members[0].Name);
    }

    [Fact]
    public async Task Restore_ToOneHostAlone_UndoBringsTheWholeOldClusterBack()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        using var folder = new TempFolder();
        InstallRequest request = hosts.Request("n1", "n2", "n3");
        request = request with { Hosts = [.. request.Hosts!.Select((host, i) => i == 2 ? host with { WalDirectory = "/srv/etcd-wal" } : host)] };
        EtcdCluster cluster = await hosts.InstallAsync(request);
        await cluster.Client.Kv.PutAsync("/a", "before", cancellationToken: Token);
        EtcdSnapshot snapshot = await SaveAsync(hosts, cluster, folder);
        await cluster.Client.Kv.PutAsync("/a", "after", cancellationToken: Token);
        var alone = new RestoreRequest { Member = "n1", NoRejoin = true };
        // Data that was brought back by hand.
        await hosts.LookAsync("n2", "mkdir /var/lib/etcd/data/member-files /var/lib/etcd/data/member-files-20260131-040000");

        EtcdRestore restored = await (await Restoring.PlanAsync(hosts.Context, cluster, snapshot.Path, alone)).RunAsync(null, Token);
        Assert.Equal("before", (await restored.Cluster.Client.Kv.GetAsync("/a", Token))?.ValueText);
        Assert.Equal("Healthy with 1 known peer", (await hosts.HealthAsync(restored.Cluster)).Summary);
        Assert.Equal("no", (await hosts.LookAsync("n2", "[ -e /etc/etcd ] || [ -e /etc/systemd/system/etcd.service ] || echo no")).Trim());
        string kept =
            await hosts.LookAsync("n2",
            "stat -c %U /etc/systemd/system/etcd.service.member-files-* /var/lib/etcd/data.before-removal-*/member-files-*/pki/server.key | uniq -c");
        // Beside a foreign one, which has none.
        Assert.Equal("1 root 1 etcd", string.Join(' ', kept.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)));
        await hosts.LookAsync("n3", "rm -rf /var/lib/etcdadmin"); // only a help for a day without PowerShell

        EtcdRestoreUndo undo = await UndoAsync(hosts, cluster);

        Assert.Equal("after", (await undo.Cluster.Client.Kv.GetAsync("/a", Token))?.ValueText);
        Assert.Equal("no",
            (await hosts.LookAsync(
                "n2", "ls -d /etc/systemd/system/etcd.service.* /var/lib/etcd/data/member-files-2*[!0]_* 2>/dev/null || echo no")).Trim());
        EtcdRestoreUndo again = await UndoAsync(hosts, cluster); // n2 and n3 leave once more
        Assert.Equal("before", (await again.Cluster.Client.Kv.GetAsync("/a", Token))?.ValueText);
        Assert.Equal("Healthy with 1 known peer", (await hosts.HealthAsync(again.Cluster)).Summary);
        await UndoAsync(hosts, cluster);
        EtcdCluster now = await hosts.Context.Profiles.LoadAsync("prod", Token);
        await new HealthGate(hosts.Context).WaitAsync(now, TimeSpan.FromMinutes(1), Token);
        Assert.Equal(["n1", "n2", "n3"], now.Spec!.Members.Select(member => member.Name));
        Assert.Equal("after", (await now.Client.Kv.GetAsync("/a", Token))?.ValueText);
        Assert.True((await new ClusterInstaller(hosts.Context).PlanAsync(new InstallRequest { Name = "prod" }, Token)).Plan.IsEmpty);
        Assert.Equal(["700 etcd", "600 etcd", "644 root"],
            (await hosts.LookAsync("n2", "stat -c '%a %U' /etc/etcd /etc/etcd/pki/server.key /etc/systemd/system/etcd.service")).Split(
                '\n', StringSplitOptions.RemoveEmptyEntries));
        await hosts.Lab["n2"].KillAsync();
        await hosts.Lab["n2"].StartAsync(Token);
        await new HealthGate(hosts.Context).WaitAsync(now, TimeSpan.FromMinutes(1), Token); // its unit is enabled
    }

    private static async Task<EtcdRestoreUndo> UndoAsync(HostCluster hosts, EtcdCluster cluster) =>
        await (await new RestoreUndoer(hosts.Context).PlanAsync(cluster, new UndoRequest(), database: null, Token)).RunAsync(null, Token);

    private static Task<EtcdSnapshot> SaveAsync(HostCluster hosts, EtcdCluster cluster, TempFolder folder) => new SnapshotSaver(hosts.Context)
        .SaveAsync(cluster, new SaveSnapshotRequest { Destination = folder.Path }, null, Token);
}
