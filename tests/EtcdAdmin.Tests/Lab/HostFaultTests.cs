using System.Diagnostics;
using System.Globalization;
using System.Net;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Lab;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Lab;

/// <summary>Faults of the lab's hosts. Each test repairs the host at its end.</summary>
[Collection(SharedHostLab.Name)]
public sealed class HostFaultTests(HostLabFixture fixture)
{
    [Fact]
    public async Task PartitionAsync_FromEverybody_CutsBothWaysUntilHealed()
    {
        HostLab lab = await fixture.GetAsync();

        await lab["n2"].PartitionAsync(cancellationToken: TestContext.Current.CancellationToken);
        bool[] cut =
        [
            await ReachesAsync(lab["n1"], lab["n2"].Address), await ReachesAsync(lab["n1"], lab["n2"].Ipv6Address),
            await ReachesAsync(lab["n2"], lab["n3"].Address), await ReachesAsync(lab["n1"], lab["n3"].Address),
        ];
        await lab["n2"].HealAsync(TestContext.Current.CancellationToken);

        Assert.Equal([false, false, false, true], cut);
        // The kernel looks for a lost neighbour only once a second.
        await Poll.UntilAsync(() => ReachesAsync(lab["n1"], lab["n2"].Address), TestContext.Current.CancellationToken);
        await Poll.UntilAsync(() => ReachesAsync(lab["n1"], lab["n2"].Ipv6Address), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PartitionAsync_FromOneHost_LeavesTheOthers()
    {
        HostLab lab = await fixture.GetAsync();

        await lab["n1"].PartitionAsync(["n3"], TestContext.Current.CancellationToken);
        bool[] cut =
        [
            await ReachesAsync(lab["n1"], lab["n3"].Address), await ReachesAsync(lab["n3"], lab["n1"].Address),
            await ReachesAsync(lab["n1"], lab["n2"].Address), await ReachesAsync(lab["n3"], lab["n2"].Address),
        ];
        await lab["n3"].HealAsync(TestContext.Current.CancellationToken);

        Assert.Equal([false, false, true, true], cut);
        await Poll.UntilAsync(() => ReachesAsync(lab["n3"], lab["n1"].Address), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PartitionAsync_FromOperator_LeavesTheHostsTogether()
    {
        HostLab lab = await fixture.GetAsync();

        await lab["n1"].PartitionAsync([HostLab.Operator], TestContext.Current.CancellationToken);
        CommandResult fromHere = await lab["n1"].SshAsync("root", "true", TestContext.Current.CancellationToken);
        bool fromHost = await ReachesAsync(lab["n2"], lab["n1"].Address);
        await lab["n1"].HealAsync(TestContext.Current.CancellationToken);

        Assert.False(fromHere.Succeeded);
        Assert.True(fromHost);
    }

    [Fact]
    public async Task HealAsync_AllHostsAtOnce_LeavesNoneCutOff()
    {
        HostLab lab = await fixture.GetAsync();

        for (int round = 0; round < 10; round++)
        {
            await Task.WhenAll(lab.Hosts.Select(host => host.PartitionAsync(cancellationToken: TestContext.Current.CancellationToken)));
            string cut = await RulesAsync(lab);
            await Task.WhenAll(lab.Hosts.Select(host => host.HealAsync(TestContext.Current.CancellationToken)));

            Assert.All(lab.Hosts, host => Assert.Contains(MacOf(host), cut, StringComparison.Ordinal));
            Assert.DoesNotContain("drop", await RulesAsync(lab), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SlowAsync_AnswersOfAHost_TakeThatMuchLonger()
    {
        HostLab lab = await fixture.GetAsync();
        var delay = TimeSpan.FromMilliseconds(300);
        const string Payload = "head -c 3000000 /dev/zero | md5sum";

        await lab["n3"].SlowAsync(delay, TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();
        CommandResult slow = await lab["n3"].SshAsync("root", Payload, TestContext.Current.CancellationToken);
        TimeSpan took = watch.Elapsed;
        await lab["n3"].SlowAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        CommandResult after = await lab["n3"].SshAsync("root", Payload, TestContext.Current.CancellationToken);

        Assert.True(took > 4 * delay, $"A login, with its many questions and answers, took only {took}.");
        Assert.Equal(after.Output, slow.Output);
    }

    [Fact]
    public async Task KillAsync_ThenStart_KeepsWhatWasWritten()
    {
        HostLab lab = await fixture.GetAsync();
        LabHost host = lab["n2"];
        await host.RunAsync("echo kept >/var/lib/kept", TestContext.Current.CancellationToken);

        await host.KillAsync();
        bool wasOn = host.IsOn;
        CommandResult whileOff = await host.SshAsync("root", "true", TestContext.Current.CancellationToken);
        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.False(wasOn);
        Assert.False(whileOff.Succeeded);
        CommandResult kept = await host.SshAsync("root", "cat /var/lib/kept; rm /var/lib/kept", TestContext.Current.CancellationToken);
        Assert.Equal("kept", kept.Output);
    }

    [Fact]
    public async Task FillDiskAsync_SystemDisk_HasNoRoomUntilFreed()
    {
        HostLab lab = await fixture.GetAsync();
        LabHost host = lab["n1"];
        const string Write = "dd if=/dev/zero of=/var/lib/written bs=64k count=16 2>&1; r=$?; rm -f /var/lib/written; exit $r";

        await host.FillDiskAsync(cancellationToken: TestContext.Current.CancellationToken);
        CommandResult full = await host.TryRunAsync(Write, TestContext.Current.CancellationToken);
        await host.FreeDiskAsync(cancellationToken: TestContext.Current.CancellationToken);
        CommandResult freed = await host.TryRunAsync(Write, TestContext.Current.CancellationToken);

        Assert.Contains("No space left on device", full.Output, StringComparison.Ordinal);
        Assert.True(freed.Succeeded, freed.Output);
    }

    [Fact]
    public async Task ShiftClockAsync_ThreeHours_IsWrongInLoginsAndWithSudo()
    {
        HostLab lab = await fixture.GetAsync();
        LabHost host = lab["n3"];

        await host.ShiftClockAsync(TimeSpan.FromHours(3), TestContext.Current.CancellationToken);
        TimeSpan plain = await ClockErrorAsync(host, "date +%s");
        TimeSpan withSudo = await ClockErrorAsync(host, "sudo date +%s");
        await host.ShiftClockAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        TimeSpan after = await ClockErrorAsync(host, "date +%s");

        Assert.Equal(3, plain.TotalHours, tolerance: 0.02);
        Assert.Equal(3, withSudo.TotalHours, tolerance: 0.02);
        Assert.Equal(0, after.TotalHours, tolerance: 0.02);
    }

    /// <summary>The frames that the kernel drops on the lab's bridge, whatever the lab's record contains.</summary>
    private static async Task<string> RulesAsync(HostLab lab)
    {
        string bridge = $"elab{lab["n1"].Address.ToString().Split('.')[2]}";
        ProcessResult rules = await ProcessRunner.RunAsync(
            new ProcessCommand("nft", ["list", "table", "bridge", bridge]), TestContext.Current.CancellationToken);
        Assert.True(rules.ExitCode == 0, rules.Error);
        return rules.Output;
    }

    private static string MacOf(LabHost host)
    {
        byte[] address = host.Address.GetAddressBytes();
        return string.Create(CultureInfo.InvariantCulture, $"52:54:00:ea:{address[2]:x2}:{address[3] - 10:x2}");
    }

    private static async Task<bool> ReachesAsync(LabHost from, IPAddress to) => (await from.TryRunAsync(
        $"timeout 1 bash -c 'exec 3<>/dev/tcp/{to}/22 && read -r hello <&3'", TestContext.Current.CancellationToken)).Succeeded;

    private static async Task<TimeSpan> ClockErrorAsync(LabHost host, string command)
    {
        CommandResult date = await host.SshAsync("ops", command, TestContext.Current.CancellationToken);
        return DateTimeOffset.FromUnixTimeSeconds(long.Parse(date.Output, CultureInfo.InvariantCulture)) - DateTimeOffset.UtcNow;
    }
}
