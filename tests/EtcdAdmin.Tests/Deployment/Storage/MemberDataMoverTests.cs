using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Deployment.Storage;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Lab;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Storage;

/// <summary>Data that moves from place to place on real hosts.</summary>
[Collection(StorageHostLab.Name)]
public sealed class MemberDataMoverTests(HostLabFixture lab)
{
    private const string NewPlace = "/srv/etcd";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_AllThreeMembersToDevices_LosesNoAcknowledgedWrite()
    {
        await using TestDisk first = await TestDisk.PlugInAsync(lab, "n1");
        await using TestDisk second = await TestDisk.PlugInAsync(lab, "n2");
        await using TestDisk third = await TestDisk.PlugInAsync(lab, "n3");
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await using SteadyWriter writer = SteadyWriter.Start(hosts.Context.Profiles, "prod");

        foreach ((string member, TestDisk disk, string kind) in new[] { ("n1", first, "ext4"), ("n2", second, "xfs"), ("n3", third, "ext4") })
            await MoveAsync(hosts, cluster, new MoveDataRequest { Device = disk.Path, FileSystem = kind }, member);

        await writer.StopAndVerifyAsync(Token);
        EtcdCluster now = await hosts.Context.Profiles.LoadAsync("prod", Token);
        Assert.True((await hosts.HealthAsync(now)).Healthy);
        Assert.All(now.Spec!.Members, member => Assert.Equal("/var/lib/etcd-2", member.Directory));
        Assert.Equal(second.Path, now.Spec!.Members[1].Volume?.Device);
        Assert.Equal("700 etcd etcd\n700 etcd etcd", (await hosts.LookAsync("n2", "stat -c '%a %U %G' /var/lib/etcd-2 /var/lib/etcd-2/data")).Trim());
        Assert.NotEmpty((await hosts.LookAsync("n2", "ls -d /var/lib/etcd/data.before-move-*/member")).Trim());
        Assert.True((await new ClusterInstaller(hosts.Context).PlanAsync(hosts.Request("n1", "n2", "n3"), Token)).Plan.IsEmpty);
        // A file system that is only not mounted is mounted by the start; its data is not taken for lost.
        await hosts.LookAsync("n2", "systemctl stop etcd.service; umount /var/lib/etcd-2");
        Assert.True((await new MemberOperator(hosts.Context).StartAsync(now, "n2", TimeSpan.FromSeconds(30), Token)).Serves);
    }

