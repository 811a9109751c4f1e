using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Volumes;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Storage;

/// <summary>File systems for data that installing makes.</summary>
[Collection(StorageHostLab.Name)]
public sealed class DataDeviceTests(HostLabFixture lab)
{
    // One Linux partition from sector 2048 on, in a table as of old: sfdisk is not everywhere.
    private const string PartitionScript = """
        printf '\0\0\0\0\203\0\0\0\0\10\0\0\0\10\0\0' | dd of="$device" bs=1 seek=446 conv=notrunc 2>/dev/null
        printf '\125\252' | dd of="$device" bs=1 seek=510 conv=notrunc 2>/dev/null
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    public async Task Install_EmptyDevice_IsMountedAgainAfterARebootWithTheMemberOnIt(string kind)
    {
        await using TestDisk disk = await TestDisk.PlugInAsync(lab, "n1");
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        InstallRequest request = With(hosts, disk.Path, kind);

        EtcdCluster cluster = await hosts.InstallAsync(request);
        await cluster.Client.Kv.PutAsync("/kept", "yes", cancellationToken: Token);

        Assert.True((await new ClusterInstaller(hosts.Context).PlanAsync(request, Token)).Plan.IsEmpty);
        EtcdHost host = await HostReader.ReadAsync(hosts.Connections, hosts.To("n1"), TimeProvider.System, Token);
        HostDisk seen = Assert.Single(host.Disks, found => found.Path == disk.Path);
        Assert.Equal((kind, "/var/lib/etcd", false), (seen.FileSystem, seen.MountPoint, seen.IsEmpty));
        await hosts.Lab["n1"].RebootAsync(Token);
        await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token);
        Assert.Equal("yes", (await cluster.Client.Kv.GetAsync("/kept", Token))?.ValueText);
        Assert.StartsWith(
            $"{disk.Path} {kind}", await hosts.LookAsync("n1", "findmnt -rno SOURCE,FSTYPE --mountpoint /var/lib/etcd"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_UnfitDevices_RefusesAllAtOnceAndNamesTheEmptyOnes()
    {
        await using TestDisk mounted = await TestDisk.PlugInAsync(lab, "n1");
        await using TestDisk carrying = await TestDisk.PlugInAsync(lab, "n2");
        await using TestDisk partitioned = await TestDisk.PlugInAsync(lab, "n3");
        await using TestDisk empty = await TestDisk.PlugInAsync(lab, "n3");
        await using TestDisk small = await TestDisk.PlugInAsync(lab, "n3", megabytes: 64);
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await hosts.LookAsync("n1", $"mkfs.ext4 -q {mounted.Path} && mkdir -p /srv/other && mount {mounted.Path} /srv/other");
        await hosts.LookAsync("n2", $"mkfs.xfs -q {carrying.Path}");
        await hosts.LookAsync("n3", $"device={partitioned.Path}\n{PartitionScript}");

        EtcdException[] first = await RefusedAsync(hosts, mounted.Path, carrying.Path, partitioned.Path);
        EtcdException[] second = await RefusedAsync(hosts, "/dev/vdz", "/dev/vdz", small.Path);
        EtcdException[] forced = await RefusedAsync(hosts, force: true, mounted.Path, carrying.Path, partitioned.Path);

        Assert.Equal([EtcdErrorIds.DeviceInUse, EtcdErrorIds.DeviceNotEmpty, EtcdErrorIds.DeviceNotEmpty], first.Select(e => e.ErrorId));
        Assert.Contains("mounted at /srv/other", first[0].Message, StringComparison.Ordinal);
        Assert.Contains("xfs", first[1].Message, StringComparison.Ordinal);
        Assert.Contains("dos", first[2].Message, StringComparison.Ordinal);
        Assert.Contains(empty.Path, first[2].NextStep, StringComparison.Ordinal);
        Assert.Equal([EtcdErrorIds.DeviceNotFound, EtcdErrorIds.DeviceNotFound, EtcdErrorIds.DeviceTooSmall], second.Select(e => e.ErrorId));
        Assert.Equal([EtcdErrorIds.DeviceInUse], forced.Select(e => e.ErrorId));
    }

    [Fact]
    public async Task Install_CarryingDevice_IsFormattedOnlyWhenForced()
    {
        await using TestDisk disk = await TestDisk.PlugInAsync(lab, "n1");
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await hosts.LookAsync("n1", $"mkfs.xfs -q {disk.Path}");
        InstallRequest request = With(hosts, disk.Path, "ext4");
        request = request with { Hosts = [request.Hosts![0] with { ForceFormat = true }] };

        await hosts.InstallAsync(request);

        Assert.StartsWith(disk.Path, await hosts.LookAsync("n1", "findmnt -rno SOURCE --mountpoint /var/lib/etcd"), StringComparison.Ordinal);
        Assert.Equal("ext4", (await hosts.LookAsync("n1", $"blkid -p -s TYPE -o value {disk.Path}")).Trim());
    }

    [Fact]
    public async Task Prepare_DeviceThatIsNoLongerEmpty_RefusesInTheLastMoment()
    {
        await using TestDisk disk = await TestDisk.PlugInAsync(lab, "n1");
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        Operation<EtcdCluster> operation = await new ClusterInstaller(hosts.Context).PlanAsync(With(hosts, disk.Path, "ext4"), Token);
        EventTrigger other = EventTrigger.OnMessage("Make an ext4", () => hosts.LookAsync("n1", $"mkfs.xfs -q {disk.Path}").GetAwaiter().GetResult());

        var error = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(other, Token));

        Assert.Equal(EtcdErrorIds.HostCommandFailed, error.ErrorId);
        Assert.Contains("carries xfs", error.Message, StringComparison.Ordinal);
        Assert.Equal("xfs", (await hosts.LookAsync("n1", $"blkid -p -s TYPE -o value {disk.Path}")).Trim());
    }

    [Fact]
    public async Task Install_AfterMkfsWasInterrupted_MakesItAnewAndNeverASecondTime()
    {
        await using TestDisk disk = await TestDisk.PlugInAsync(lab, "n1");
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        var volume = new DataVolume(disk.Path, "ext4", "/var/lib/etcd");
        string id = Guid.NewGuid().ToString();
        string unit = $"{VolumeUnit.UnfinishedMark}\n{VolumeUnit.Render("prod", "n1", volume, id)}";
        await hosts.LookAsync(
            "n1", $"mkfs.ext4 -q -U {id} {disk.Path}; cat >/etc/systemd/system/{VolumeUnit.Name(volume.MountPoint)} <<'END'\n{unit}\nEND");

        await hosts.InstallAsync(With(hosts, disk.Path, "ext4"));
        await hosts.LookAsync("n1", "systemctl stop etcd.service && umount /var/lib/etcd");
        Operation<EtcdCluster> again = await PlanUnmountedAsync(hosts, disk.Path);

        Assert.Equal(id, (await hosts.LookAsync("n1", $"blkid -p -s UUID -o value {disk.Path}")).Trim());
        Assert.DoesNotContain(again.Plan.Steps, step => step.Action.StartsWith("Make an", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_MountAndItsUnitGone_DoesNotPutEtcdOnTheDiskBelow()
    {
        await using TestDisk disk = await TestDisk.PlugInAsync(lab, "n1");
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await hosts.InstallAsync(With(hosts, disk.Path, "ext4"));
        await hosts.LookAsync("n1",
            "systemctl stop etcd.service; systemctl disable --now var-lib-etcd.mount; rm /etc/systemd/system/var-lib-etcd.mount; "
                + "systemctl daemon-reload");

        string said = await hosts.LookAsync("n1", "systemctl start etcd.service 2>&1 || systemctl is-active etcd.service || true");

        Assert.Contains("inactive", said, StringComparison.Ordinal);
        Assert.Empty((await hosts.LookAsync("n1", "ls -A /var/lib/etcd")).Trim());
    }

    [Fact]
    public async Task Uninstall_RemovingData_UnmountsAndKeepsTheFileSystem()
    {
        await using TestDisk disk = await TestDisk.PlugInAsync(lab, "n1");
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync(With(hosts, disk.Path, "ext4"));

        Operation<EtcdCluster> operation = await new ClusterUninstaller(hosts.Context).PlanAsync(
            cluster, new UninstallRequest { RemoveData = true }, Token);
        await operation.RunAsync(null, Token);

        Assert.Contains(
            operation.Plan.Steps, step => step.Action.Contains($"{disk.Path} is unmounted and keeps its ext4 file system", StringComparison.Ordinal));
        Assert.Empty(
            (await hosts.LookAsync("n1", "ls -d /var/lib/etcd /etc/systemd/system/*etcd*.mount 2>/dev/null; findmnt -rn --source " + disk.Path
                + " || true")).Trim());
        Assert.Equal("ext4", (await hosts.LookAsync("n1", $"blkid -p -s TYPE -o value {disk.Path}")).Trim());
    }

    private static InstallRequest With(HostCluster hosts, string device, string kind)
    {
        InstallRequest request = hosts.Request("n1");
        return request with { Hosts = [request.Hosts![0] with { DataDevice = device, FileSystem = kind }] };
    }

    /// <summary>The member looks like one that was never started: what would be done to its device is of interest here.</summary>
    private static async Task<Operation<EtcdCluster>> PlanUnmountedAsync(HostCluster hosts, string device)
    {
        EtcdCluster saved = await hosts.Context.Profiles.LoadAsync("prod", Token);
        await hosts.Context.Profiles.SaveAsync(saved.WithSpec(saved.RequireSpec() with { Installed = false }), Token);
        return await new ClusterInstaller(hosts.Context).PlanAsync(With(hosts, device, "ext4"), Token);
    }

    private static Task<EtcdException[]> RefusedAsync(HostCluster hosts, params string[] devices) => RefusedAsync(hosts, force: false, devices);

    private static async Task<EtcdException[]> RefusedAsync(HostCluster hosts, bool force, params string[] devices)
    {
        InstallRequest request = hosts.Request("n1", "n2", "n3");
        request = request with { Hosts = [.. request.Hosts!.Select((host, i) => host with { DataDevice = devices[i], ForceFormat = force })] };
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => new ClusterInstaller(hosts.Context).PlanAsync(request, Token));
        return error is AggregateException several ? [.. several.InnerExceptions.Cast<EtcdException>()] : [Assert.IsType<EtcdException>(error)];
    }
}
