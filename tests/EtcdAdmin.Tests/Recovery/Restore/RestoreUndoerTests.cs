using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Recovery.Undo;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>Restores that are undone: nothing that was there before or came since is lost, and the undo can be undone.</summary>
public sealed class RestoreUndoerTests : IAsyncLifetime
{
    private const string Key = "/which";

    private readonly LocalLab _lab = new();
    private EtcdCluster _cluster = null!; // set before each test
    private string _snapshot = null!; // the same

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await _lab.InstallAsync("demo", 3, "3.5");
        for (int i = 0; i < 20; i++) await PutAsync($"/k/{i}", "value");
        _snapshot =
            (await new SnapshotSaver(_lab.Context).SaveAsync(_cluster, new SaveSnapshotRequest
            {
                Destination = _lab.Path + "/backups",
            }, null, Token)).Path;
        await PutAsync(Key, "before");
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task UndoAsync_Restore_BringsDataSettingsAndProfileBackAndCanBeUndone()
    {
        const string Hand = "\n# by hand\n";
        MemberLayout layout = _cluster.Spec!.Members[0].Layout; // installed
        await File.AppendAllTextAsync(layout.ConfigFile, Hand, Token);
        long before = (await _cluster.Client.Maintenance.StatusAsync(Token)).Header.Revision;
        ClusterId id = (await _cluster.Client.Maintenance.StatusAsync(Token)).Header.ClusterId;
        EtcdRestore restore = await RestoreAsync();
        await PutAsync(Key, "since");
        long restored = (await restore.Cluster.Client.Maintenance.StatusAsync(Token)).Header.Revision;

        Operation<EtcdRestoreUndo> operation = await PlanAsync(new UndoRequest { Id = restore.Id });
        EtcdRestoreUndo undo = await LocalLab.RunAsync(operation);

        Assert.Contains(operation.Warnings, warning => warning.Contains($"go back from {restored} to about {before}", StringComparison.Ordinal)
            && warning.Contains("-RevisionBump", StringComparison.Ordinal));
        Assert.Equal("before", await GetAsync());
        EtcdCluster now = await NowAsync();
        Assert.Equal((_cluster.Spec.Token, id), (now.Spec!.Token, (await now.Client.Maintenance.StatusAsync(Token)).Header.ClusterId));
        Assert.Null(now.Spec.Restore);
        Assert.Equal((before, 21L, restore.Id), (undo.Revision, undo.TotalKeys, undo.Undid));
        Assert.Contains(Hand, await File.ReadAllTextAsync(layout.ConfigFile, Token), StringComparison.Ordinal);
        Assert.Equal([layout.DataDirectory + "/member"], Directory.GetFileSystemEntries(layout.DataDirectory)); // no copies are left in it
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(now, new HealthOptions { CheckHash = true }, Token)).Healthy);
        Assert.All(undo.Backup, backup => Assert.True(File.Exists(backup.Path + "/member/snap/db")));
        Assert.False(File.Exists(restore.Backup[0].RollBackScript)); // there is nothing left to roll back
        var twice = await Assert.ThrowsAnyAsync<EtcdException>(() => PlanAsync(new UndoRequest { Id = restore.Id }));
        Assert.Equal((EtcdErrorIds.RestoreNotFound, restore.Id), (twice.ErrorId, twice.Target));

        EtcdRestoreUndo again = await LocalLab.RunAsync(await PlanAsync(new UndoRequest())); // the latest that can be undone

        Assert.Equal((undo.Id, "since"), (again.Undid, await GetAsync()));
        IReadOnlyList<EtcdRestorePoint> points = await new RestoreUndoer(_lab.Context).ListAsync(_cluster, id: null, Token);
        Assert.Equal([(again.Id, undo.Id, true), (undo.Id, restore.Id, false), (restore.Id, null, false)],
            points.Select(point => (point.Id, point.Undid, point.CanUndo)));
        Assert.Equal(_snapshot, points[^1].Path);
    }

    [Fact]
    public async Task UndoAsync_ProcessDiesAtEveryStage_IsCarriedOn()
    {
        string[] steps = ["Stop member demo-2", "Move the present data of member demo-2", "Start member demo-1", "Prove members"];
        foreach (string step in steps)
        {
            await RestoreAsync();
            await PutAsync(Key, "since");
            Operation<EtcdRestoreUndo> operation = await PlanAsync(new UndoRequest());
            await Assert.ThrowsAsync<PowerCutException>(() => operation.RunAsync(new PowerCut(step), Token));

            EtcdRestoreUndo undo = await CarryOnAsync();

            Assert.Equal("before", await GetAsync());
            Assert.Null((await NowAsync()).Spec!.Restore);
            Assert.All(undo.Backup, backup => Assert.True(File.Exists(backup.Path + "/member/snap/db")));
        }
    }

    [Fact]
    public async Task UndoAsync_ProcessDiesBetweenItsNoteAndTheProfile_IsCarriedOn()
    {
        EtcdRestore restore = await RestoreAsync();
        Operation<EtcdRestoreUndo> operation = await PlanAsync(new UndoRequest());
        await Assert.ThrowsAsync<PowerCutException>(() => operation.RunAsync(new PowerCut("Prove members"), Token));
        string id = (await NowAsync()).Spec!.Restore!.Stamp; // under way
        var records = new RestoreRecords(_lab.Context);
        RestoreRecord record = (await records.ListAsync("demo", Token)).Single(found => found.Id == restore.Id);
        await records.SaveAsync("demo", record with { UndoneBy = id }, Token);

        EtcdRestoreUndo undo = await CarryOnAsync();

        Assert.Equal((id, restore.Id, "before"), (undo.Id, undo.Undid, await GetAsync()));
        Assert.Null((await NowAsync()).Spec!.Restore);
    }

    [Fact]
    public async Task UndoAsync_UnderAWriter_EveryAcknowledgedWriteIsInTheClusterOrInWhatIsKept()
    {
        await using SteadyWriter writer = SteadyWriter.Start(_lab.Context.Profiles, "demo");
        await WriteMoreAsync(writer);
        await RestoreAsync();
        await WriteMoreAsync(writer);
        await LocalLab.RunAsync(await PlanAsync(new UndoRequest()));
        await WriteMoreAsync(writer);

        IReadOnlySet<string> undone = await writer.StopAndFindAsync(Token);
        Assert.Equal("before", await GetAsync());
        await LocalLab.RunAsync(await PlanAsync(new UndoRequest())); // the undo
        IReadOnlySet<string> kept = await writer.StopAndFindAsync(Token);

        writer.RequireAll(undone.Union(kept));
        Assert.NotEmpty(undone.Except(kept)); // before the restore and after its undo
        Assert.NotEmpty(kept.Except(undone)); // in between
    }

    [Fact]
    public async Task UndoAsync_EndsBeforeTheProof_RestoredDataIsBackAndTheOldStillKept()
    {
        EtcdRestore restore = await RestoreAsync();
        await PutAsync(Key, "since");
        Operation<EtcdRestoreUndo> operation = await PlanAsync(new UndoRequest());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            operation.RunAsync(EventTrigger.OnMessage("Prove members", stop.Cancel), stop.Token));

        EtcdCluster now = await NowAsync();
        Assert.Equal(("since", null, restore.Cluster.Spec!.Token), (await GetAsync(), now.Spec!.Restore, now.Spec.Token));
        await LocalLab.RunAsync(await PlanAsync(new UndoRequest()));
        Assert.Equal("before", await GetAsync());
    }

    [Fact]
    public async Task PlanAsync_KeptDataChangedOrGone_IsRefusedBeforeAnythingStops()
    {
        EtcdRestore restore = await RestoreAsync();
        await PutAsync(Key, "since");
        string database = restore.Backup[0].Path + "/member/snap/db";
        byte[] whole = await File.ReadAllBytesAsync(database, Token);

        await File.WriteAllBytesAsync(database, [.. whole.AsSpan(0, whole.Length - 1), (byte)~whole[^1]], Token);
        var changed = await Assert.ThrowsAnyAsync<EtcdException>(() => PlanAsync(new UndoRequest()));
        Directory.Move(restore.Backup[0].Path, restore.Backup[0].Path + ".away");
        var gone = await Assert.ThrowsAnyAsync<EtcdException>(() => PlanAsync(new UndoRequest()));
        Directory.Move(restore.Backup[0].Path + ".away", restore.Backup[0].Path);
        await File.WriteAllBytesAsync(database, whole, Token);
        Directory.Move(restore.Backup[1].Path + "/member/wal", _lab.Path + "/wal");
        var logless = await Assert.ThrowsAnyAsync<EtcdException>(() => PlanAsync(new UndoRequest()));
        Directory.Move(_lab.Path + "/wal", restore.Backup[1].Path + "/member/wal");
        var hidden = new List<EtcdException>();
        foreach (string path in new[] { restore.Backup[0].Path, database, restore.Backup[1].Path + "/member/wal" })
        {
            await HideAsync(path, async () =>
            {
                hidden.Add(await Assert.ThrowsAnyAsync<EtcdException>(() => PlanAsync(new UndoRequest())));
                // Where one database is enough, too: this one may be the one that is furthest ahead.
                hidden.Add(
                    await Assert.ThrowsAnyAsync<EtcdException>(() =>
                        new RestoreUndoer(_lab.Context).BringAsync(_cluster, new UndoRequest { RevisionBump = 1 }, null, Token)));
            });
        }

        string note = Path.Combine(_lab.Context.Profiles.Folder("demo"), $"restore.{restore.Id}.json");
        EtcdException? noteless = null;
        await HideAsync(note, async () => noteless = await Assert.ThrowsAnyAsync<EtcdException>(() => PlanAsync(new UndoRequest())));
        var unknown = await Assert.ThrowsAnyAsync<EtcdException>(() => PlanAsync(new UndoRequest { Id = "../../etc" }));

        Assert.Equal((EtcdErrorIds.ChecksumMismatch, restore.Backup[0].Member), (changed.ErrorId, changed.Target));
        Assert.Equal((EtcdErrorIds.MemberDataLost, restore.Backup[0].Member), (gone.ErrorId, gone.Target));
        Assert.Equal((EtcdErrorIds.MemberDataLost, restore.Backup[1].Member), (logless.ErrorId, logless.Target));
        Assert.All(hidden, error =>
        {
            Assert.Equal(EtcdErrorIds.MemberDataUnreadable, error.ErrorId);
            Assert.Contains("Too many levels of symbolic links", error.Message, StringComparison.Ordinal);
        });
        Assert.Equal((EtcdErrorIds.ProfileInvalid, note), (noteless!.ErrorId, noteless.Target));
        Assert.Equal(EtcdErrorIds.RestoreNotFound, unknown.ErrorId);
        Assert.Equal("since", await GetAsync());
    }

    [Fact]
    public async Task UndoAsync_RevisionBump_RestoresTheKeptDatabaseAndNoRevisionGoesBack()
    {
        EtcdRestore restore = await RestoreAsync();
        long highest = (await restore.Cluster.Client.Kv.PutAsync(Key, "since", cancellationToken: Token)).Header.Revision;
        var request = new UndoRequest { RevisionBump = 3_000_000_000 };
        var undoer = new RestoreUndoer(_lab.Context);
        await using KeptDatabase? database = await undoer.BringAsync(_cluster, request, null, Token);

        EtcdRestoreUndo undo = await LocalLab.RunAsync(await undoer.PlanAsync(_cluster, request, database, Token));

        Assert.Equal("before", await GetAsync());
        EtcdCluster now = await NowAsync();
        long revision = (await now.Client.Maintenance.StatusAsync(Token)).Header.Revision;
        Assert.True(revision > highest, $"{revision} after {highest}");
        Assert.Equal((revision, 21L), (undo.Revision, undo.TotalKeys));
        Assert.NotEqual(_cluster.Spec!.Token, now.Spec!.Token);
        await LocalLab.RunAsync(await PlanAsync(new UndoRequest { Id = undo.Id }));
        Assert.Equal("since", await GetAsync());
        await LocalLab.RunAsync(await PlanAsync(new UndoRequest { Id = restore.Id })); // its data was copied, so it is still there
        Assert.Equal("before", await GetAsync());
    }

    [Fact]
    public async Task RollBackScript_OfEveryMember_BringsTheOldDataBackAndAnUndoCompletesIt()
    {
        EtcdRestore restore = await RestoreAsync();
        var members = new MemberOperator(_lab.Context);
        foreach (EtcdRestoreBackup backup in restore.Backup)
        {
            Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(backup.RollBackScript));
            ProcessResult refused = await ShellAsync(backup.RollBackScript);
            Assert.NotEqual(0, refused.ExitCode); // while the member runs
            await members.StopAsync(restore.Cluster, backup.Member, Token);
            foreach (int _ in new[] { 1, 2 }) // it can be run again
            {
                ProcessResult done = await ShellAsync(backup.RollBackScript);
                Assert.True(done.ExitCode == 0, done.Error);
            }
        }

        await LocalLab.RunAsync(await PlanAsync(new UndoRequest()));

        Assert.Equal(("before", _cluster.Spec!.Token), (await GetAsync(), (await NowAsync()).Spec!.Token));
    }

    /// <summary>Waits until more writes are acknowledged.</summary>
    private static async Task WriteMoreAsync(SteadyWriter writer)
    {
        int enough = writer.Acknowledged + 10;
        await Poll.UntilAsync(() => writer.Acknowledged >= enough, Token);
    }

    /// <summary>Puts a link that leads to itself where something was, while something is done: root may read any mode.</summary>
    private static async Task HideAsync(string path, Func<Task> act)
    {
        string away = path + ".away";
        Move(path, away);
        File.CreateSymbolicLink(path, path);
        try
        {
            await act();
        }
        finally
        {
            File.Delete(path);
            Move(away, path);
        }

        static void Move(string from, string to)
        {
            if (Directory.Exists(from)) Directory.Move(from, to);
            else File.Move(from, to);
        }
    }

    private static Task<ProcessResult> ShellAsync(string script) => ProcessRunner.RunAsync(new ProcessCommand("sh", [script]), Token);

    private async Task<EtcdRestore> RestoreAsync() => await LocalLab.RunAsync(await Restoring.PlanAsync(_lab.Context, await NowAsync(), _snapshot));

    private Task<Operation<EtcdRestoreUndo>> PlanAsync(UndoRequest request) =>
        new RestoreUndoer(_lab.Context).PlanAsync(_cluster, request, database: null, Token);

    /// <summary>
    /// The same command until it is done: while what the dead process had started is still coming up, a plan is outdated before it begins.
    /// </summary>
    private async Task<EtcdRestoreUndo> CarryOnAsync()
    {
        const int Attempts = 10;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await LocalLab.RunAsync(await PlanAsync(new UndoRequest()));
            }
            catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.PlanOutdated && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), Token);
            }
        }
    }

    private async Task<EtcdCluster> NowAsync() => await _lab.Context.Profiles.LoadAsync("demo", Token);

    private async Task<string?> GetAsync() => (await (await NowAsync()).Client.Kv.GetAsync(Key, Token))?.ValueText;

    private async Task PutAsync(string key, string value) => await (await NowAsync()).Client.Kv.PutAsync(key, value, cancellationToken: Token);
}
