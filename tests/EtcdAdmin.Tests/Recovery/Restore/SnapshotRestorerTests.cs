using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

public sealed class SnapshotRestorerTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.4", 3, 1)]
    [InlineData("3.5", 1, 3)]
    [Etcd36Data("3.6", 1, 3)]
    [Etcd37Data("3.7", 1, 1)]
    public async Task RestoreAsync_IntoAnotherCluster_HoldsTheSameKeyByKey(string version, int sourceSize, int targetSize)
    {
        EtcdCluster source = await _lab.InstallAsync("source", sourceSize, version);
        await FillAsync(source, 200);
        EtcdSnapshot snapshot = await SaveAsync(source);
        EtcdCluster target = await _lab.InstallAsync("target", targetSize, version);
        await target.Client.Kv.PutAsync("/old", "data", cancellationToken: Token);

        EtcdRestore restore = await LocalLab.RunAsync(await PlanAsync(target, snapshot));

        Assert.Equal(await ReadAllAsync(source), await ReadAllAsync(restore.Cluster));
        Assert.Equal(snapshot.TotalKeys, restore.TotalKeys);
        Assert.Equal(targetSize, restore.Backup.Count);
        Assert.All(restore.Backup, backup =>
            Assert.Equal(backup.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(backup.Path + "/member/snap/db")))));
        EtcdCluster saved = await _lab.Context.Profiles.LoadAsync("target", Token);
        Assert.NotEqual(target.Spec!.Token, saved.Spec!.Token);
        Assert.True((await _lab.Installer.PlanAsync(new InstallRequest { Name = "target" }, Token)).Plan.IsEmpty);
        PutResult put = await saved.Client.Kv.PutAsync("/after", "restore", cancellationToken: Token);
        Assert.True(put.Header.Revision > restore.Revision);
    }

    [Fact]
    public async Task PlanAsync_DamagedSnapshots_AreRefusedBeforeAnythingIsTouched()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 20);
        EtcdSnapshot snapshot = await SaveAsync(cluster);
        byte[] whole = await File.ReadAllBytesAsync(snapshot.Path, Token);
        byte[] flipped = [.. whole];
        flipped[^20_000] ^= 0x10;
        await File.WriteAllBytesAsync(_lab.Path + "/flipped.db", flipped, Token);
        await File.WriteAllBytesAsync(_lab.Path + "/short.db", whole.AsMemory(0, whole.Length - 5000), Token);
        await File.WriteAllBytesAsync(_lab.Path + "/raw.db", whole.AsMemory(0, whole.Length - 32), Token);

        foreach (string name in new[] { "flipped", "short", "raw" })
        {
            var error = await Assert.ThrowsAnyAsync<EtcdException>(() => Restoring.PlanAsync(_lab.Context, cluster, $"{_lab.Path}/{name}.db"));
            Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
        }

        Assert.False(
            (await Restoring.PlanAsync(_lab.Context, cluster, _lab.Path + "/raw.db", new RestoreRequest { SkipHashCheck = true })).Plan.IsEmpty);
    }

    [Theory]
    [InlineData("3.4", "3.5")]
    [Etcd36Data("3.5", "3.6")]
    [Etcd37Data("3.6", "3.7")]
    [Etcd36Data("3.6", "3.5")] // a way back while the data holds nothing that 3.5 does not know
    public async Task RestoreAsync_SnapshotOfAnotherMinorVersion_IsRefusedUnlessAllowed(string from, string to)
    {
        await using EtcdServer source = await EtcdServer.StartAsync(from);
        using (EtcdClient client = source.Connect())
        {
            for (int i = 0; i < 20; i++) await client.Kv.PutAsync($"/k/{i}", "value", cancellationToken: Token);
        }

        string path = await new SnapshotEtcd(source).SaveAsync("source", Token);
        EtcdCluster cluster = await _lab.InstallAsync("target", 1, to);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => Restoring.PlanAsync(_lab.Context, cluster, path));
        Operation<EtcdRestore> allowed = await Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { AllowVersionMismatch = true });
        EtcdRestore restore = await LocalLab.RunAsync(allowed);

        Assert.Equal(EtcdErrorIds.SnapshotVersionMismatch, error.ErrorId);
        Assert.Single(allowed.Warnings, warning => warning.Contains($"comes from etcd {from}", StringComparison.Ordinal));
        Assert.Equal(20, await restore.Cluster.Client.Kv.CountAsync(KeyRange.Prefix("/k/"), cancellationToken: Token));
    }

    [Fact]
    public async Task RestoreAsync_SnapshotWithAnAlarmOfAFormerMember_DisarmsIt()
    {
        await using EtcdServer source = await EtcdServer.StartAsync("3.5");
        using (EtcdClient client = source.Connect())
        {
            await client.Kv.PutAsync("/k/1", "value", cancellationToken: Token);
            MemberId former = (await client.Maintenance.StatusAsync(Token)).Header.MemberId;
            await client.Maintenance.ActivateAlarmAsync(former, AlarmType.NoSpace, Token);
        }

        string path = await new SnapshotEtcd(source).SaveAsync("source", Token);
        EtcdCluster cluster = await _lab.InstallAsync("target", 1, "3.5");
        Operation<EtcdRestore> operation = await Restoring.PlanAsync(_lab.Context, cluster, path);
        var events = new EventRecorder();

        EtcdRestore restore = await LocalLab.RunAsync(operation, events);
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(restore.Cluster, new HealthOptions(), Token);

        PlanStep disarm = Assert.Single(operation.Plan.Steps, step => step.Id == "DisarmAlarm");
        Assert.Contains("NOSPACE", disarm.Action, StringComparison.Ordinal);
        Assert.Empty(events.Of<WarningEvent>());
        Assert.True(health.Healthy, health.Summary);
        Assert.Empty(await restore.Cluster.Client.Maintenance.AlarmsAsync(Token));
        await restore.Cluster.Client.Kv.PutAsync("/k/2", "value", cancellationToken: Token);
    }

    [Fact]
    public async Task RestoreAsync_MemberCannotStart_OldDataIsBackAndServed()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        await FillAsync(cluster, 20);
        EtcdSnapshot snapshot = await SaveAsync(cluster);
        await cluster.Client.Kv.PutAsync("/written/after", "the snapshot", cancellationToken: Token);
        Operation<EtcdRestore> operation = await PlanAsync(cluster, snapshot);
        MemberSpec last = cluster.Spec!.Members[^1];
        using var blocker = new TcpListener(IPAddress.Loopback, last.PeerPort);

        var error =
            await Assert.ThrowsAnyAsync<EtcdException>(() =>
                LocalLab.RunAsync(operation, EventTrigger.OnMessage("Move the old data", blocker.Start)));

        Assert.Equal(EtcdErrorIds.MemberStartFailed, error.ErrorId);
        Assert.Contains("address already in use", error.Message, StringComparison.Ordinal);
        Assert.Contains("rolled back", error.Message, StringComparison.Ordinal);
        Assert.Equal("the snapshot", (await cluster.Client.Kv.GetAsync("/written/after", Token))?.ValueText);
        blocker.Dispose();
        await new MemberOperator(_lab.Context).StartAsync(cluster, last.Name, TimeSpan.FromSeconds(30), Token);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Healthy);
        Assert.Equal(["data", "pki"], FoldersOf(last));
    }

    [Fact]
    public async Task RestoreAsync_StoppedCluster_IsRestoredAndStarted()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 20);
        List<string> saved = await ReadAllAsync(cluster);
        EtcdSnapshot snapshot = await SaveAsync(cluster);
        await cluster.Client.Kv.DeleteAsync(KeyRange.Prefix("/k/"), cancellationToken: Token);
        await new MemberOperator(_lab.Context).StopAsync(cluster, "demo-1", Token);

        EtcdRestore restore = await LocalLab.RunAsync(await PlanAsync(cluster, snapshot));

        Assert.Equal(saved, await ReadAllAsync(restore.Cluster));
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(restore.Cluster, new HealthOptions(), Token)).Healthy);
    }

    [Fact]
    public async Task RestoreAsync_SkipBackup_OldDataGoesAfterTheProof()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 20);
        EtcdSnapshot snapshot = await SaveAsync(cluster);
        Operation<EtcdRestore> operation = await PlanAsync(cluster, snapshot, skipBackup: true);

        EtcdRestore restore = await LocalLab.RunAsync(operation);

        int proof = operation.Plan.Steps.Single(step => step.Action.StartsWith("Prove", StringComparison.Ordinal)).Stage;
        int deletion = operation.Plan.Steps.Single(step => step.Action.StartsWith("Delete", StringComparison.Ordinal)).Stage;
        Assert.True(proof < deletion);
        Assert.Empty(restore.Backup);
        Assert.Equal(["data", "pki"], FoldersOf(cluster.Spec!.Members[0]));
        Assert.Equal(20, await restore.Cluster.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token));
    }

    [Fact]
    public async Task RestoreAsync_SkipBackupButNotProved_OldDataIsBack()
    {
        EtcdCluster cluster = await InterruptAsync("Prove members");

        Assert.Equal("the snapshot", (await cluster.Client.Kv.GetAsync("/written/after", Token))?.ValueText);
        Assert.Equal(["data", "pki"], FoldersOf(cluster.Spec!.Members[0]));
    }

    [Fact]
    public async Task RestoreAsync_TwiceFromAnEmptySnapshotWithNobodyLeftToAsk_EachGoesPastTheOneBefore()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        EtcdSnapshot empty = await SaveAsync(cluster);
        await FillAsync(cluster, 1);
        EtcdRestore first = await LocalLab.RunAsync(await PlanAsync(cluster, empty));
        await new MemberOperator(_lab.Context).StopAsync(first.Cluster, "demo-1", Token);

        EtcdRestore second = await LocalLab.RunAsync(await PlanAsync(first.Cluster, empty));

        Assert.True(second.Revision > first.Revision, $"{first.Revision}, then {second.Revision}");
    }

    [Fact]
    public async Task RunAsync_MemberStoppedSincePlanning_RefusesThePlan()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 20);
        Operation<EtcdRestore> operation = await PlanAsync(cluster, await SaveAsync(cluster));
        await new MemberOperator(_lab.Context).StopAsync(cluster, "demo-1", Token);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => LocalLab.RunAsync(operation));

        Assert.Equal((EtcdErrorIds.PlanOutdated, "demo"), (error.ErrorId, error.Target));
        Assert.Equal(["data", "pki"], FoldersOf(cluster.Spec!.Members[0]));
    }

    [Fact]
    public async Task RestoreAsync_InterruptedWhileOldDataIsDeleted_NewDataStays()
    {
        await InterruptAsync("Delete the old data");

        EtcdCluster now = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.Equal(20, await now.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token));
        Assert.True((await _lab.Installer.PlanAsync(new InstallRequest { Name = "demo" }, Token)).Plan.IsEmpty);
    }

    [Fact]
    public async Task RunAsync_SettingChangedSincePlanning_IsKept()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5");
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));
        await FillAsync(cluster, 20);
        Operation<EtcdRestore> operation = await PlanAsync(cluster, await SaveAsync(cluster));
        InstallRequest changed = request with { Tuning = new EtcdTuning { HeartbeatInterval = TimeSpan.FromMilliseconds(150) } };
        await LocalLab.RunAsync(await _lab.Installer.PlanAsync(changed, Token));

        await LocalLab.RunAsync(operation);

        EtcdCluster now = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.Equal(TimeSpan.FromMilliseconds(150), now.Spec!.Tuning.HeartbeatInterval);
        Assert.Contains(
            "heartbeat-interval: 150", await File.ReadAllTextAsync(now.Spec.Members[0].Layout.ConfigFile, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_RestoredByOthersSincePlanning_RefusesThePlan()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 20);
        EtcdSnapshot snapshot = await SaveAsync(cluster);
        Operation<EtcdRestore> operation = await PlanAsync(cluster, snapshot);
        EtcdRestore others = await LocalLab.RunAsync(await PlanAsync(cluster, snapshot));

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => LocalLab.RunAsync(operation));

        Assert.Equal(EtcdErrorIds.PlanOutdated, error.ErrorId);
        Assert.False((await PlanAsync(cluster, snapshot)).Plan.IsEmpty); // though the object is older than that restore
        Assert.Equal(20, await others.Cluster.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token));
    }

    [Fact]
    public async Task RestoreAsync_OverDataThatWasReadMeanwhile_PassesItsRevisionAndTellsWatchers()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 20);
        EtcdSnapshot snapshot = await SaveAsync(cluster);
        await using IAsyncEnumerator<WatchBatch> watcher = cluster.Client.Watch
            .WatchAsync(KeyRange.Prefix("/k/"), new WatchOptions { StartRevision = snapshot.Revision + 1 }, Token).GetAsyncEnumerator(Token);
        PutResult last = await cluster.Client.Kv.PutAsync("/k/after", "the snapshot", cancellationToken: Token);
        await NextAsync(watcher);

        EtcdRestore restore = await LocalLab.RunAsync(await PlanAsync(cluster, snapshot));

        Assert.True(restore.Revision > last.Header.Revision);
        Assert.Equal(restore.Revision, snapshot.Revision + restore.RevisionBump);
        EtcdRpcException told = await Assert.ThrowsAsync<EtcdRpcException>(() => NextAsync(watcher));
        Assert.True(told.Error == EtcdError.Compacted, told.ToString());
        EtcdKeyValue? kept = await restore.Cluster.Client.Kv.GetAsync("/k/7", Token);
        Assert.Equal("7", kept?.ValueText);
    }

    /// <summary>A cluster whose restore without a backup was interrupted at a step. A key was written after the snapshot of 20 keys.</summary>
    private async Task<EtcdCluster> InterruptAsync(string step)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 20);
        EtcdSnapshot snapshot = await SaveAsync(cluster);
        await cluster.Client.Kv.PutAsync("/written/after", "the snapshot", cancellationToken: Token);
        Operation<EtcdRestore> operation = await PlanAsync(cluster, snapshot, skipBackup: true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        EventTrigger interrupt = EventTrigger.OnMessage(step, stop.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation.RunAsync(interrupt, stop.Token));
        return cluster;
    }

    private Task<EtcdSnapshot> SaveAsync(EtcdCluster cluster) => new SnapshotSaver(_lab.Context)
        .SaveAsync(cluster, new SaveSnapshotRequest { Destination = _lab.Path + "/backups" }, null, Token);

    private Task<Operation<EtcdRestore>> PlanAsync(EtcdCluster target, EtcdSnapshot snapshot, bool skipBackup = false) => Restoring.PlanAsync(
        _lab.Context, target, snapshot.Path, new RestoreRequest { Version = snapshot.Version, SkipBackup = skipBackup });

    private static IEnumerable<string?> FoldersOf(MemberSpec member) =>
        Directory.GetDirectories(member.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static async Task NextAsync(IAsyncEnumerator<WatchBatch> watcher)
    {
        while (await watcher.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token) && watcher.Current.Events.Count == 0) ;
    }

    private static async Task FillAsync(EtcdCluster cluster, int keys)
    {
        for (int i = 0; i < keys; i++)
        {
            await cluster.Client.Kv.PutAsync($"/k/{i}", i.ToString(CultureInfo.InvariantCulture), cancellationToken: Token);
        }
    }

    private static async Task<List<string>> ReadAllAsync(EtcdCluster cluster)
    {
        var all = new List<string>();
        await foreach (EtcdKeyValue item in cluster.Client.Kv.RangeAsync(KeyRange.Prefix("/k/"), cancellationToken: Token))
            all.Add($"{item.KeyText}={item.ValueText}@{item.CreateRevision},{item.ModRevision},{item.Version}");
        return all;
    }
}
