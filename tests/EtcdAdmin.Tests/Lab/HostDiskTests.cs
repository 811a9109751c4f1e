using EtcdAdmin.Lab;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Lab;

/// <summary>Disks of the lab's hosts.</summary>
[Collection(SharedHostLab.Name)]
public sealed class HostDiskTests(HostLabFixture fixture)
{
    private const string Mount = """
        set -e
        mkfs -t "$1" "$2" >/dev/null
        uuid=$(blkid -p -s UUID -o value "$2")
        # As udev does it, the link comes a moment after the file system.
        for i in $(seq 100); do [ -e "/dev/disk/by-uuid/$uuid" ] && break; sleep 0.05; done
        cat >/etc/systemd/system/srv.mount <<UNIT
        [Mount]
        What=/dev/disk/by-uuid/$uuid
        Where=/srv
        Type=$1
        [Install]
        WantedBy=local-fs.target
        UNIT
        systemctl daemon-reload
        systemctl enable --quiet --now srv.mount
        echo kept >/srv/kept
        """;

    [Theory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    public async Task AddDiskAsync_FormattedAndMountedByUnit_IsThereAfterLossOfPower(string type)
    {
        HostLab lab = await fixture.GetAsync();
        LabHost host = lab["n1"];
        LabDisk disk = await host.AddDiskAsync(512L << 20, TestContext.Current.CancellationToken);
        await host.RunAsync($"set -- {type} {disk.Path}\n{Mount}", TestContext.Current.CancellationToken);

        await host.KillAsync();
        await host.StartAsync(TestContext.Current.CancellationToken);
        string mounted = await host.RunAsync("findmnt -n -o SOURCE,FSTYPE /srv; cat /srv/kept", TestContext.Current.CancellationToken);

        Assert.Equal([disk.Path, type, "kept"], mounted.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        await UnplugAsync(host, disk);
    }

    [Fact]
    public async Task AddDiskAsync_EmptyDisk_IsTheOnlyOneThatTheHostSees()
    {
        HostLab lab = await fixture.GetAsync();
        LabHost host = lab["n2"];

        LabDisk disk = await host.AddDiskAsync(64L << 20, TestContext.Current.CancellationToken);
        string listed = await host.RunAsync("lsblk -rnb -o PATH,TYPE,SIZE,FSTYPE", TestContext.Current.CancellationToken);
        await host.RemoveDiskAsync(disk, TestContext.Current.CancellationToken);

        Assert.Equal($"{disk.Path} disk {64L << 20}", listed.Trim());
        Assert.Empty(await host.RunAsync("lsblk -rn -o PATH; ls -d /dev/vd* 2>/dev/null || true", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task LoseDiskAsync_DiskWithFileSystem_IsEmpty()
    {
        HostLab lab = await fixture.GetAsync();
        LabHost host = lab["n2"];
        LabDisk disk = await host.AddDiskAsync(64L << 20, TestContext.Current.CancellationToken);
        await host.RunAsync($"mkfs.ext4 -q {disk.Path}", TestContext.Current.CancellationToken);

        await host.LoseDiskAsync(disk, TestContext.Current.CancellationToken);
        CommandResult probed = await host.TryRunAsync($"blkid -p {disk.Path}", TestContext.Current.CancellationToken);
        await host.RemoveDiskAsync(disk, TestContext.Current.CancellationToken);

        Assert.Empty(probed.Output);
    }

    [Fact]
    public async Task FillDiskAsync_DataDisk_HasNoRoomUntilFreed()
    {
        HostLab lab = await fixture.GetAsync();
        LabHost host = lab["n1"];
        LabDisk disk = await host.AddDiskAsync(64L << 20, TestContext.Current.CancellationToken);
        await host.RunAsync($"set -- ext4 {disk.Path}\n{Mount}", TestContext.Current.CancellationToken);
        const string Write = "dd if=/dev/zero of=/srv/written bs=64k count=16 2>&1; r=$?; rm -f /srv/written; exit $r";

        await host.FillDiskAsync("/srv", TestContext.Current.CancellationToken);
        CommandResult full = await host.TryRunAsync(Write, TestContext.Current.CancellationToken);
        await host.FreeDiskAsync("/srv", TestContext.Current.CancellationToken);
        CommandResult freed = await host.TryRunAsync(Write, TestContext.Current.CancellationToken);

        Assert.Contains("No space left on device", full.Output, StringComparison.Ordinal);
        Assert.True(freed.Succeeded, freed.Output);
        await UnplugAsync(host, disk);
    }

    private static async Task UnplugAsync(LabHost host, LabDisk disk)
    {
        await host.RunAsync("systemctl disable --quiet --now srv.mount; rm /etc/systemd/system/srv.mount; systemctl daemon-reload",
            TestContext.Current.CancellationToken);
        await host.RemoveDiskAsync(disk, TestContext.Current.CancellationToken);
    }
}
