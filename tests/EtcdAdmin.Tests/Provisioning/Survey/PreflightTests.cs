using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Provisioning.Survey;

[Collection(FaultsHostLab.Name)]
public sealed class PreflightTests(HostLabFixture lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlanAsync_SeveralProblems_NamesAllOfAllHostsAndTouchesNothing()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await hosts.LookAsync("n1", "systemd-run --quiet --unit etcd-test-port --collect sh -c 'exec /usr/sbin/sshd -D -p 2379'");
        await hosts.LookAsync("n2", "printf '[Service]\\nExecStart=/bin/true\\n' >/etc/systemd/system/etcd.service");
        await hosts.LookAsync("n3", "mkdir -p /var/lib/etcd/data/member");
        await Poll.UntilAsync(async () => (await hosts.LookAsync("n1", "ss -Hltn 'sport = :2379'")).Length > 0, Token);

        AggregateException problems;
        try
        {
            problems = await Assert.ThrowsAsync<AggregateException>(() => hosts.InstallAsync("n1", "n2", "n3"));
        }
        finally
        {
            await hosts.LookAsync("n1", "systemctl stop etcd-test-port");
        }

        EtcdException[] each = [.. problems.InnerExceptions.Cast<EtcdException>()];
        Assert.Equal([EtcdErrorIds.PortInUse, EtcdErrorIds.EtcdExists, EtcdErrorIds.DataExists], each.Select(problem => problem.ErrorId));
        Assert.All(each, problem => Assert.NotNull(problem.NextStep));
        Assert.Empty(await hosts.LookAsync("n1", "ls -d /etc/etcd /opt/etcd 2>/dev/null || true"));
        Assert.False(hosts.Context.Profiles.Exists("prod"));
    }

    [Fact]
    public async Task PlanAsync_HostsThatCannotBeUsed_NamesEachWithItsReason()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        InstallRequest request = hosts.Request("n1", "n2", "n3") with
        {
            Hosts =
            [
                new HostRequest { Connection = hosts.To("n1", "guest") },
                new HostRequest { Connection = hosts.To("n2", "clerk") },
                new HostRequest
                {
                    Connection = new HostConnection { HostName = "no-such-host.invalid", ConnectingTimeout = TimeSpan.FromSeconds(3) },
                },
            ],
        };

        var problems = await Assert.ThrowsAsync<AggregateException>(() => hosts.InstallAsync(request));

        Assert.Equal(
            [EtcdErrorIds.SudoFailed, EtcdErrorIds.SudoFailed, EtcdErrorIds.HostUnreachable],
            problems.InnerExceptions.Cast<EtcdException>().Select(problem => problem.ErrorId));
    }

    [Fact]
    public async Task PlanAsync_WrongSudoPassword_IsRefusedAndTheRightOneWorks()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        HostConnection connection = hosts.To("n1", "clerk");
        InstallRequest request = hosts.Request("n1") with { Hosts = [new HostRequest { Connection = connection }] };
        hosts.Connections.Remember(connection, new HostSecrets(sudoPassword: "wrong"));

        var error = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync(request));
        hosts.Connections.Remember(connection, new HostSecrets(sudoPassword: hosts.Lab.ClerkPassword));
        EtcdCluster cluster = await hosts.InstallAsync(request);

        Assert.Equal(EtcdErrorIds.SudoFailed, error.ErrorId);
        Assert.True((await hosts.HealthAsync(cluster)).Healthy);
        Assert.DoesNotContain(hosts.Lab.ClerkPassword,
            await File.ReadAllTextAsync(Path.Combine(hosts.Context.Profiles.Folder("prod"), "cluster.json"), Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n1", "n1")]
    [InlineData("n1", "address of n1")]
    public async Task PlanAsync_HostGivenTwice_IsRefused(string first, string second)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        string other = second == "address of n1" ? hosts.Lab["n1"].Address.ToString() : second;

        var error = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync(first, other));

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.Contains("twice", error.Message + error.NextStep, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task PlanAsync_FullDisk_SaysHowMuchIsMissingWhere()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await hosts.Lab["n2"].FillDiskAsync(cancellationToken: Token);

        EtcdException error;
        try
        {
            error = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync("n1", "n2", "n3"));
        }
        finally
        {
            await hosts.Lab["n2"].FreeDiskAsync(cancellationToken: Token);
        }

        Assert.Equal(EtcdErrorIds.DiskFull, error.ErrorId);
        Assert.Contains("n2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_WrongClock_IsRefused()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await hosts.Lab["n3"].ShiftClockAsync(TimeSpan.FromHours(3), Token);

        EtcdException error;
        try
        {
            error = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync("n1", "n2", "n3"));
        }
        finally
        {
            await hosts.Lab["n3"].ShiftClockAsync(TimeSpan.Zero, Token);
        }

        Assert.Equal(EtcdErrorIds.ClockSkew, error.ErrorId);
        Assert.Contains("10800", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_HostsCutOffFromEachOther_NamesThePairs()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await hosts.Lab["n1"].PartitionAsync(["n2"], Token);

        var problems = await Assert.ThrowsAsync<AggregateException>(() => hosts.InstallAsync("n1", "n2", "n3"));

        Assert.Equal(2, problems.InnerExceptions.Count);
        Assert.All(problems.InnerExceptions.Cast<EtcdException>(), problem => Assert.Equal(EtcdErrorIds.HostUnreachable, problem.ErrorId));
    }

    [Fact]
    public async Task PlanAsync_PackageForAnotherProcessor_IsRefusedBeforeAnyHostIsTouched()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        using var folder = new TempFolder();
        byte[] program = await File.ReadAllBytesAsync(Path.Combine((await EtcdBinaries.GetAsync("3.5")).Folder, "etcd"), Token);
        program[18] = 0xB7; // e_machine of the ELF header: AArch64 (elf(5))
        await File.WriteAllBytesAsync(folder.File("etcd"), program, Token);
        InstallRequest request = hosts.Request("n1") with { Package = new PackageRequest { Path = folder.Path } };

        var error = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync(request));

        Assert.Equal(EtcdErrorIds.ArchitectureMismatch, error.ErrorId);
        Assert.Empty(await hosts.LookAsync("n1", "ls -d /etc/etcd /opt/etcd 2>/dev/null || true"));
    }

    [Theory]
    [InlineData("$(touch /tmp/pwned)")]
    [InlineData("`touch /tmp/pwned`")]
    [InlineData("a;touch /tmp/pwned")]
    [InlineData("a'b\"c")]
    [InlineData("/var/../etc")]
    [InlineData("a\nb")]
    public async Task PlanAsync_ShellMetacharactersInAnyText_AreRefusedOrHarmless(string text)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        var good = new HostRequest { Connection = hosts.To("n1") };
        HostRequest[] bad =
        [
            good with { Name = text }, good with { Address = text }, good with { BindAddress = text }, good with { DataDirectory = text },
            good with { WalDirectory = text }, good with { DataDevice = text }, good with { FileSystem = text },
        ];

        foreach (HostRequest wish in bad)
        {
            var error = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync(hosts.Request("n1") with { Hosts = [wish] }));
            Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        }

        Assert.Throws<EtcdException>(() => new HostConnection { HostName = text });
        Assert.Throws<EtcdException>(() => new HostConnection { HostName = "n1", UserName = text });
        Assert.Empty(await hosts.LookAsync("n1", "ls /tmp/pwned 2>/dev/null || true"));
        Assert.False(File.Exists("/tmp/pwned"));
    }
}
