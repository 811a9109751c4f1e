using EtcdAdmin.Client;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.V2Store;

/// <summary>Logs and raft snapshots as each version at hand writes them.</summary>
public sealed class RaftFilesOfVersionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task Read_FilesOfAStoppedMember_FitEachOther(string version)
    {
        await using EtcdServer etcd = await EtcdServer.StartAsync(version, new EtcdServerOptions { Arguments = ["--snapshot-count=10"] });
        using (EtcdClient client = etcd.Connect())
        {
            for (int i = 0; i < 50; i++) await client.Kv.PutAsync($"/k/{i}", "value", cancellationToken: Token);
        }

        await etcd.TerminateAsync(0);
        string data = etcd.DataDirectory(0) + "/member";
        var log = new V2LogObserver(0);
        WalSummary summary = new WalReader(log).ReadFiles(Directory.GetFiles(data + "/wal"), Token);
        string[] files = [.. Directory.GetFiles(data + "/snap", "*.snap").Order(StringComparer.Ordinal)];

        Assert.Equal(WalCondition.Intact, summary.Condition);
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            RaftSnapshot? snapshot = RaftSnapshot.TryParse(await File.ReadAllBytesAsync(file, Token), out string? damage);
            Assert.Null(damage);
            Assert.Equal(RaftSnapshotName.Parse(Path.GetFileName(file)), snapshot?.Position);
            Assert.True(log.Recorded(snapshot!.Position, summary.State.Commit), $"{file} is not in the log"); // not null: no damage
            Assert.True(snapshot.Store.IsOnlyMembership);
        }

        RaftSnapshot newest = RaftSnapshot.TryParse(await File.ReadAllBytesAsync(files[^1], Token), out _)!; // not null, as above
        Assert.Equal(log.Newest(summary.State.Commit), newest.Position);
        Assert.StartsWith(version, newest.Store.ClusterVersion, StringComparison.Ordinal);
        Assert.Single(newest.Store.Root.Find("/0/members")!.Children!);
    }
}
