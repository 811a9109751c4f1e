using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.OnHosts;

/// <summary>Members that come, go and are replaced, while a client writes all the time.</summary>
[Collection(SharedHostLab.Name)]
public sealed class MembersOnHostsTests(HostLabFixture lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Etcd36Data("3.6")]
    [InlineData("3.5")]
    [InlineData("3.4")]
    [InlineData("3.3")]
    public async Task AddAndRemove_WhileAClientWrites_LoseNoAcknowledgedWrite(string version)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab, version);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2");
        await using SteadyWriter writer = SteadyWriter.Start(hosts.Context.Profiles, "prod");

        EtcdMember added = await hosts.AddAsync(cluster, "n3");
        EtcdCluster three = await hosts.Context.Profiles.LoadAsync("prod", Token);
        ClusterHealth whole = await hosts.HealthAsync(three);
        string leader = whole.Members.Single(member => member.IsLeader == true).Member;
        EtcdCluster two = await RemoveAsync(hosts, three, leader);

        await writer.StopAndVerifyAsync(Token);
        Assert.Equal("n3", added.Name);
        Assert.Contains(added.State, (MemberState[])[MemberState.Follower, MemberState.Leader]);
        Assert.Equal("Healthy with 3 known peers", whole.Summary);
        Assert.Equal("Healthy with 2 known peers", (await hosts.HealthAsync(two)).Summary);
        Assert.Equal(2, two.Endpoints.Count);
        Assert.Contains("data.before-removal-", await hosts.LookAsync(leader, "ls /var/lib/etcd"), StringComparison.Ordinal);
        Assert.Equal("inactive", (await hosts.LookAsync(leader, "systemctl is-active etcd.service || true")).Trim());
    }

    [Fact]
    public async Task Add_Learner_StaysWithoutVoteAndIsPromotedLater()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2");

        EtcdMember learner = await hosts.AddAsync(cluster, "n3", learner: true);
        EtcdMember voter = await hosts.AddAsync(cluster, "n3");
        Operation<EtcdMember> again = await new MemberAdder(hosts.Context).PlanAsync(
            cluster, new AddMemberRequest { Host = new HostRequest { Connection = hosts.To("n3") } }, Token);

        Assert.Equal(MemberState.Learner, learner.State);
        Assert.Equal(MemberState.Follower, voter.State);
        Assert.True(again.Plan.IsEmpty, string.Join('\n', again.Plan.Steps));
    }

    [Theory]
    [InlineData("Add member n3 to the cluster", 2)]
    [InlineData("Start member n3", 2)]
    [InlineData("caught up", 2)]
    [InlineData("Prove that member n3", 3)]
    public async Task Add_Cancelled_TakesBackAllButAVoteAndIsDoneByTheSameCommand(string step, int members)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2");
        var request = new AddMemberRequest { Host = new HostRequest { Connection = hosts.To("n3") }, Package = hosts.Package };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Operation<EtcdMember> operation = await new MemberAdder(hosts.Context).PlanAsync(cluster, request, Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation.RunAsync(EventTrigger.OnMessage(step, stop.Cancel), stop.Token));
        IReadOnlyList<Member> between = (await cluster.Client.Cluster.ListAsync(cancellationToken: Token)).Members;
        EtcdCluster saved = await hosts.Context.Profiles.LoadAsync("prod", Token);
        string state = (await hosts.LookAsync("n3", "systemctl is-active etcd.service || true")).Trim();
        string files = await hosts.LookAsync(
            "n3", "ls -d /etc/etcd* /etc/systemd/system/etcd.service /etc/systemd/system/*.wants/etcd.service 2>/dev/null || true");
        EtcdMember added = await hosts.AddAsync(cluster, "n3");

        Assert.DoesNotContain(between, member => member.IsLearner);
        Assert.Equal((members, members, members == 3), (between.Count, saved.Spec!.Members.Count, state == "active"));
        Assert.Equal(members == 3, files.Length > 0);
        Assert.Equal(MemberState.Follower, added.State);
    }

    [Fact]
    public async Task Add_NameTakenByAnotherHost_IsRefused()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        var request = new AddMemberRequest { Host = new HostRequest { Connection = hosts.To("n2"), Name = "n1" }, Package = hosts.Package };

        var error = await Assert.ThrowsAsync<EtcdException>(() => new MemberAdder(hosts.Context).PlanAsync(cluster, request, Token));

        Assert.Equal(EtcdErrorIds.AlreadyExists, error.ErrorId);
    }

    [Fact]
    public async Task Remove_WhereTheQuorumWouldBeLost_IsRefusedWithTheArithmetic()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await hosts.LookAsync("n3", "systemctl stop etcd.service");

        var error = await Assert.ThrowsAsync<EtcdException>(() => new MemberRemover(hosts.Context).PlanAsync(cluster, "n2", Token));

        Assert.Equal(EtcdErrorIds.QuorumAtRisk, error.ErrorId);
        Assert.Contains("2 voters, whose quorum is 2, and 1 would be up", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_DeadHost_TakesItOutAndTheSameCommandClearsTheHostWhenItIsBack()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await hosts.Lab["n3"].KillAsync();
        try
        {
            Operation<EtcdCluster> operation = await new MemberRemover(hosts.Context).PlanAsync(cluster, "n3", Token);
            EtcdCluster after = await operation.RunAsync(null, Token);

            Assert.Contains("n3 is not cleared", Assert.Single(operation.Warnings), StringComparison.Ordinal);
            Assert.Equal("Healthy with 2 known peers", (await hosts.HealthAsync(after)).Summary);
            await hosts.Lab["n3"].StartAsync(Token);
            await Poll.UntilAsync(
                async () => (await hosts.LookAsync("n3", "journalctl -u etcd.service --no-pager")).Contains("removed", StringComparison.Ordinal),
                    Token);
            Assert.Equal("Healthy with 2 known peers", (await hosts.HealthAsync(after)).Summary);
            const string Files =
                "cat /etc/etcd/etcd.conf.yml /etc/systemd/system/etcd.service /etc/etcd/pki/*; systemctl is-enabled etcd.service; ls /var/lib/etcd";
            string former = await hosts.LookAsync("n3", Files);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            Operation<EtcdMember> addition = await new MemberAdder(hosts.Context).PlanAsync(
                after, new AddMemberRequest { Host = new HostRequest { Connection = hosts.To("n3") }, Package = hosts.Package }, Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                addition.RunAsync(EventTrigger.OnMessage("Start member n3", stop.Cancel), stop.Token));
            string undone = await hosts.LookAsync("n3", Files);
            EtcdException other = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync(hosts.Request("n3") with { Name = "other" }));
            Operation<EtcdCluster> clearing = await new MemberRemover(hosts.Context).PlanAsync(after, "n3", Token);
            EtcdCluster cleared = await clearing.RunAsync(null, Token);

            Assert.Contains("no longer in the cluster", addition.Plan.Steps[0].Action, StringComparison.Ordinal);
            Assert.Equal(former, undone.Replace(Leftover(undone), "", StringComparison.Ordinal));
            Assert.Equal(EtcdErrorIds.EtcdExists, other.ErrorId);
            Assert.Contains(
                "the former member n3 of cluster 'prod', which has been removed from the cluster", other.Message, StringComparison.Ordinal);
            Assert.Contains("Remove-EtcdMember n3 -Cluster prod", other.NextStep, StringComparison.Ordinal);
            Assert.Contains(clearing.Plan.Steps, step => step.HostName == "n3"
                && step.Action.StartsWith("Stop the former member n3", StringComparison.Ordinal));
            Assert.Null(cleared.RequireSpec().Uncleared);
            Assert.Empty(await hosts.LookAsync("n3", "ls -d /etc/etcd* /etc/systemd/system/etcd.service 2>/dev/null || true"));
            Assert.Contains("data.before-removal-", await hosts.LookAsync("n3", "ls /var/lib/etcd"), StringComparison.Ordinal);
        }
        finally
        {
            if (!await IsUpAsync(hosts, "n3")) await hosts.Lab["n3"].StartAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Repair_MemberThatLostItsDisk_JoinsAgainWhileAClientWrites()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await using SteadyWriter writer = SteadyWriter.Start(hosts.Context.Profiles, "prod");
        await hosts.LookAsync("n2", "systemctl stop etcd.service; rm -rf /var/lib/etcd/data /etc/etcd");
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => hosts.InstallAsync("n1", "n2", "n3"));

        Operation<EtcdMember> operation = await new MemberRepairer(hosts.Context).PlanAsync(cluster, "n2", new RepairMemberRequest(), Token);
        EtcdMember repaired = await operation.RunAsync(null, Token);

        await writer.StopAndVerifyAsync(Token);
        Assert.Equal(EtcdErrorIds.MemberDataLost, refused.ErrorId);
        Assert.Contains("Repair-EtcdMember", refused.NextStep, StringComparison.Ordinal);
        Assert.Equal(MemberState.Follower, repaired.State);
        Assert.Equal("Healthy with 3 known peers", (await hosts.HealthAsync(cluster)).Summary);
    }

    [Fact]
    public async Task Start_AllOfAStoppedClusterOneHostDead_ServeButThatOne()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab, "3.4");
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await Task.WhenAll(new[] { "n1", "n2", "n3" }.Select(host => hosts.LookAsync(host, "systemctl stop etcd.service")));
        await hosts.Lab["n3"].KillAsync();

        IReadOnlyList<MemberStart> starts = await new MemberOperator(hosts.Context)
            .StartAsync(cluster, ["n3", "n1", "n2", "n1"], TimeSpan.FromSeconds(30), throttleLimit: 1, Token);

        Assert.Equal(["n3", "n1", "n2"], starts.Select(start => start.Member));
        Assert.Equal((EtcdErrorKind.Connection, true), (starts[0].Error?.Kind, starts[0].Verdict is null));
        Assert.All(starts.Skip(1), start => Assert.Equal((null, true), (start.Error, start.Verdict?.HasQuorum)));
    }

    [Fact]
    public async Task MoveLeader_ToAMember_MovesItThere()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        var mover = new LeaderMover(hosts.Context);
        LeaderMove move = await mover.PlanAsync(cluster, null, Token);

        EtcdMember leader = await mover.MoveAsync(move, Token);

        Assert.NotEqual(move.From, move.To);
        Assert.Equal((move.To, MemberState.Leader), (leader.Name, leader.State));
    }

    [Fact]
    public async Task SetConfiguration_OtherPorts_MovesMembersOneByOneWhileAClientWrites()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await using SteadyWriter writer = SteadyWriter.Start(hosts.Context.Profiles, "prod");
        var request = new ConfigurationRequest { ClientPort = 12379, PeerPort = 12380 };

        EtcdCluster moved = await (await new ConfigurationChanger(hosts.Context).PlanAsync(cluster, request, Token)).RunAsync(null, Token);

        await writer.StopAndVerifyAsync(Token);
        ClusterHealth health = await hosts.HealthAsync(moved);
        Assert.Equal("Healthy with 3 known peers", health.Summary);
        Assert.All(health.Members, member => Assert.Equal(12379, member.Endpoint?.Port));
        Assert.All((await moved.Client.Cluster.ListAsync(cancellationToken: Token)).Members, member => Assert.Equal(12380, member.PeerUrls[0].Port));
        Assert.True((await new ConfigurationChanger(hosts.Context).PlanAsync(moved, request, Token)).Plan.IsEmpty);
    }

    [Fact]
    public async Task SetConfiguration_SettingThatEtcdRefuses_PutsTheOldOnesBack()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        string before = await hosts.LookAsync("n1", "cat /etc/etcd/etcd.conf.yml");
        var request = new ConfigurationRequest
        {
            ClientPort = 12379,
            Extra = new Dictionary<string, object?> { ["auth-token"] = "jwt,sign-method=RS256,priv-key=/no/such/key" },
        };
        Operation<EtcdCluster> operation = await new ConfigurationChanger(hosts.Context).PlanAsync(cluster, request, Token);

        var error = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(null, Token));

        Assert.Equal(EtcdErrorIds.MemberStartFailed, error.ErrorId);
        Assert.Contains("invalid auth options", error.Message, StringComparison.Ordinal);
        await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token);
        Assert.Equal(before, await hosts.LookAsync("n1", "cat /etc/etcd/etcd.conf.yml"));
        Assert.All((await hosts.Context.Profiles.LoadAsync("prod", Token)).Endpoints, endpoint => Assert.Equal(2379, endpoint.Port));
    }

    [Fact]
    public async Task ReadConfiguration_FileChangedByHand_ShowsTheDrift()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        await hosts.LookAsync(
            "n1", "echo 'heartbeat-interval: 250' >>/etc/etcd/etcd.conf.yml; echo 'LimitCORE=0' >>/etc/systemd/system/etcd.service");

        EtcdMemberConfiguration found = await Assert.Single(new ConfigurationReader(hosts.Context).Read(cluster, ["n1"], Token));

        Assert.False(found.IsAsSpecified);
        Assert.True(found.RestartPending);
        Assert.Equal(["heartbeat-interval", "etcd.service"], found.Drift.Select(drift => drift.Setting));
        Assert.Equal("250", found.Settings["heartbeat-interval"]);
        Assert.Contains("--config-file /etc/etcd/etcd.conf.yml", found.CommandLine, StringComparison.Ordinal);
        await HandEditsAreNamedAndKeptAsync(hosts, cluster);
    }

    private static async Task HandEditsAreNamedAndKeptAsync(HostCluster hosts, EtcdCluster cluster)
    {
        var changer = new ConfigurationChanger(hosts.Context);
        var undecided = await Assert.ThrowsAsync<EtcdException>(() => changer.PlanAsync(cluster, new ConfigurationRequest(), Token));
        var notKept =
            await Assert.ThrowsAsync<EtcdException>(() =>
                changer.PlanAsync(cluster, new ConfigurationRequest { HandEdit = HandEditAction.Keep }, Token));
        await (await changer.PlanAsync(cluster, new ConfigurationRequest { HandEdit = HandEditAction.Overwrite }, Token)).RunAsync(null, Token);

        Assert.Contains("n1: heartbeat-interval: 250 instead of nothing; etcd.service: +LimitCORE=0", undecided.Message, StringComparison.Ordinal);
        Assert.All([undecided, notKept], error => Assert.Contains("systemctl edit etcd.service", error.NextStep, StringComparison.Ordinal));
        Assert.True((await Assert.Single(new ConfigurationReader(hosts.Context).Read(cluster, ["n1"], Token))).IsAsSpecified);
        Assert.Equal("heartbeat-interval: 250\nLimitCORE=0",
            await hosts.LookAsync("n1", "tail -qn 1 /etc/etcd/etcd.conf.yml.*.kept /etc/etcd/etcd.service.*.kept"));
    }

    [Fact]
    public async Task SetConfiguration_MemberThatAnotherOperatorAdded_IsRefusedUntilItIsTakenFromTheCluster()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using HostCluster other = hosts.Other();
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        Copy(hosts.Context.Profiles.Folder("prod"), other.Context.Profiles.Folder("prod"));
        await hosts.AddAsync(cluster, "n2", learner: true);
        var changer = new ConfigurationChanger(other.Context);
        var request = new ConfigurationRequest { Extra = new Dictionary<string, object?> { ["max-txn-ops"] = 256 } };

        var error = await Assert.ThrowsAsync<EtcdException>(() => changer.PlanAsync(cluster, request, Token));
        Operation<EtcdCluster> taking = await changer.PlanAsync(cluster, new ConfigurationRequest { FromCluster = true }, Token);
        EtcdCluster taken = await taking.RunAsync(null, Token);
        await (await changer.PlanAsync(taken, request, Token)).RunAsync(null, Token);

        Assert.Equal(EtcdErrorIds.ProfileOutdated, error.ErrorId);
        Assert.Contains("member n2 (", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(taking.Plan.Steps, step => step.Interrupts is not null);
        EtcdCluster owned = await hosts.Context.Profiles.LoadAsync("prod", Token);
        Assert.Equal(owned.Spec!.Members.Select(member => (member.Name, member.HostName, member.Address, member.Bootstrap)),
            taken.Spec!.Members.Select(member => (member.Name, member.HostName, member.Address, member.Bootstrap)));
        Assert.Contains("max-txn-ops: 256", await hosts.LookAsync("n2", "cat /etc/etcd/etcd.conf.yml"), StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!); // within the folder
            File.Copy(file, copy);
        }
    }

    /// <summary>The line of the data that the member made which was taken back.</summary>
    private static string Leftover(string listing) =>
        listing.Split('\n').FirstOrDefault(line => line.StartsWith("data.before-undo-", StringComparison.Ordinal)) is { } line ? line + "\n" : "\0";

    private static async Task<EtcdCluster> RemoveAsync(HostCluster hosts, EtcdCluster cluster, string member) =>
        await (await new MemberRemover(hosts.Context).PlanAsync(cluster, member, Token)).RunAsync(null, Token);

    private static async Task<bool> IsUpAsync(HostCluster hosts, string host)
    {
        try
        {
            await hosts.LookAsync(host, "true");
            return true;
        }
        catch (EtcdAdmin.Lab.LabException)
        {
            return false;
        }
    }
}
