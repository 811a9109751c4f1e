using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Adoption;
using EtcdAdmin.Upgrades.Conversion;

namespace EtcdAdmin.Tests.Upgrades.Conversion;

/// <summary>Members that others installed become managed ones, with their data, one after the other.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class ConversionOnHostsTests(HostLabFixture lab)
{
    private static readonly string[] Names = ["n1", "n2", "n3"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Convert_DebiansPackageOnThreeHosts_KeepsEveryWriteAndPurgesThePackage()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.DebianAsync(hosts, Names);
        // Lines for the old unit, which a unit of the same name would use as well.
        await hosts.LookAsync("n2", "mkdir -p /etc/systemd/system/etcd.service.d && printf '[Service]\\nExecStart=\\nExecStart=/usr/bin/etcd --name "
            + "n2\\n' >/etc/systemd/system/etcd.service.d/own.conf");
        EtcdCluster cluster = await ImportAsync(hosts);
        await cluster.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);
        await using SteadyWriter writer = SteadyWriter.Start(cluster);

        EtcdConversion[] converted = await ConvertAllAsync(hosts, cluster);
        await writer.StopAndVerifyAsync(Token);

        EtcdCluster after = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        Assert.Null(after.Migration);
        Assert.True((await hosts.HealthAsync(after)).Healthy);
        Assert.Equal("precious", (await after.Client.Kv.GetAsync("mine", cancellationToken: Token))?.ValueText);
        Assert.Contains(converted[1].OldFiles, file => file is { Path: "/etc/systemd/system/etcd.service.d/own.conf", Removed: true });
        foreach (EtcdConversion one in converted)
        {
            Assert.InRange(one.Downtime!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(30));
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{one.Member}: down {one.Downtime}, archive {one.ArchiveBytes} bytes, {one.OldFiles.Count} old files");
            Assert.StartsWith("package etcd-server 3.4.", one.From, StringComparison.Ordinal);
            Assert.Equal("/var/lib/etcd/data", one.DataDirectory);
            string[] archive =
                (await hosts.LookAsync(one.HostName, $"sha256sum <{one.Archive}; stat -c '%s %a' {one.Archive}; tar -tf {one.Archive}")).Split('\n');
            Assert.StartsWith(one.ArchiveSha256!, archive[0], StringComparison.Ordinal);
            Assert.Equal($"{one.ArchiveBytes} 600", archive[1]);
            Assert.Contains("var/lib/etcd/default/member/snap/db", archive);
            Assert.Contains("etc/default/etcd", archive);
            Assert.Contains(one.OldFiles, file => file is { Path: "/usr/bin/etcd", Removed: true });
            Assert.Contains(one.OldFiles, file => file is { Path: "/etc/default/etcd", Removed: true });
            Assert.DoesNotContain(one.OldFiles, file => file is { Removed: false } && file.Path.StartsWith("package", StringComparison.Ordinal));
            string left = await hosts.LookAsync(one.HostName, """
                dpkg-query -W -f '${Status}\n' etcd-server 2>/dev/null || echo none
                systemctl show --property=FragmentPath,UnitFileState,ActiveState etcd.service
                grep -E 'heartbeat|election|quota' /etc/etcd/etcd.conf.yml
                ls -d /var/lib/etcd/default /usr/bin/etcd /etc/default/etcd /etc/systemd/system/etcd2.service /etc/etcd.before-joining 2>/dev/null
                /opt/etcd/current/etcd --version | head -1
                id -u etcd
                """);
            Assert.Contains("FragmentPath=/etc/systemd/system/etcd.service", left, StringComparison.Ordinal);
            Assert.Contains("UnitFileState=enabled", left, StringComparison.Ordinal);
            Assert.Contains("heartbeat-interval: 120", left, StringComparison.Ordinal);
            Assert.Contains("quota-backend-bytes: 4294967296", left, StringComparison.Ordinal);
            Assert.DoesNotContain("install ok", left, StringComparison.Ordinal);
            Assert.DoesNotContain("/var/lib/etcd/default", left, StringComparison.Ordinal);
            Assert.DoesNotContain("/etc/default/etcd", left, StringComparison.Ordinal);
        }

        // It is a managed cluster like any other: another setting, and a reboot.
        Operation<EtcdCluster> settings = await new ConfigurationChanger(hosts.Context)
            .PlanAsync(after, new ConfigurationRequest { Tuning = new EtcdTuning { SnapshotCount = 5000 } }, Token);
        await settings.RunAsync(null, Token);
        await hosts.Lab["n2"].RebootAsync(Token);
        await new HealthGate(hosts.Context).WaitAsync(after, TimeSpan.FromSeconds(60), Token);
    }

    [Fact]
    public async Task Convert_AMemberThatDoesNotComeUp_GoesBackToThePackageAndAnotherDownIsRefused()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.DebianAsync(hosts, Names);
        EtcdCluster cluster = await ImportAsync(hosts);
        Assert.Matches(@"^Migration required: installed from package etcd-server 3\.4\.\d+$", cluster.Migration); // what Get-EtcdCluster shows
        Assert.Contains(cluster.Migration, (await hosts.HealthAsync(cluster)).Warnings);
        await hosts.LookAsync("n3", "systemctl stop etcd.service");
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(
            () => new MemberConverter(hosts.Context).PlanAsync(cluster, "n1", new ConversionRequest(), Token));
        Assert.Equal(EtcdErrorIds.QuorumAtRisk, refused.ErrorId);
        Assert.Contains("1 of 3 voters would be up, and the quorum is 2", refused.Message, StringComparison.Ordinal);
        Assert.Equal("active", (await hosts.LookAsync("n1", "systemctl is-active etcd.service")).Trim());
        EtcdException plain =
            await Assert.ThrowsAsync<EtcdException>(() => ConversionGuard.CheckAuthorityAsync(hosts.Context, cluster, Names, Token));
        Assert.Equal(EtcdErrorIds.NotSupported, plain.ErrorId);
        Assert.Contains("has no TLS", plain.Message, StringComparison.Ordinal);
        await hosts.LookAsync("n3", "systemctl start etcd.service");
        string before = await hosts.LookAsync("n1", "systemctl show --property=FragmentPath,UnitFileState etcd.service; "
            + "sha256sum /etc/default/etcd; stat -c '%U %a' /var/lib/etcd/default/member");
        await hosts.LookAsync(
            "n1", "mkdir -p /etc/systemd/system/etcd.service.d && printf '[Service]\\nNice=1\\n' >/etc/systemd/system/etcd.service.d/own.conf");
        // The managed unit cannot start: its folder of programs is not the user's to enter.
        await hosts.LookAsync(
            "n1", "mkdir -p /opt/etcd/3.4.23 && printf '#!/bin/sh\\nexit 1\\n' >/opt/etcd/3.4.23/etcd && chmod 755 /opt/etcd/3.4.23/etcd");
        await using SteadyWriter writer = SteadyWriter.Start(cluster);

        Operation<EtcdConversion> operation = await new MemberConverter(hosts.Context)
            .PlanAsync(cluster, "n1", new ConversionRequest { Timeout = TimeSpan.FromSeconds(15) }, Token);
        EtcdException failed = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(null, Token));
        await writer.StopAndVerifyAsync(Token);

        Assert.Contains(failed.ErrorId, new[] { EtcdErrorIds.MemberStartFailed, EtcdErrorIds.NotHealthy });
        Assert.Equal(before, await hosts.LookAsync(
            "n1", "systemctl show --property=FragmentPath,UnitFileState etcd.service; sha256sum /etc/default/etcd; "
                + "stat -c '%U %a' /var/lib/etcd/default/member"));
        EtcdCluster after = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        Assert.NotNull(after.Spec!.Members[0].Adopted);
        await new HealthGate(hosts.Context).WaitAsync(after, TimeSpan.FromSeconds(30), Token);
        Assert.Contains("Nice=1", await hosts.LookAsync("n1", "cat /etc/systemd/system/etcd.service.d/own.conf"), StringComparison.Ordinal);
        Assert.Equal("",
            (await hosts.LookAsync("n1", "ls -d /etc/etcd/etcd.conf.yml /etc/etcd.before-joining /var/lib/etcd/data 2>/dev/null || true")).Trim());
    }

    [Fact]
    public async Task Convert_KilledAtEveryStep_CarriesOnWhenRunAgain()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.DebianAsync(hosts, Names);
        EtcdCluster cluster = await ImportAsync(hosts);
        await cluster.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);
        await ConvertAsync(hosts, cluster, "n1");

        // As if the process had been killed after each step: what it had begun stays, and nothing is undone.
        int steps = (await new MemberConverter(hosts.Context).PlanAsync(cluster, "n2", new ConversionRequest(), Token)).Plan.Steps.Count;
        Assert.InRange(steps, 7, 10);
        for (int done = 0; done < steps; done++)
        {
            Plan plan = (await new MemberConverter(hosts.Context).PlanAsync(cluster, "n2", new ConversionRequest(), Token)).Plan;
            await plan.Planned[0].Act(null, Token);
            if (plan.Planned.Count == 1) break;
        }

        EtcdException other = await Assert.ThrowsAsync<EtcdException>(
            () => new MemberConverter(hosts.Context).PlanAsync(cluster, "n3", new ConversionRequest(), Token));
        Assert.Equal("Continue it first: Convert-EtcdMember n2 -Cluster theirs.", other.NextStep); // n2 was stopped, and has gone no further
        for (int round = 0; round < steps; round++)
        {
            if ((await hosts.Context.Profiles.LoadAsync("theirs", Token)).Spec!.Members[1].Adopted is null) break;
            Plan plan = (await new MemberConverter(hosts.Context).PlanAsync(cluster, "n2", new ConversionRequest(), Token)).Plan;
            for (int step = 0; step <= Math.Min(round, plan.Planned.Count - 1); step++) await plan.Planned[step].Act(null, Token);
        }

        await ConvertAsync(hosts, cluster, "n3");
        EtcdCluster after = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        Assert.Null(after.Migration);
        Assert.True((await hosts.HealthAsync(after)).Healthy);
        Assert.Equal("precious", (await after.Client.Kv.GetAsync("mine", cancellationToken: Token))?.ValueText);
        Assert.Equal("none", (await hosts.LookAsync("n2", "dpkg-query -W etcd-server 2>/dev/null || echo none")).Trim());
    }

    [Fact]
    public async Task Convert_WithAPackageAndASeparateLog_InstallsItAndMovesBoth()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.YamlAsync(hosts, await EtcdBinaries.GetAsync("3.5"), "n1");
        EtcdCluster cluster =
            (await new ClusterImporter(hosts.Context).ImportAsync(new ImportRequest { Name = "theirs", Hosts = [hosts.To("n1")] }, Token)).Cluster;
        await cluster.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);

        Operation<EtcdConversion> operation = await new MemberConverter(hosts.Context)
            .PlanAsync(cluster, "n1", new ConversionRequest { Package = hosts.Package, BackupDirectory = "/srv/etcd-backup" }, Token);
        EtcdConversion converted = await operation.RunAsync(null, Token);

        Assert.Contains(operation.Plan.Steps, step => step.Interrupts == "the whole cluster"); // it has one member
        Assert.StartsWith("/srv/etcd-backup/theirs-n1-", converted.Archive, StringComparison.Ordinal);
        Assert.Equal("precious", (await converted.Cluster.Client.Kv.GetAsync("mine", cancellationToken: Token))?.ValueText);
        string places = await hosts.LookAsync("n1", "ls /var/lib/etcd/data/member/snap/db /var/lib/etcd/wal/wal/*.wal; ls /etc/etcd");
        Assert.Contains("/var/lib/etcd/data/member/snap/db", places, StringComparison.Ordinal);
        Assert.DoesNotContain("etcd.yml", places, StringComparison.Ordinal);
        Assert.Contains(converted.OldFiles, file => file is { Path: "/usr/local/bin/etcd", Removed: false });
        Assert.Contains(converted.OldFiles, file => file is { Path: "/etc/etcd/etcd.yml", Removed: true });
    }

    [Fact]
    public async Task Convert_ASnap_MovesItsDataAndRemovesTheSnap()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.SnapAsync(hosts, await EtcdBinaries.GetAsync("3.5"), "n1");
        EtcdCluster cluster =
            (await new ClusterImporter(hosts.Context).ImportAsync(new ImportRequest { Name = "theirs", Hosts = [hosts.To("n1")] }, Token)).Cluster;
        await cluster.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);

        Operation<EtcdConversion> operation = await new MemberConverter(hosts.Context).PlanAsync(cluster, "n1", new ConversionRequest(), Token);
        EtcdConversion converted = await operation.RunAsync(null, Token);

        Assert.StartsWith("snap etcd 3.5.", converted.From, StringComparison.Ordinal);
        Assert.Contains(operation.Warnings, warning => warning.Contains("the snap is removed", StringComparison.Ordinal));
        foreach (string path in new[]
        {
            "snap etcd", "/snap/etcd", "/var/snap/etcd", "/var/lib/snapd/snaps/etcd_230.snap", "/etc/systemd/system/snap.etcd.etcd.service"
        })
            Assert.Contains(converted.OldFiles, file => file.Path == path && file.Removed);
        Assert.DoesNotContain(converted.OldFiles, file => !file.Removed);
        string archive = await hosts.LookAsync("n1", $"tar -tf {converted.Archive}");
        Assert.Contains("var/snap/etcd/common/client.crt", archive, StringComparison.Ordinal);
        Assert.Contains("var/snap/etcd/230/member/snap/db", archive, StringComparison.Ordinal);
        Assert.Equal("/var/lib/etcd/data", converted.DataDirectory);
        Assert.Equal("precious", (await converted.Cluster.Client.Kv.GetAsync("mine", cancellationToken: Token))?.ValueText);
        Assert.Equal(
            "active", (await hosts.LookAsync("n1", "systemctl is-active etcd.service; ls -d /snap/etcd /var/snap/etcd 2>/dev/null || true")).Trim());
    }

    [Fact]
    public async Task Convert_AnRpm_RemovesItWithoutItsScripts()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using HostPackages rpm = await HostPackages.RpmAsync(hosts, "n1");
        await using OtherInstallation theirs = await OtherInstallation.RpmAsync(hosts, await EtcdBinaries.GetAsync("3.5"), "n1");
        EtcdCluster cluster =
            (await new ClusterImporter(hosts.Context).ImportAsync(new ImportRequest { Name = "theirs", Hosts = [hosts.To("n1")] }, Token)).Cluster;
        await cluster.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);

        EtcdConversion converted = await ConvertAsync(hosts, cluster, "n1");

        Assert.Equal("package etcd 3.5", converted.From);
        foreach (string path in new[] { "package etcd", "/usr/bin/etcd", "/usr/lib/systemd/system/etcd.service", "/etc/etcd/etcd.conf" })
            Assert.Contains(converted.OldFiles, file => file.Path == path && file.Removed);
        Assert.Equal("precious", (await converted.Cluster.Client.Kv.GetAsync("mine", cancellationToken: Token))?.ValueText);
        string left = await hosts.LookAsync("n1",
            "rpm -q etcd; systemctl is-active etcd.service; systemctl is-enabled etcd.service; ls -A /etc/etcd /usr/bin/etcd 2>&1; id -un etcd");
        Assert.Contains("package etcd is not installed", left, StringComparison.Ordinal);
        Assert.Contains("active\nenabled", left, StringComparison.Ordinal); // its own scripts would have stopped and disabled it
        Assert.DoesNotContain("etcd.conf.rpmsave", left, StringComparison.Ordinal);
        Assert.EndsWith("etcd", left.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_TwoVoters_IsRefusedUnlessTheOperatorAllowsTheInterruption()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.YamlAsync(hosts, await EtcdBinaries.GetAsync("3.5"), "n1", "n2");
        EtcdCluster cluster = (await new ClusterImporter(hosts.Context).ImportAsync(
            new ImportRequest { Name = "theirs", Hosts = [hosts.To("n1"), hosts.To("n2")] }, Token)).Cluster;
        var converter = new MemberConverter(hosts.Context);

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => converter.PlanAsync(cluster, "n1", new ConversionRequest(), Token));
        foreach (string name in new[] { "n1", "n2" })
        {
            Operation<EtcdConversion> operation =
                await converter.PlanAsync(cluster, name, new ConversionRequest { AllowsInterruption = true }, Token);
            Assert.Contains(operation.Plan.Steps, step => step.Interrupts == "the whole cluster");
            await operation.RunAsync(null, Token);
        }

        EtcdCluster after = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        Assert.Equal(EtcdErrorIds.QuorumAtRisk, refused.ErrorId);
        Assert.Contains("-Force", refused.NextStep, StringComparison.Ordinal);
        Assert.Null(after.Migration);
        Assert.True((await hosts.HealthAsync(after)).Healthy);
    }

    private static async Task<EtcdCluster> ImportAsync(HostCluster hosts) => (await new ClusterImporter(hosts.Context).ImportAsync(
        new ImportRequest { Name = "theirs", Hosts = [.. Names.Select(name => hosts.To(name))] }, Token)).Cluster;

    private static async Task<EtcdConversion[]> ConvertAllAsync(HostCluster hosts, EtcdCluster cluster)
    {
        var converted = new List<EtcdConversion>();
        foreach (string name in Names) converted.Add(await ConvertAsync(hosts, cluster, name));
        return [.. converted];
    }

    private static async Task<EtcdConversion> ConvertAsync(HostCluster hosts, EtcdCluster cluster, string member)
    {
        Operation<EtcdConversion> operation = await new MemberConverter(hosts.Context).PlanAsync(cluster, member, new ConversionRequest(), Token);
        return await operation.RunAsync(null, Token);
    }
}
