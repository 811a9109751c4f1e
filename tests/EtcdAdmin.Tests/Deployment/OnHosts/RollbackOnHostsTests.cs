using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.OnHosts;

/// <summary>Operations that fail when voters are missing: what cannot be rolled back without harm stays, and is said.</summary>
[Collection(FaultsHostLab.Name)]
public sealed class RollbackOnHostsTests(HostLabFixture lab)
{
    // Two election timeouts, and what a call to the member that is gone takes.
    private static readonly TimeSpan AnElection = TimeSpan.FromSeconds(2.5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SetConfiguration_LeaderCutOffInTheMiddle_CostsWritersNoMoreThanTheFaultItself()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        TimeSpan fault = await MeasureAsync(hosts, cluster, leader => Task.Delay(TimeSpan.FromSeconds(5), Token));

        EtcdException? error = null;
        string[] restarted = [];
        TimeSpan during = await MeasureAsync(
            hosts, cluster, async _ => (error, restarted) = await ChangeUntilCutOffAsync(hosts, cluster), isCut: false);
        EtcdCluster between = await hosts.Context.Profiles.LoadAsync("prod", Token);
        await using SteadyWriter writer = SteadyWriter.Start(cluster);
        EtcdCluster after = await (await PlanAsync(hosts, between)).RunAsync(null, Token);
        await writer.StopAndVerifyAsync(Token);

        Tell("leader cut off, without the command", fault);
        Tell("leader cut off during the command", during);

        string first = Assert.Single(restarted);
        Assert.Contains("Not rolled back: 'Apply the changed settings to member " + first, error!.Message, StringComparison.Ordinal);
        Assert.Contains("would be up without it, and the quorum is 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("run the same command again", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(5000, between.Spec!.Tuning.SnapshotCount);
        Assert.True(during <= fault + AnElection, string.Create(CultureInfo.InvariantCulture, $"{during} with the command, {fault} without"));
        Assert.True((await PlanAsync(hosts, after)).Plan.IsEmpty);
        foreach (string host in new[] { "n1", "n2", "n3" })
        {
            Assert.Equal("snapshot-count: 5000", (await hosts.LookAsync(host, "grep snapshot-count /etc/etcd/etcd.conf.yml")).Trim());
            Assert.Equal("", (await hosts.LookAsync(host, "ls /etc/etcd/*.before /etc/systemd/system/*.before 2>/dev/null || true")).Trim());
        }
    }

    [Fact]
    public async Task Add_PowerCutAfterTheVote_SaysThatTheMemberStays()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2");
        var request = new AddMemberRequest { Host = new HostRequest { Connection = hosts.To("n3") }, Package = hosts.Package };
        Operation<EtcdMember> operation = await new MemberAdder(hosts.Context).PlanAsync(cluster, request, Token);
        var cut = EventTrigger.OnMessage("has caught up and is a voter", () => hosts.Lab["n3"].KillAsync().GetAwaiter().GetResult());

        await using SteadyWriter writer = SteadyWriter.Start(cluster);
        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(cut, Token));
        await writer.StopAndVerifyAsync(Token);
        IReadOnlyList<Member> between = (await cluster.Client.Cluster.ListAsync(cancellationToken: Token)).Members;
        EtcdCluster saved = await hosts.Context.Profiles.LoadAsync("prod", Token);
        var declined = await Assert.ThrowsAsync<StepNotUndoneException>(() =>
            new MembershipSteps(hosts.Context, saved.Reaching(cluster.Endpoints)).UndoAddAsync(saved.Spec!.Members[2], Token));
        await hosts.Lab["n3"].StartAsync(Token);
        await Poll.UntilAsync(async () => (await hosts.HealthAsync(saved)).Healthy, Token); // its unit starts with the host
        EtcdMember added = await hosts.AddAsync(saved, "n3");

