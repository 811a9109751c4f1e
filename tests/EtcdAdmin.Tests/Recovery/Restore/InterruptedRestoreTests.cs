using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>Restores whose process dies in the middle: the same command carries on, and the data from before is never lost or buried.</summary>
public sealed class InterruptedRestoreTests : IAsyncLifetime
{
    private const string Original = "/original";
    private const int Keys = 20;

    private readonly LocalLab _lab = new();
    private EtcdCluster _cluster = null!; // set before each test
    private string _snapshot = null!; // the same

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await _lab.InstallAsync("demo", 3, "3.5");
        for (int i = 0; i < Keys; i++) await _cluster.Client.Kv.PutAsync($"/k/{i}", "value", cancellationToken: Token);
        _snapshot =
            (await new SnapshotSaver(_lab.Context).SaveAsync(_cluster, new SaveSnapshotRequest
            {
                Destination = _lab.Path + "/backups",
            }, null, Token)).Path;
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task RestoreAsync_ProcessDiesAtEveryStage_IsCarriedOnAndTheOldDataIsKept()
    {
        string[] steps =
        [
            "Make the data of member demo-2",
            "Stop member demo-2",
            "Move the old data of member demo-2",
            "Start member demo-1",
            "Prove members",
            "Record where the old data of member demo-2",
        ];
        for (int i = 0; i < steps.Length; i++)
        {
            string original = i.ToString(CultureInfo.InvariantCulture);
            await (await NowAsync()).Client.Kv.PutAsync(Original, original, cancellationToken: Token);
            await DieAtAsync(steps[i]);

            EtcdRestore restore = await CarryOnAsync();

            await AssertRestoredAsync(restore);
            foreach (MemberSpec member in _cluster.Spec!.Members) // installed
                Assert.Contains(original, await ArchivedAsync(member), StringComparer.Ordinal);
            // Whichever is brought back, its configuration comes with it; what an attempt had made in its place has none.
            Assert.All(
                restore.Backup.Where(backup => !backup.Path.EndsWith(".2", StringComparison.Ordinal)),
                backup => Assert.Single(Directory.GetFiles(backup.Path, "etcd.conf.yml", SearchOption.AllDirectories)));
        }
    }

    [Fact]
    public async Task RestoreAsync_DiesBetweenTheTwoMovesAndFailsTheNextTime_BringsTheDataFromBeforeTheFirstBack()
    {
        await _cluster.Client.Kv.PutAsync(Original, "before", cancellationToken: Token);
        await DieAtAsync("Move the old data of member demo-2");
        MemberSpec half = _cluster.Spec!.Members[1]; // installed
        string stamp = (await NowAsync()).Spec!.Restore!.Stamp; // begun
        Directory.Move(half.Layout.DataDirectory, $"{half.Layout.DataDirectory}.before-restore-{stamp}");

        Operation<EtcdRestore> again = await PlanAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            again.RunAsync(EventTrigger.OnMessage("Prove members", stop.Cancel), stop.Token));

        Assert.Single(again.Warnings, warning => warning.Contains("continues it", StringComparison.Ordinal));
        EtcdCluster now = await NowAsync();
        Assert.Null(now.Spec!.Restore);
        Assert.Equal("before", (await now.Client.Kv.GetAsync(Original, Token))?.ValueText);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(now, new HealthOptions { CheckHash = true }, Token)).Healthy);
        await AssertRestoredAsync(await LocalLab.RunAsync(await PlanAsync()));
    }

    [Fact]
    public async Task RestoreAsync_ConfigurationWasChangedByHand_ComesBackWithTheData()
    {
        MemberLayout layout = _cluster.Spec!.Members[0].Layout; // installed
        const string Hand = "\n# by hand\n";
        await File.AppendAllTextAsync(layout.ConfigFile, Hand, Token);
        string before = await File.ReadAllTextAsync(layout.ConfigFile, Token);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Operation<EtcdRestore> stopped = await PlanAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            stopped.RunAsync(EventTrigger.OnMessage("Prove members", stop.Cancel), stop.Token));
        string rolledBack = await File.ReadAllTextAsync(layout.ConfigFile, Token);
        string[] live = Directory.GetFileSystemEntries(layout.DataDirectory);
        EtcdRestore restore = await LocalLab.RunAsync(await PlanAsync());

        Assert.Equal(before, rolledBack);
        Assert.Equal([layout.DataDirectory + "/member"], live);
        Assert.DoesNotContain(Hand, await File.ReadAllTextAsync(layout.ConfigFile, Token), StringComparison.Ordinal);
        string kept = Assert.Single(Directory.GetFiles(restore.Backup[0].Path, "etcd.conf.yml", SearchOption.AllDirectories));
        Assert.Equal(before, await File.ReadAllTextAsync(kept, Token));
    }

    private async Task<Operation<EtcdRestore>> PlanAsync() => await Restoring.PlanAsync(_lab.Context, _cluster, _snapshot);

    private async Task DieAtAsync(string step)
    {
        Operation<EtcdRestore> operation = await PlanAsync();
        await Assert.ThrowsAsync<PowerCutException>(() => operation.RunAsync(new PowerCut(step), Token));
    }

    /// <summary>
    /// The same command until it is done: while what the dead process had started is still coming up, a plan is outdated before it begins.
    /// </summary>
    private async Task<EtcdRestore> CarryOnAsync()
    {
        const int Attempts = 10;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await LocalLab.RunAsync(await PlanAsync());
            }
            catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.PlanOutdated && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), Token);
            }
        }
    }

    private async Task<EtcdCluster> NowAsync() => await _lab.Context.Profiles.LoadAsync("demo", Token);

    private async Task AssertRestoredAsync(EtcdRestore restore)
    {
        EtcdCluster now = await NowAsync();
        Assert.Null(now.Spec!.Restore);
        Assert.Equal(restore.Cluster.Spec!.Token, now.Spec.Token);
        Assert.Equal(Keys, await now.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token)); // without the original
        Assert.True((await _lab.Installer.PlanAsync(new InstallRequest { Name = "demo" }, Token)).Plan.IsEmpty);
        Assert.NotEmpty(restore.Backup);
        Assert.All(now.Spec.Members, member => Assert.False(Directory.Exists(member.Layout.DataDirectory + ".restore")));
    }

    /// <summary>What the databases that lie aside of a member hold in the key that tells them apart.</summary>
    private static async Task<IReadOnlyList<string?>> ArchivedAsync(MemberSpec member)
    {
        var found = new List<string?>();
        foreach (string folder in Directory.GetDirectories(member.Directory, "data.before-restore-*"))
        {
            var query = new SnapshotKeyQuery { Range = KeyRange.Key(Original) };
            await foreach (EtcdKeyValue key in SnapshotKeyReader.ReadAsync(folder + "/member/snap/db", query, Token)) found.Add(key.ValueText);
        }

        return found;
    }
}
