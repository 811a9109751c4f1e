using System.Text.RegularExpressions;
using EtcdAdmin.Clusters;
using EtcdAdmin.Lab;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Lab;

/// <summary>Labs with other options, and how labs end.</summary>
public sealed partial class HostLabTests
{
    [Fact]
    public async Task StartAsync_Trixie_RunsItsSystemdAndAnInstalledEtcd()
    {
        await using HostLab lab = await StartAsync(new HostOptions { Release = DebianRelease.Trixie });

        CommandResult result = await lab["n1"].SshAsync(
            "ops", ". /etc/os-release; echo $VERSION_CODENAME; systemctl is-system-running --wait", TestContext.Current.CancellationToken);

        Assert.Equal("trixie\nrunning", result.Output);
        await using HostCluster hosts = await HostCluster.OnAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync(hosts.Request() with { Hosts = [new HostRequest { Connection = hosts.To("n1", "ops") }] });
        Assert.True((await hosts.HealthAsync(cluster)).Healthy);
    }

    [Fact]
    public async Task StartAsync_WithoutSystemd_HasSshOnly()
    {
        await using HostLab lab = await StartAsync(new HostOptions { HasSystemd = false });

        CommandResult before = await lab["n1"].SshAsync("root", "ls -d /run/systemd/system", TestContext.Current.CancellationToken);
        await lab["n1"].RebootAsync(TestContext.Current.CancellationToken);
        CommandResult after = await lab["n1"].SshAsync("root", "true", TestContext.Current.CancellationToken);

        Assert.Equal(2, before.ExitCode);
        Assert.True(after.Succeeded, after.Error);
    }

    [Fact]
    public async Task AddHostAsync_LaterHost_IsKnownToTheFirstAndReboots()
    {
        await using HostLab lab = await StartAsync(new HostOptions());

        LabHost added = await lab.AddHostAsync("n7", new HostOptions(), TestContext.Current.CancellationToken);
        string boot = await added.RunAsync("cat /proc/sys/kernel/random/boot_id", TestContext.Current.CancellationToken);
        await added.RebootAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(boot, await added.RunAsync("cat /proc/sys/kernel/random/boot_id", TestContext.Current.CancellationToken));
        string known = await lab["n1"].RunAsync("getent ahostsv4 n7 | cut -d' ' -f1", TestContext.Current.CancellationToken);
        Assert.Contains(added.Address.ToString(), known, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_LabWithEverything_LeavesNothing()
    {
        HostLab lab = await StartAsync(new HostOptions());
        await lab["n1"].AddDiskAsync(64L << 20, TestContext.Current.CancellationToken);
        await lab["n1"].PartitionAsync(cancellationToken: TestContext.Current.CancellationToken);
        await lab["n1"].SlowAsync(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        string number = lab["n1"].Address.ToString().Split('.')[2];

        await lab.DisposeAsync();

        Assert.False(Directory.Exists(lab.FolderPath));
        Assert.DoesNotContain(Directory.GetDirectories("/sys/class/net"), path => BelongsTo(Path.GetFileName(path), number));
        Assert.DoesNotContain(Directory.GetFileSystemEntries("/run/netns"), path => path.Contains($"/elab{number}-", StringComparison.Ordinal));
        string mounts = await File.ReadAllTextAsync("/proc/self/mountinfo", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(lab.FolderPath, mounts, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetDirectories("/sys/block").Select(device => $"{device}/loop/backing_file").Where(File.Exists),
            path => File.ReadAllText(path).Contains($"/{lab.Name}/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartAsync_LabOfADeadProcess_IsRemovedBefore()
    {
        HostLab abandoned = await StartAsync(new HostOptions());
        string record = Path.Combine(abandoned.FolderPath, "lab.json");
        string text = await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(record, OwnerStart().Replace(text, "$1: 1"), TestContext.Current.CancellationToken);

        await using HostLab next = await StartAsync(new HostOptions());

        Assert.False(Directory.Exists(abandoned.FolderPath));
        Assert.True(next["n1"].IsOn);
    }

    [GeneratedRegex("(\"StartTime\"): \\d+")]
    private static partial Regex OwnerStart();

    private static bool BelongsTo(string interfaceName, string number) => Regex.IsMatch(interfaceName, $"^elab{number}([hpq]|$)");

    private static async Task<HostLab> StartAsync(HostOptions options)
    {
        Assert.SkipWhen(HostLab.SkipReason is not null, HostLab.SkipReason ?? "");
        return await HostLab.StartAsync(new HostLabOptions { HostCount = 1, Host = options }, TestContext.Current.CancellationToken);
    }
}