        Tell("new voter lost its power", writer.LongestGap);
        Assert.True(writer.LongestGap <= AnElection, $"{writer.LongestGap}");
        // The loss is noticed before the last step begins, or while it runs.
        Assert.DoesNotContain("steps were rolled back", error.Message, StringComparison.Ordinal);
        Assert.Contains("so it is kept in cluster", error.Message, StringComparison.Ordinal);
        Assert.Equal((3, 3), (between.Count(member => !member.IsLearner), saved.Spec!.Members.Count));
        Assert.Contains("Remove-EtcdMember n3", declined.NextStep, StringComparison.Ordinal);
        Assert.Equal(MemberState.Follower, added.State);
    }

    [Fact]
    public async Task SetConfiguration_FullDisk_IsRefusedFirstAndLeavesNothingWhenItFillsUpMeanwhile()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        // etcd may end by itself on a full disk; what systemd was told to stop is what the command did.
        const string State =
            "sha256sum /etc/etcd/etcd.conf.yml /etc/systemd/system/etcd.service; ls /etc/etcd; journalctl --unit=etcd.service "
                + "--output=cat | grep -c '^Stopping' || :";
        string leader = await LeaderAsync(hosts, cluster);
        string full = new[] { "n1", "n2" }.First(host => host != leader);
        string before = await hosts.LookAsync(full, State);
        EtcdException refused, failed;
        await using SteadyWriter writer = SteadyWriter.Start(cluster);
        try
        {
            await hosts.Lab[full].FillDiskAsync(cancellationToken: Token);
            refused = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(hosts, cluster));
            await hosts.Lab[full].FreeDiskAsync(cancellationToken: Token);
            await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token);
            Operation<EtcdCluster> operation = await PlanAsync(hosts, cluster);
            var fill = EventTrigger.OnMessage(
                "Apply the changed", () => hosts.Lab[full].FillDiskAsync(cancellationToken: Token).GetAwaiter().GetResult());
            failed = await Assert.ThrowsAnyAsync<EtcdException>(() => operation.RunAsync(fill, Token));
        }
        finally
        {
            await hosts.Lab[full].FreeDiskAsync(cancellationToken: CancellationToken.None);
        }

        await writer.StopAndVerifyAsync(Token);

        Tell("disk that fills up, one restart at a time", writer.LongestGap);
        Assert.True(writer.LongestGap <= AnElection, $"{writer.LongestGap}");
        Assert.Equal((EtcdErrorIds.DiskFull, full), (refused.ErrorId, refused.Target));
        Assert.Matches($"^{full} has [0-9]+ MB free on /, but [0-9]+ MB are needed for /etc/etcd and ", refused.Message);
        Assert.Equal(EtcdErrorIds.DiskFull, failed.ErrorId);
        Assert.EndsWith(" All earlier steps were rolled back.", failed.Message, StringComparison.Ordinal);
        Assert.Equal(before, await hosts.LookAsync(full, State));
        Assert.Null((await hosts.Context.Profiles.LoadAsync("prod", Token)).Spec!.Tuning.SnapshotCount);
    }

    [Fact]
    public async Task Add_ThisSideLacksWhatIsNeeded_IsRefusedBeforeAnythingIsDone()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        var pki = new ProfilePki(hosts.Context.Profiles.Folder("prod"));
        string key = await File.ReadAllTextAsync(pki.CaKeyFile, Token);
        var request = new AddMemberRequest { Host = new HostRequest { Connection = hosts.To("n2") }, Package = hosts.Package };
        async Task<EtcdException> RefusedAsync(AddMemberRequest asked, AdminContext? context = null) =>
            await Assert.ThrowsAsync<EtcdException>(() => new MemberAdder(context ?? hosts.Context).PlanAsync(cluster, asked, Token));

        EtcdException noPackage = await RefusedAsync(request with { Package = new PackageRequest { Path = "/nonexistent/etcd" } });
        EtcdException expired = await RefusedAsync(request, hosts.Context with { Clock = new FixedClock(DateTimeOffset.UtcNow.AddYears(20)) });
        File.Delete(pki.CaKeyFile);
        EtcdException noKey = await RefusedAsync(request);
        using (var other = CertificateAuthority.Create("other")) await File.WriteAllTextAsync(pki.CaKeyFile, other.ExportKeyPem(), Token);
        EtcdException wrongKey = await RefusedAsync(request);
        await File.WriteAllTextAsync(pki.CaKeyFile, key, Token);
        Operation<EtcdMember> allowed = await new MemberAdder(hosts.Context).PlanAsync(cluster, request, Token);

        Assert.Equal((EtcdErrorIds.PackageNotFound, EtcdErrorIds.CertificateInvalid), (noPackage.ErrorId, expired.ErrorId));
        Assert.All([noKey, wrongKey], error => Assert.Equal((EtcdErrorIds.CertificateInvalid, pki.CaKeyFile), (error.ErrorId, error.Target)));
        Assert.Contains("its key does not match its certificate", wrongKey.Message, StringComparison.Ordinal);
        Assert.Contains("put the authority's certificate and key back", noKey.NextStep, StringComparison.Ordinal);
        Assert.NotEmpty(allowed.Plan.Steps);
        Assert.Equal("", (await hosts.LookAsync("n2", "ls -d /opt/etcd /etc/etcd 2>/dev/null || true")).Trim());
    }

    /// <summary>
    /// The longest time without a write through the followers while something happens to the cluster whose leader is, or will be, cut off.
    /// </summary>
    private static async Task<TimeSpan> MeasureAsync(HostCluster hosts, EtcdCluster cluster, Func<string, Task> act, bool isCut = true)
    {
        string leader = await LeaderAsync(hosts, cluster);
        await using SteadyWriter writer = SteadyWriter.Start(
            cluster.Reaching([.. cluster.Spec!.Members.Where(member => member.Name != leader).Select(member => member.ClientUrl(tls: true))]));
        await Poll.UntilAsync(() => Task.FromResult(writer.Acknowledged > 50), Token);
        writer.ForgetGap();
        if (isCut) await hosts.Lab[leader].PartitionAsync(cancellationToken: Token);
        await act(leader);
        await writer.StopAndVerifyAsync(Token);
        await hosts.Lab[leader].HealAsync(Token);
        await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token);
        return writer.LongestGap;
    }

    /// <summary>Changes a setting, and cuts the leader off as soon as one follower has been restarted. Which members were restarted?</summary>
    private static async Task<(EtcdException Error, string[] Restarted)> ChangeUntilCutOffAsync(HostCluster hosts, EtcdCluster cluster)
    {
        string leader = await LeaderAsync(hosts, cluster);
        Dictionary<string, string> before = await ProcessesAsync(hosts);
        Operation<EtcdCluster> operation = await PlanAsync(hosts, cluster);
        PlanStep second = operation.Plan.Steps.Where(step => step.Action.StartsWith("Apply", StringComparison.Ordinal)).ElementAt(1);
        var cut = EventTrigger.OnMessage(second.Action, () => hosts.Lab[leader].PartitionAsync(cancellationToken: Token).GetAwaiter().GetResult());
        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(cut, Token));
        Dictionary<string, string> after = await ProcessesAsync(hosts);
        return (error, [.. after.Where(pair => before[pair.Key] != pair.Value).Select(pair => pair.Key)]);
    }

    private static async Task<Operation<EtcdCluster>> PlanAsync(HostCluster hosts, EtcdCluster cluster)
    {
        var request = new ConfigurationRequest { Tuning = new EtcdTuning { SnapshotCount = 5000 } };
        return await new ConfigurationChanger(hosts.Context with { UndoPatience = TimeSpan.FromSeconds(3) }).PlanAsync(cluster, request, Token);
    }

    private static void Tell(string fault, TimeSpan gap) =>
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{fault}: no write for {gap.TotalSeconds:0.00} s at the longest"));

    private static async Task<string> LeaderAsync(HostCluster hosts, EtcdCluster cluster) =>
        (await hosts.HealthAsync(cluster)).Members.Single(member => member.IsLeader == true).Member;

    private static async Task<Dictionary<string, string>> ProcessesAsync(HostCluster hosts)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string host in new[] { "n1", "n2", "n3" })
            found[host] = await hosts.LookAsync(host, "systemctl show --property=MainPID --property=NRestarts etcd.service");
        return found;
    }
}
