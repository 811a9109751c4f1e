using System.Globalization;
using EtcdAdmin.Database;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Tests.Database.Made;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.Reading;

/// <summary>The hash of <c>endpoint hashkv</c>, of files and of members that run on them.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotHashKvTests(SnapshotLab lab) : IAsyncDisposable
{
    private const int Keys = 20_000;

    private readonly List<EtcdServer> _servers = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.3", false)]
    [InlineData("3.4", false)]
    [InlineData("3.5", false)]
    [Etcd36Data("3.6", false)]
    [Etcd37Data("3.7", false)]
    [InlineData("3.5", true)]
    [Etcd36Data("3.6", true)]
    public async Task InspectAsync_SavedWhileACompactionIsUnderWay_HasTheHashOfTheMember(string version, bool atADeletion)
    {
        SnapshotEtcd etcd = new(await StartAsync(version));
        string? path = null;
        for (int round = 0; path is null; round++)
        {
            Assert.True(round < 10, "No snapshot was saved during a compaction.");
            for (int i = 0; i < 3; i++) await etcd.PutAllAsync(Enumerable.Range(0, Keys).Select(key => ($"/k/{key}", $"{round}-{i}")), Stop);
            if (atADeletion) await etcd.ControlAsync(["del", "/k/1", "/k/2"], Stop);
            long revision = (await etcd.CountAsync(Stop)).Revision;
            await etcd.PutAllAsync(Enumerable.Range(0, 100).Select(key => ($"/k/{key}0", "later")), Stop);
            await etcd.ControlAsync(["compaction", revision.ToString(CultureInfo.InvariantCulture)], Stop);
            string saved = await etcd.SaveAsync($"round-{round}", Stop);
            if (IsUnderWay(saved)) path = saved;
        }

        uint hash = await etcd.HashKvAsync(Stop);
        SnapshotInfo info = await SnapshotInspector.InspectAsync(path, null, Stop);

        Assert.Equal(hash, info.HashKv);
    }

    [Theory]
    [InlineData("3.3", "written over")]
    [InlineData("3.4", "written over")]
    [InlineData("3.5", "written over")]
    [Etcd36Data("3.6", "written over")]
    [InlineData("3.3", "mixed")]
    [InlineData("3.4", "mixed")]
    [InlineData("3.5", "mixed")]
    [Etcd36Data("3.6", "mixed")]
    public async Task InspectAsync_MemberRestoredFromSnapshot_HasTheHashOfTheSnapshot(string version, string stage)
    {
        LabSnapshot snapshot = await lab.GetAsync(version, stage, Stop);
        EtcdServer server = await StartAsync(version);
        var etcd = new SnapshotEtcd(server);
        Assert.Equal("", await RestoreAsync(server, etcd, snapshot));

        uint hash = await etcd.HashKvAsync(Stop);
        await server.StopAsync();
        SnapshotInfo info = await SnapshotInspector.InspectAsync(etcd.Database, null, Stop);

        Assert.Equal(snapshot.HashKv, hash);
        Assert.Equal((hash, snapshot.Keys, snapshot.Revision), (info.HashKv, info.TotalKeys, info.CurrentRevision));
        Assert.Equal(0, info.LostPages);
    }

    [Theory]
    [InlineData("mixed")]
    [InlineData("written over")]
    [InlineData("all deleted")]
    public async Task InspectAsync_MemberRestoredWithRevisionBump_HasTheHashOfTheMember(string stage)
    {
        LabSnapshot snapshot = await lab.GetAsync("3.5", stage, Stop);
        EtcdServer server = await StartAsync("3.5");
        var etcd = new SnapshotEtcd(server);
        string error = await RestoreAsync(server, etcd, snapshot, "--bump-revision", "1000", "--mark-compacted");
        Assert.SkipUnless(error.Length == 0, $"This etcdutl has no revision bump: {error}");

        uint bumped = await etcd.HashKvAsync(Stop);
        string saved = await etcd.SaveAsync("bumped", Stop);
        await etcd.PutAllAsync([("/k/00001", "after"), ("/k/00160", "after")], Stop);
        uint later = await etcd.HashKvAsync(Stop);
        (long keys, long revision) = await etcd.CountAsync(Stop);
        await server.TerminateAsync(0); // a killed member would lose data that is not in the database yet
        SnapshotInfo first = await SnapshotInspector.InspectAsync(saved, null, Stop);
        SnapshotInfo second = await SnapshotInspector.InspectAsync(etcd.Database, null, Stop);

        Assert.Equal((bumped, snapshot.Revision + 1000), (first.HashKv, first.Revision));
        Assert.Equal((later, keys, revision), (second.HashKv, second.TotalKeys, second.CurrentRevision));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EtcdServer server in _servers) await server.DisposeAsync();
    }

    private async Task<EtcdServer> StartAsync(string version)
    {
        EtcdServer server = await EtcdServer.StartAsync(version, new EtcdServerOptions { Arguments = ["--max-txn-ops", "100000"] });
        _servers.Add(server);
        return server;
    }

    /// <summary>Replaces a member's data by a restored snapshot.</summary>
    /// <returns>The tool's error if it refused; empty if the member runs again.</returns>
    private static async Task<string> RestoreAsync(EtcdServer server, SnapshotEtcd etcd, LabSnapshot snapshot, params string[] options)
    {
        await server.StopAsync();
        Directory.Delete(server.DataDirectory(0), recursive: true);
        ProcessResult restored = await etcd.SnapshotAsync(["restore", snapshot.Path, "--data-dir", server.DataDirectory(0), .. options], Stop);
        if (restored.ExitCode != 0) return restored.Error;
        await server.RestartAsync(0);
        return "";
    }

    private static bool IsUnderWay(string path)
    {
        MadeBucket meta = MadeDatabase.Of(path, Stop).Buckets.Single(bucket => bucket.Name.AsSpan().SequenceEqual("meta"u8));
        return !Value("scheduledCompactRev"u8).AsSpan().SequenceEqual(Value("finishedCompactRev"u8));

        byte[] Value(ReadOnlySpan<byte> name)
        {
            foreach (MadeRecord record in meta.Records)
            {
                if (record.Key.AsSpan().SequenceEqual(name)) return record.Value;
            }

            return [];
        }
    }
}
