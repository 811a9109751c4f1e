using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Schema;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>What is refused for a host's sake before a restore changes anything.</summary>
public sealed class RestoreHostGuardTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task PlanAsync_AnotherEtcdWithTheSameDataAndPorts_IsNamedWithBothProblems()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        string snapshot = await SaveAsync(cluster);
        MemberSpec member = cluster.Spec!.Members[0]; // installed
        await new MemberOperator(_lab.Context).StopAsync(cluster, member.Name, Token);
        var other = new EtcdServerProcess(member.BinaryPath("etcd", cluster.Spec.Version!.Value));
        AggregateException problems;
        try
        {
            other.Start(["--config-file", member.Layout.ConfigFile]);
            await Poll.UntilAsync(
                async () => (await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Members.Any(found =>
                    found.Reachable), Token);
            problems = await Assert.ThrowsAsync<AggregateException>(() => Restoring.PlanAsync(_lab.Context, cluster, snapshot));
        }
        finally
        {
            await other.KillAsync();
        }

        Assert.Equal([EtcdErrorIds.EtcdExists, EtcdErrorIds.PortInUse], problems.InnerExceptions.Cast<EtcdException>()
            .Select(problem => problem.ErrorId).Order());
        Assert.All(problems.InnerExceptions.Cast<EtcdException>(), problem => Assert.NotNull(problem.NextStep));
        Assert.False((await Restoring.PlanAsync(_lab.Context, cluster, snapshot)).Plan.IsEmpty); // now that it has gone
    }

    [Fact]
    public async Task PlanAsync_TooLittleRoomBesideTheData_IsRefusedWithTheFigures()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(_lab.Path + "/small", 200 << 10);
        InstallRequest request = (await LocalLab.RequestAsync("demo", 1, "3.5")) with { Directory = disk.Path };
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));
        string snapshot = await SaveAsync(cluster);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => Restoring.PlanAsync(_lab.Context, cluster, snapshot));

        Assert.Equal((EtcdErrorIds.DiskFull, "localhost"), (error.ErrorId, error.Target));
        Assert.Contains($"left on {disk.Path}", error.Message, StringComparison.Ordinal);
        // But for its disk.
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions { ComparesProfile = false }, Token)).Healthy);
        // Before the disk goes.
        await LocalLab.RunAsync(await new ClusterUninstaller(_lab.Context).PlanAsync(cluster, new UninstallRequest { RemoveData = true }, Token));
    }

    [Fact]
    public void Check_SomethingAnswersInAStoppedMembersPlace_IsRefusedAndSaysWhoseItWas()
    {
        var info = SnapshotSample.Info with
        {
            Members = [new SnapshotMember("a1", "old-2", ["https://10.0.0.2:2380"], ["https://10.0.0.2:2379"], false)],
        };
        RestoreSurvey quiet = Survey();
        RestoreSurvey reaching = quiet with
        {
            Reached = [new Reach("10.0.0.2", 2380, ReachAnswer.Open), new Reach("10.0.0.1", 2380, ReachAnswer.Open)],
        };
        RestoreHostGuard guard = Guard(info, running: "n1");

        var error = Assert.Throws<EtcdException>(() => guard.Check(Surveys(reaching, quiet)));

        Assert.Equal((EtcdErrorIds.EtcdExists, "n2"), (error.ErrorId, error.Target));
        Assert.Contains("old-2", error.Message, StringComparison.Ordinal);
        Guard(info, running: "n1").Check(Surveys(quiet, quiet));
    }

    [Fact]
    public void Check_SeveralHostsHaveProblems_TellsAll()
    {
        RestoreSurvey nameless = Survey() with { Unresolved = new HashSet<string> { "n1.example" } };
        RestoreSurvey full = Survey() with { Rooms = new Dictionary<string, RestoreRoom> { ["/var/lib/etcd/data"] = new("/", 1 << 20) } };

        var problems = Assert.Throws<AggregateException>(() => Guard(SnapshotSample.Info, "n1", "n2").Check(Surveys(nameless, full)));

        Assert.Equal(
            [("n1", EtcdErrorIds.HostUnreachable), ("n2", EtcdErrorIds.DiskFull)],
            problems.InnerExceptions.Cast<EtcdException>().Select(problem => ((string)problem.Target!, problem.ErrorId)));
    }

    private static RestoreHostGuard Guard(SnapshotInfo info, params string[] running)
    {
        MemberSpec[] members = [.. new[] { "n1", "n2" }.Select((name, i) => new MemberSpec
        {
            Name = name,
            HostName = name,
            Connection = new HostConnection { HostName = name },
            Address = $"10.0.0.{i + 1}",
            ClientPort = 2379,
            PeerPort = 2380,
            Directory = "/var/lib/etcd",
            BinDirectory = "/opt/etcd",
        })];
        var spec = new ClusterSpec { Token = "t", Members = members };
        return new RestoreHostGuard(new RestoreSpecs(spec, spec, []), info, running.ToDictionary(name => name, _ => 1), []);
    }

    private static RestoreSurvey Survey() => new(
        new EtcdHost { HostName = "n", Connection = HostConnection.Local },
        new Dictionary<string, RestoreRoom>(), new HashSet<string>(), [], []);

    private static Dictionary<string, RestoreSurvey> Surveys(RestoreSurvey first, RestoreSurvey second) => new() { ["n1"] = first, ["n2"] = second };

    private async Task<string> SaveAsync(EtcdCluster cluster) =>
        (await new SnapshotSaver(_lab.Context).SaveAsync(cluster, new SaveSnapshotRequest
        {
            Destination = _lab.Path + "/backups",
        }, null, Token)).Path;
}