    [Fact]
    public async Task RunAsync_FromDeviceToDeviceRemovingTheOld_LeavesTheFirstUnmountedAndComesBackAfterAReboot()
    {
        await using TestDisk old = await TestDisk.PlugInAsync(lab, "n1");
        await using TestDisk disk = await TestDisk.PlugInAsync(lab, "n1");
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        InstallRequest request = hosts.Request("n1");
        EtcdCluster cluster = await hosts.InstallAsync(request with { Hosts = [request.Hosts![0] with { DataDevice = old.Path }] });
        await cluster.Client.Kv.PutAsync("/kept", "yes", cancellationToken: Token);
        var move = new MoveDataRequest { Device = disk.Path, FileSystem = "xfs", RemoveOldData = true };

        await MoveAsync(hosts, cluster, move);

        Assert.True((await PlanAsync(hosts, cluster, move)).Plan.IsEmpty);
        await MoveAsync(hosts, cluster, new MoveDataRequest { Path = "/var/lib/etcd-2/inner", RemoveOldData = true });
        Assert.Empty((await hosts.LookAsync("n1", $"findmnt -rn --source {old.Path} || true; ls -d /var/lib/etcd 2>/dev/null || true")).Trim());
        await hosts.Lab["n1"].RebootAsync(Token);
        await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token);
        Assert.Equal("yes", (await cluster.Client.Kv.GetAsync("/kept", Token))?.ValueText);
    }

    [Fact]
    public async Task RunAsync_ToAFolderAndBack_KeepsTheDataAndUninstallsAllOfIt()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        await cluster.Client.Kv.PutAsync("/kept", "yes", cancellationToken: Token);

        await MoveAsync(hosts, cluster, ToFolder);
        await MoveAsync(hosts, cluster, new MoveDataRequest { Path = "/var/lib/etcd" });

        EtcdCluster now = await hosts.Context.Profiles.LoadAsync("prod", Token);
        Assert.Equal("/var/lib/etcd", now.Spec!.Members[0].Directory);
        Assert.Equal("yes", (await now.Client.Kv.GetAsync("/kept", Token))?.ValueText);
        await (await new ClusterUninstaller(hosts.Context).PlanAsync(now, new UninstallRequest { RemoveData = true }, Token)).RunAsync(null, Token);
        Assert.Empty((await hosts.LookAsync("n1", "ls -d /var/lib/etcd* /srv/etcd* 2>/dev/null || true")).Trim());
    }

    [Fact]
    public async Task RunAsync_CopyThatIsDamaged_IsRefusedAndTheMemberRunsWhereItWas()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        Operation<EtcdMember> operation = await PlanAsync(hosts, cluster, ToFolder);
        EventTrigger damage = On(
            hosts, "Compare the copy", $"printf x | dd of={NewPlace}/data.moving/member/snap/db bs=1 seek=5000 conv=notrunc 2>/dev/null");

        var error = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(damage, Token));

        Assert.Equal(EtcdErrorIds.ChecksumMismatch, error.ErrorId);
        Assert.Contains("member/snap/db", error.Message, StringComparison.Ordinal);
        await RequireOldPlaceAsync(hosts, cluster);
    }

    [Fact]
    public async Task RunAsync_StartInTheNewPlaceFails_PutsTheOldDataAndTheFilesBackAsTheyWere()
    {
        const string Files =
            "sha256sum /etc/etcd/etcd.conf.yml /etc/systemd/system/etcd.service; ls -A /etc/etcd /etc/systemd/system | grep -e "
                + "'[.]before' -e '[.]next' || true";
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        string before = await hosts.LookAsync(
            "n1", $"echo '# by hand' >>/etc/etcd/etcd.conf.yml; echo '# by hand' >>/etc/systemd/system/etcd.service; {Files}");
        Operation<EtcdMember> operation = await PlanAsync(hosts, cluster, ToFolder);
        EventTrigger spoil = On(hosts, "Start member", $"chown -R root: {NewPlace}/data");

        var error = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(spoil, Token));

        Assert.True(error.ErrorId == EtcdErrorIds.MemberStartFailed, error.ToString());
        Assert.Contains("Permission denied", error.Message, StringComparison.Ordinal); // not lost
        Assert.Contains("rolled back", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await hosts.LookAsync("n1", Files));
        await hosts.LookAsync("n1", "sed -i '/^# by hand$/d' /etc/etcd/etcd.conf.yml /etc/systemd/system/etcd.service; systemctl daemon-reload");
        await RequireOldPlaceAsync(hosts, cluster);
    }

    [Fact]
    public async Task RunAsync_StoppedAfterTheMemberRanInTheNewPlace_BringsBackWhatItWroteThere()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        Operation<EtcdMember> operation = await PlanAsync(hosts, cluster, ToFolder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        EventTrigger ctrlC = EventTrigger.OnMessage("Wait until member", () =>
        {
            cluster.Client.WithCalls(TimeSpan.FromSeconds(30), retry: true).Kv.PutAsync("/new", "yes", cancellationToken: Token).GetAwaiter()
                .GetResult();
            stop.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation.RunAsync(ctrlC, stop.Token));

        await RequireOldPlaceAsync(hosts, cluster);
        Assert.Equal("yes", (await cluster.Client.Kv.GetAsync("/new", Token))?.ValueText);
    }

    [Theory]
    [InlineData("Copy the member's data")]
    [InlineData("switch member")]
    [InlineData("Start member")]
    [InlineData("Wait until member")]
    public async Task RunAsync_ConnectionCutInAStep_IsCarriedOnByTheSameCommand(string step)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        await cluster.Client.Kv.PutAsync("/kept", "yes", cancellationToken: Token);
        Operation<EtcdMember> operation = await PlanAsync(hosts, cluster, ToFolder with { Timeout = TimeSpan.FromSeconds(5) });
        EventTrigger cut = EventTrigger.OnMessage(step, () => hosts.Lab["n1"].PartitionAsync([HostLab.Operator], Token).GetAwaiter().GetResult());

        await Assert.ThrowsAnyAsync<EtcdException>(() => operation.RunAsync(cut, Token));
        await hosts.Lab["n1"].HealAsync(Token);
        await MoveAsync(hosts, cluster, ToFolder);

        EtcdCluster now = await hosts.Context.Profiles.LoadAsync("prod", Token);
        Assert.Equal(NewPlace, now.Spec!.Members[0].Directory);
        Assert.True((await hosts.HealthAsync(now)).Healthy);
        Assert.Equal("yes", (await now.Client.Kv.GetAsync("/kept", Token))?.ValueText);
    }

    [Fact]
    public async Task PlanAsync_SwitchThatWasCutShort_IsCarriedOnFromThere()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        await cluster.Client.Kv.PutAsync("/kept", "yes", cancellationToken: Token);
        await hosts.LookAsync("n1",
            $"systemctl disable --now etcd.service; mkdir {NewPlace} && cp -a /var/lib/etcd/data {NewPlace}/data.moving && "
                + "mv /var/lib/etcd/data /srv/gone");
        var lost = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(hosts, cluster, ToFolder));
        await hosts.LookAsync("n1", "mv /srv/gone /var/lib/etcd/data.before-move-1");

        await MoveAsync(hosts, cluster, ToFolder);

        Assert.Equal(EtcdErrorIds.MemberDataLost, lost.ErrorId);
        Assert.Equal("yes", (await cluster.Client.Kv.GetAsync("/kept", Token))?.ValueText);
        Assert.NotEmpty((await PlanAsync(hosts, cluster, ToFolder with { RemoveOldData = true })).Plan.Steps);
        Assert.Equal("enabled", (await hosts.LookAsync("n1", "systemctl is-enabled etcd.service")).Trim());
    }

    [Fact]
    public async Task PlanAsync_WhatSpeaksAgainstIt_IsSaidBeforeAnythingIsDone()
    {
        await using TestDisk small = await TestDisk.PlugInAsync(lab, "n1", megabytes: 100);
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        await hosts.LookAsync(
            "n1", $"mkfs.ext4 -q {small.Path} && mkdir -p /srv/small /srv/other && mount {small.Path} /srv/small && touch /srv/other/file");

        async Task<string> RefusedAsync(MoveDataRequest request)
        {
            Exception error = await Assert.ThrowsAnyAsync<Exception>(() => PlanAsync(hosts, cluster, request));
            // The mounted device is too small as well, and both is said.
            return Assert.IsType<EtcdException>(error is AggregateException several ? several.InnerExceptions[0] : error).ErrorId;
        }

        Assert.Equal(EtcdErrorIds.DiskFull, await RefusedAsync(new MoveDataRequest { Path = "/srv/small/etcd" }));
        Assert.Equal(EtcdErrorIds.DataExists, await RefusedAsync(new MoveDataRequest { Path = "/srv/other" }));
        Assert.Equal(
            EtcdErrorIds.DeviceInUse, await RefusedAsync(new MoveDataRequest { Device = small.Path, ForceFormat = true, Path = "/srv/etcd-x" }));
        Assert.Equal(EtcdErrorIds.DataExists, await RefusedAsync(new MoveDataRequest { Device = small.Path, Path = "/var/lib/etcd" }));
        Assert.Equal(EtcdErrorIds.DeviceNotFound, await RefusedAsync(new MoveDataRequest { Device = "/dev/vdz" }));
        Assert.Equal(EtcdErrorIds.SpecInvalid, await RefusedAsync(new MoveDataRequest { Path = "/tmp/etcd" }));
        Assert.Equal(EtcdErrorIds.SpecInvalid, await RefusedAsync(new MoveDataRequest()));
        Assert.True((await hosts.HealthAsync(cluster)).Healthy);
    }

    [Fact]
    public async Task PlanAsync_SecondOfThreeVotersDown_RefusesWithTheArithmetic()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await hosts.LookAsync("n3", "systemctl stop etcd.service");

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(hosts, cluster, ToFolder));

        Assert.Equal(EtcdErrorIds.QuorumAtRisk, error.ErrorId);
        Assert.Contains("of 3 voters 1 would be up, and the quorum is 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_StoppedWhileAnotherVoterIsMissing_LeavesTheMemberInTheNewPlaceAndSaysSo()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        var mover = new MemberDataMover(hosts.Context with { UndoPatience = TimeSpan.FromSeconds(2) });
        Operation<EtcdMember> operation = await mover.PlanAsync(cluster, "n1", ToFolder, Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var told = new EventRecorder();
        EventTrigger fault = EventTrigger.OnMessage("Wait until member", () =>
        {
            Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token).GetAwaiter().GetResult();
            hosts.LookAsync("n3", "systemctl stop etcd.service").GetAwaiter().GetResult();
            stop.Cancel();
        });

        var both = new EventTrigger(value => { told.Report(value); fault.Report(value); return false; }, () => { });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation.RunAsync(both, stop.Token));
        EtcdCluster between = await hosts.Context.Profiles.LoadAsync("prod", Token);
        string state = (await hosts.LookAsync("n1", "systemctl is-active etcd.service")).Trim();
        await hosts.LookAsync("n3", "systemctl start etcd.service");
        await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token);
        await MoveAsync(hosts, between, ToFolder);

        Assert.Equal((NewPlace, "active"), (between.Spec!.Members[0].Directory, state));
        Assert.Contains(told.Of<WarningEvent>(), warning =>
            warning.Text.Contains("member n1 is left running with its data in " + NewPlace, StringComparison.Ordinal)
            && warning.Text.EndsWith("run the same command again: it completes the move.", StringComparison.Ordinal));
        Assert.True((await hosts.HealthAsync(cluster)).Healthy);
    }

    private static MoveDataRequest ToFolder => new() { Path = NewPlace };

    private static Task<Operation<EtcdMember>> PlanAsync(HostCluster hosts, EtcdCluster cluster, MoveDataRequest request, string member = "n1") =>
        new MemberDataMover(hosts.Context).PlanAsync(cluster, member, request, Token);

    private static async Task MoveAsync(HostCluster hosts, EtcdCluster cluster, MoveDataRequest request, string member = "n1") =>
        await (await PlanAsync(hosts, cluster, request, member)).RunAsync(null, Token);

    private static EventTrigger On(HostCluster hosts, string step, string script) =>
        EventTrigger.OnMessage(step, () => hosts.LookAsync("n1", script).GetAwaiter().GetResult());

    private static async Task RequireOldPlaceAsync(HostCluster hosts, EtcdCluster cluster)
    {
        await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token);
        Assert.Equal("/var/lib/etcd", (await hosts.Context.Profiles.LoadAsync("prod", Token)).Spec!.Members[0].Directory);
        Assert.Equal("data", (await hosts.LookAsync("n1", $"ls /var/lib/etcd; ls {NewPlace} 2>/dev/null || true")).Trim());
        Assert.True((await new ClusterInstaller(hosts.Context).PlanAsync(hosts.Request("n1"), Token)).Plan.IsEmpty);
    }
}
