using System.Security.Cryptography;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

public sealed class SnapshotSaverTests(FilledMember member) : IClassFixture<FilledMember>, IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SnapshotSaver Saver => new(member.Context);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SaveAsync_Always_DescribesTheFileAsTheOfficialToolDoes()
    {
        EtcdCluster cluster = await member.GetAsync();
        await cluster.Client.Kv.DeleteAsync(KeyRange.Key("/k/7"), cancellationToken: Token);
        var clock = DateTimeOffset.UtcNow;

        EtcdSnapshot snapshot = await SaveAsync(cluster, _folder.Path);

        RangeResult live = await cluster.Client.Kv.QueryAsync(KeyRange.All, new RangeQuery { CountOnly = true }, Token);
        Assert.Matches(@"/etcd-snapshot-\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.db$", snapshot.Path);
        Assert.Equal((live.Count, live.Header.Revision), (snapshot.TotalKeys, snapshot.Revision));
        Assert.Equal(new FileInfo(snapshot.Path).Length, snapshot.Size);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(snapshot.Path, Token))), snapshot.Sha256);
        Assert.Equal("3.5", $"{snapshot.Version?.Major}.{snapshot.Version?.Minor}");
        Assert.Equal("demo-1", snapshot.Member);
        Assert.InRange(snapshot.Created, clock, DateTimeOffset.UtcNow);
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(snapshot.Path));
    }

    [Fact]
    public async Task SaveAsync_Cancelled_LeavesNoFile()
    {
        EtcdCluster cluster = await member.GetAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        EventTrigger trigger = EventTrigger.OnFirstProgress(stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Saver.SaveAsync(
            cluster, new SaveSnapshotRequest { Destination = _folder.Path }, trigger, stop.Token));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task SaveAsync_MemberKilledMidStream_LeavesNoFileAndSaysWhy()
    {
        EtcdCluster cluster = await member.GetAsync();
        EventTrigger killer = EventTrigger.OnFirstProgress(() => member.SignalAsync("demo-1", "KILL").Wait(Token));

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => Saver.SaveAsync(
            cluster, new SaveSnapshotRequest { Destination = _folder.Path }, killer, Token));

        Assert.Contains(error.ErrorId, new[] { EtcdErrorIds.ConnectionLost, EtcdErrorIds.SnapshotIncomplete, EtcdErrorIds.Unavailable });
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        await new MemberOperator(member.Context).StartAsync(cluster, "demo-1", TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task SaveAsync_FullDisk_LeavesNoFileAndSaysSo()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(_folder.File("small"), kilobytes: 4096);
        EtcdCluster cluster = await member.GetAsync();

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => SaveAsync(cluster, disk.Path));

        Assert.Equal(EtcdErrorIds.DiskFull, error.ErrorId);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public async Task SaveAsync_NamedFileExists_IsRefusedAndTheFileKept()
    {
        EtcdCluster cluster = await member.GetAsync();
        string file = _folder.File("mine.db");
        await File.WriteAllTextAsync(file, "precious", Token);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => SaveAsync(cluster, file));

        Assert.Equal(EtcdErrorIds.FileExists, error.ErrorId);
        Assert.Equal("precious", await File.ReadAllTextAsync(file, Token));
    }

    private Task<EtcdSnapshot> SaveAsync(EtcdCluster cluster, string destination) =>
        Saver.SaveAsync(cluster, new SaveSnapshotRequest { Destination = destination }, null, Token);
}

/// <summary>One member whose snapshot takes long enough to be interrupted: 60 MB.</summary>
public sealed class FilledMember : IAsyncDisposable
{
    private readonly OneMember _member = new();
    private Task<EtcdCluster>? _filled;

    public AdminContext Context => _member.Lab.Context;

    public Task<EtcdCluster> GetAsync() => _filled ??= FillAsync();

    public Task SignalAsync(string memberName, string signal) => _member.SignalAsync(memberName, signal);

    public ValueTask DisposeAsync() => _member.DisposeAsync();

    private async Task<EtcdCluster> FillAsync()
    {
        EtcdCluster cluster = await _member.GetAsync();
        string value = new('v', 1_000_000);
        for (int i = 0; i < 60; i++)
            await cluster.Client.Kv.PutAsync($"/k/{i}", value, cancellationToken: TestContext.Current.CancellationToken);
        return cluster;
    }
}
