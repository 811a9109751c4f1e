using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;
using EtcdAdmin.Plans;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

public sealed class SaveAndRestoreTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SnapshotSaver Saver => new(_lab.Context);

    private SnapshotRestorer Restorer => new(_lab.Context);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.4", 3, 1)]
    [InlineData("3.5", 1, 3)]
    public async Task RestoreAsync_IntoAnotherCluster_HoldsTheSameKeyByKey(string version, int sourceSize, int targetSize)
    {
        EtcdCluster source = await _lab.InstallAsync("source", sourceSize, version);
        await FillAsync(source, 200);
        EtcdSnapshot snapshot = await Saver.SaveAsync(source, new SaveSnapshotRequest { Destination = _lab.Path + "/backups" }, null, Token);
        EtcdCluster target = await _lab.InstallAsync("target", targetSize, version);
        await target.Client.Kv.PutAsync("/old", "data", cancellationToken: Token);

        EtcdRestore restore = await LocalLab.RunAsync(await PlanAsync(target, snapshot));

        Assert.Equal(await ReadAllAsync(source), await ReadAllAsync(restore.Cluster));
        Assert.Equal(snapshot.TotalKeys, restore.TotalKeys);
        Assert.Equal(targetSize, restore.Backup.Count);
        Assert.All(restore.Backup, backup => Assert.True(Directory.Exists(backup.Split(':')[1] + "/member")));
        EtcdCluster saved = await _lab.Context.Profiles.LoadAsync("target", Token);
        Assert.NotEqual(target.Spec!.Token, saved.Spec!.Token);
        Assert.True((await _lab.Installer.PlanAsync(new InstallRequest { Name = "target" }, Token)).Plan.IsEmpty);
        PutResult put = await saved.Client.Kv.PutAsync("/after", "restore", cancellationToken: Token);
        Assert.True(put.Header.Revision > restore.Revision);
    }

    [Fact]
    public async Task SaveAsync_Always_DescribesTheFileAsTheOfficialToolDoes()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 50);
        await cluster.Client.Kv.DeleteAsync(KeyRange.Key("/k/7"), cancellationToken: Token);
        var clock = DateTimeOffset.UtcNow;

        EtcdSnapshot snapshot = await Saver.SaveAsync(cluster, new SaveSnapshotRequest { Destination = _lab.Path }, null, Token);

        Assert.Matches(@"/etcd-snapshot-\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.db$", snapshot.Path);
        Assert.Equal(49, snapshot.TotalKeys);
        Assert.Equal((await cluster.Client.Kv.QueryAsync(KeyRange.All, new RangeQuery { CountOnly = true }, Token)).Header.Revision, snapshot.Revision);
        Assert.Equal(new FileInfo(snapshot.Path).Length, snapshot.Size);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(snapshot.Path, Token))), snapshot.Sha256);
        Assert.Equal("3.5", $"{snapshot.Version?.Major}.{snapshot.Version?.Minor}");
        Assert.Equal("demo-1", snapshot.Member);
        Assert.InRange(snapshot.Created, clock, DateTimeOffset.UtcNow);
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(snapshot.Path));
    }

    [Fact]
    public async Task SaveAsync_Cancelled_LeavesNoFile()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 20, valueSize: 500_000);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var events = new CancelOnBytes(stop);
        string folder = _lab.Path + "/backups";

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Saver.SaveAsync(
            cluster, new SaveSnapshotRequest { Destination = folder }, events, stop.Token));

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task SaveAsync_MemberKilledMidStream_LeavesNoFileAndSaysWhy()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 60, valueSize: 1_000_000);
        var killer = new KillOnBytes(await ProcessOfAsync(cluster, "demo-1"));
        string folder = _lab.Path + "/backups";

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => Saver.SaveAsync(
            cluster, new SaveSnapshotRequest { Destination = folder }, killer, Token));

        Assert.Contains(error.ErrorId, new[] { EtcdErrorIds.ConnectionLost, EtcdErrorIds.SnapshotIncomplete, EtcdErrorIds.Unavailable });
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task SaveAsync_FullDisk_LeavesNoFileAndSaysSo()
    {
        using SmallDisk disk = await SmallDisk.MountAsync(_lab.Path + "/small", megabytes: 4);
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 10, valueSize: 1_000_000);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => Saver.SaveAsync(
            cluster, new SaveSnapshotRequest { Destination = disk.Path }, null, Token));

        Assert.Equal(EtcdErrorIds.DiskFull, error.ErrorId);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public async Task SaveAsync_NamedFileExists_IsRefusedAndTheFileKept()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        string file = _lab.Path + "/mine.db";
        await File.WriteAllTextAsync(file, "precious", Token);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => Saver.SaveAsync(
            cluster, new SaveSnapshotRequest { Destination = file }, null, Token));

        Assert.Equal(EtcdErrorIds.FileExists, error.ErrorId);
        Assert.Equal("precious", await File.ReadAllTextAsync(file, Token));
    }

    [Fact]
    public async Task PlanAsync_DamagedSnapshots_AreRefusedBeforeAnythingIsTouched()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await FillAsync(cluster, 20);
        EtcdSnapshot snapshot = await Saver.SaveAsync(cluster, new SaveSnapshotRequest { Destination = _lab.Path }, null, Token);
        byte[] whole = await File.ReadAllBytesAsync(snapshot.Path, Token);
        byte[] flipped = [.. whole];
        flipped[^20_000] ^= 0x10;
        await File.WriteAllBytesAsync(_lab.Path + "/flipped.db", flipped, Token);
        await File.WriteAllBytesAsync(_lab.Path + "/short.db", whole.AsMemory(0, whole.Length - 5000), Token);
        await File.WriteAllBytesAsync(_lab.Path + "/raw.db", whole.AsMemory(0, whole.Length - 32), Token);

        foreach (string name in new[] { "flipped", "short", "raw" })
        {
            var request = new RestoreRequest { Path = $"{_lab.Path}/{name}.db" };
            var error = await Assert.ThrowsAnyAsync<EtcdException>(() => Restorer.PlanAsync(cluster, request, null, Token));
            Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
        }

        Assert.False((await Restorer.PlanAsync(cluster, new RestoreRequest { Path = _lab.Path + "/raw.db", SkipHashCheck = true }, null, Token)).Plan.IsEmpty);
    }

    [Fact]
    public async Task PlanAsync_SnapshotOfAnotherMinorVersion_IsRefusedUnlessAllowed()
    {
        EtcdCluster old = await _lab.InstallAsync("old", 1, "3.4");
        EtcdSnapshot snapshot = await Saver.SaveAsync(old, new SaveSnapshotRequest { Destination = _lab.Path }, null, Token);
        EtcdCluster cluster = await _lab.InstallAsync("new", 1, "3.5");

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => PlanAsync(cluster, snapshot));
        Operation<EtcdRestore> allowed = await Restorer.PlanAsync(
            cluster, new RestoreRequest { Path = snapshot.Path, Version = snapshot.Version, AllowVersionMismatch = true }, null, Token);

        Assert.Equal(EtcdErrorIds.SnapshotVersionMismatch, error.ErrorId);
        Assert.Single(allowed.Warnings, warning => warning.Contains("3.4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RestoreAsync_MemberCannotStart_OldDataIsBackAndServed()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        await FillAsync(cluster, 20);
        EtcdSnapshot snapshot = await Saver.SaveAsync(cluster, new SaveSnapshotRequest { Destination = _lab.Path }, null, Token);
        await cluster.Client.Kv.PutAsync("/written/after", "the snapshot", cancellationToken: Token);
        Operation<EtcdRestore> operation = await PlanAsync(cluster, snapshot);
        MemberSpec last = cluster.Spec!.Members[^1];
        using var blocker = new PortBlocker(last.PeerPort);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => LocalLab.RunAsync(operation, blocker));

        Assert.Equal(EtcdErrorIds.MemberStartFailed, error.ErrorId);
        Assert.Contains("address already in use", error.Message, StringComparison.Ordinal);
        Assert.Contains("rolled back", error.Message, StringComparison.Ordinal);
        Assert.Equal("the snapshot", (await cluster.Client.Kv.GetAsync("/written/after", Token))?.ValueText);
        blocker.Dispose();
        await new MemberOperator(_lab.Context).StartAsync(cluster, last.Name, TimeSpan.FromSeconds(30), Token);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Healthy);
        Assert.Equal(["data", "pki"], Directory.GetDirectories(last.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private async Task<Operation<EtcdRestore>> PlanAsync(EtcdCluster target, EtcdSnapshot snapshot) =>
        await Restorer.PlanAsync(target, new RestoreRequest { Path = snapshot.Path, Version = snapshot.Version }, null, Token);

    private static async Task FillAsync(EtcdCluster cluster, int keys, int valueSize = 20)
    {
        for (int i = 0; i < keys; i++)
        {
            string value = i.ToString(CultureInfo.InvariantCulture).PadRight(valueSize, 'v');
            await cluster.Client.Kv.PutAsync($"/k/{i}", value, cancellationToken: Token);
        }
    }

    private static async Task<List<string>> ReadAllAsync(EtcdCluster cluster)
    {
        var all = new List<string>();
        await foreach (EtcdKeyValue item in cluster.Client.Kv.RangeAsync(KeyRange.Prefix("/k/"), cancellationToken: Token))
            all.Add($"{item.KeyText}={item.ValueText}@{item.CreateRevision},{item.ModRevision},{item.Version}");
        return all;
    }

    private async Task<int> ProcessOfAsync(EtcdCluster cluster, string member)
    {
        IReadOnlyList<EtcdMember> members = await new MemberReader(_lab.Context).ReadAsync(cluster, TimeSpan.FromSeconds(5), Token);
        return members.Single(found => found.Name == member).ProcessId!.Value;
    }
}
