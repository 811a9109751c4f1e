using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Recovery.Undo;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>Restores to one member, which then grows or stays alone; and what is known of revisions when nobody can be asked.</summary>
public sealed class RestoreGrowthTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task RestoreAsync_ToOneMember_OthersJoinItAgainAndARepairCarriesOn()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        string path = await FillAndSaveAsync(cluster);
        var request = new RestoreRequest { Member = "demo-2" };

        EtcdRestore restore = await LocalLab.RunAsync(await Restoring.PlanAsync(_lab.Context, cluster, path, request));
        await AssertWholeAsync(restore.Cluster);
        Operation<EtcdRestore> broken = await Restoring.PlanAsync(_lab.Context, cluster, path, request);
        await Assert.ThrowsAsync<PowerCutException>(() => broken.RunAsync(new PowerCut("Add member demo-3"), Token));
        var repair = new ClusterRepairer(_lab.Context);
        await LocalLab.RunAsync(await repair.PlanAsync(restore.Cluster, new RepairClusterRequest(), null, Token));

        Assert.Equal(["demo-2", "demo-1", "demo-3"], restore.Backup.Select(backup => backup.Member).Distinct());
        Assert.All(restore.Backup, backup => Assert.True(File.Exists(backup.Path + "/member/snap/db")));
        await AssertWholeAsync(await _lab.Context.Profiles.LoadAsync("demo", Token));
    }

    [Fact]
    public async Task RestoreAsync_ToOneMemberAlone_LeavesTheOthersOut()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 2, "3.4");
        string path = await FillAndSaveAsync(cluster);

        EtcdRestore restore = await LocalLab.RunAsync(
            await Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Member = "demo-2", NoRejoin = true }));

        EtcdCluster now = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.Equal(["demo-2"], now.Spec!.Members.Select(member => member.Name));
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(now, new HealthOptions(), Token)).Healthy);
        Assert.Equal(20, await now.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token));
        Assert.Contains(".before-removal-", Assert.Single(restore.Backup, backup => backup.Member == "demo-1").Path, StringComparison.Ordinal);
        var error =
            await Assert.ThrowsAnyAsync<EtcdException>(() =>
                Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Member = "demo-1" }));
        Assert.Equal((EtcdErrorIds.MemberNotFound, "demo-1"), (error.ErrorId, error.Target));
    }

    [Fact]
    public async Task RestoreAsync_StoppedAfterTheProof_TellsHowToUndoItAndHasKeptTheConfiguration()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 2, "3.5");
        string path = await FillAndSaveAsync(cluster);
        Operation<EtcdRestore> operation = await Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Member = "demo-2" });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var told = new EventRecorder();
        var events = new EventTrigger(
            value =>
            {
                told.Report(value);
                return value is MessageEvent message && message.Text.Contains("Add member demo-1", StringComparison.Ordinal);
            },
            stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation.RunAsync(events, stop.Token));

        string warning = Assert.Single(
            told.Of<WarningEvent>(), warning => warning.Text.Contains("is restored and proved", StringComparison.Ordinal)).Text;
        string kept = Assert.Single(Directory.GetDirectories(cluster.Spec!.Members[1].Directory, "data.before-restore-*")); // installed
        string profile = Assert.Single(Directory.GetFiles(_lab.Context.Profiles.Folder("demo"), "cluster.json.before-restore-*"));
        string id = kept[^15..]; // its time
        Assert.Contains($"'{profile}'", warning, StringComparison.Ordinal);
        Assert.EndsWith($"Undo-EtcdRestore demo {id}", warning, StringComparison.Ordinal);
        Assert.Equal(id, Assert.Single(await new RestoreUndoer(_lab.Context).ListAsync(cluster, id: null, Token)).Id);
        var halfway =
            await Assert.ThrowsAnyAsync<EtcdException>(() =>
                new RestoreUndoer(_lab.Context).PlanAsync(cluster, new UndoRequest(), database: null, Token));
        Assert.Contains("Repair-EtcdCluster", halfway.NextStep, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(kept, "etcd.conf.yml", SearchOption.AllDirectories));
        EtcdCluster now = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.Equal(20, await now.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token));
    }

    [Fact]
    public async Task PlanAsync_NobodyLives_PassesWhatWasSeenLastAndWhatLaterSnapshotsTell()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        string path = await FillAndSaveAsync(cluster);
        await cluster.Client.Kv.PutAsync("/later", "1", cancellationToken: Token);
        EtcdSnapshot later = await SaveAsync(cluster);
        long seen = (await cluster.Client.Kv.PutAsync("/later", "2", cancellationToken: Token)).Header.Revision;
        await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token);
        await new MemberOperator(_lab.Context).StopAsync(cluster, "demo-1", Token);

        string withHealth = await StepAsync(cluster, path);
        File.Delete(_lab.Context.Profiles.Folder("demo") + "/last-seen.json");
        string withCatalogue = await StepAsync(cluster, path);
        File.Delete(later.Path + ".json");
        File.Delete(path + ".json");
        string withNothing = await StepAsync(cluster, path);

        Assert.Matches($@"revisions raised by 100000000\d \(cluster demo was seen on \d{{4}}-\d\d-\d\d at {seen}\)$", withHealth);
        Assert.EndsWith(
            $"revisions raised by 1000000003 ({Path.GetFileName(later.Path)} is at {later.Revision})", withCatalogue, StringComparison.Ordinal);
        Assert.EndsWith("revisions raised by 1000000000", withNothing, StringComparison.Ordinal);
    }

    private async Task<string> StepAsync(EtcdCluster cluster, string path) =>
        (await Restoring.PlanAsync(_lab.Context, cluster, path)).Plan.Steps.Single(step =>
            step.Action.StartsWith("Make the data", StringComparison.Ordinal)).Action;

    private async Task<string> FillAndSaveAsync(EtcdCluster cluster)
    {
        for (int i = 0; i < 20; i++) await cluster.Client.Kv.PutAsync($"/k/{i}", "value", cancellationToken: Token);
        string path = (await SaveAsync(cluster)).Path;
        await cluster.Client.Kv.PutAsync("/written/after", "the snapshot", cancellationToken: Token);
        await cluster.Client.Kv.DeleteAsync(KeyRange.Key("/written/after"), cancellationToken: Token);
        return path;
    }

    private Task<EtcdSnapshot> SaveAsync(EtcdCluster cluster) => new SnapshotSaver(_lab.Context)
        .SaveAsync(cluster, new SaveSnapshotRequest { Destination = _lab.Path + "/backups" }, null, Token);

    private async Task AssertWholeAsync(EtcdCluster cluster)
    {
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions { CheckHash = true }, Token);
        Assert.True(health.Healthy, string.Join("; ", health.Members));
        Assert.Equal("Healthy with 3 known peers", health.Summary);
        Assert.All(health.Members, member => Assert.False(member.IsLearner));
        Assert.Equal(20, await cluster.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token));
        Assert.Equal((null, null), ((await _lab.Context.Profiles.LoadAsync("demo", Token)).Spec!.Recovery, cluster.Spec!.Restore));
    }
}
