using System.Security.Cryptography;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class MaintenanceTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task StatusAsync_RunningMember_TellsVersionLeaderAndSizes(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        MemberStatus status = await client.Maintenance.StatusAsync(Stop);

        Assert.StartsWith(version, status.Version, StringComparison.Ordinal);
        Assert.True(status.IsLeader);
        Assert.True(status.DbSizeBytes > 0);
        Assert.Equal(version != "3.3", status.DbSizeInUseBytes > 0);
        Assert.Equal(version != "3.3", status.RaftAppliedIndex > 0);
        Assert.Empty(status.Errors);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task ActivateAlarmAsync_NoSpace_StopsWritesUntilDisarmed(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        MemberId self = (await client.Maintenance.StatusAsync(Stop)).Header.MemberId;

        await client.Maintenance.ActivateAlarmAsync(self, AlarmType.NoSpace, Stop);
        IReadOnlyList<MemberAlarm> armed = await client.Maintenance.AlarmsAsync(Stop);
        EtcdRpcException refused = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.PutAsync("k", "v", cancellationToken: Stop));
        await client.Maintenance.DisarmAlarmAsync(self, AlarmType.NoSpace, Stop);

        Assert.Equal([new MemberAlarm(self, AlarmType.NoSpace)], armed);
        Assert.Equal((EtcdError.NoSpace, EtcdErrorIds.NoSpace, EtcdErrorKind.QuotaExceeded), (refused.Error, refused.ErrorId, refused.Kind));
        Assert.Empty(await client.Maintenance.AlarmsAsync(Stop));
        await client.Kv.PutAsync("k", "v", cancellationToken: Stop);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task ActivateAlarmAsync_Corrupt_StopsWritesButNoReads(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        MemberId self = (await client.Maintenance.StatusAsync(Stop)).Header.MemberId;
        long revision = (await client.Kv.PutAsync("k", "v", cancellationToken: Stop)).Header.Revision;
        await client.Kv.PutAsync("k", "v", cancellationToken: Stop);
        await client.Maintenance.ActivateAlarmAsync(self, AlarmType.Corrupt, Stop);

        EtcdKeyValue? read = await client.Kv.GetAsync("k", cancellationToken: Stop);
        Func<Task>[] writes =
        [
            () => client.Kv.PutAsync("k", "v", cancellationToken: Stop),
            () => client.Kv.DeleteAsync(KeyRange.Key("k"), cancellationToken: Stop),
            () => client.Kv.CompactAsync(revision, cancellationToken: Stop),
        ];

        Assert.Equal("v", read?.ValueText);
        foreach (Func<Task> write in writes) Assert.Equal(EtcdError.Corrupt, (await Assert.ThrowsAsync<EtcdRpcException>(write)).Error);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task HashKvAsync_SameRevisionTwice_IsEqualAndChangesWithWrites(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        long revision = (await client.Kv.PutAsync("k", "1", cancellationToken: Stop)).Header.Revision;

        KvHash first = await client.Maintenance.HashKvAsync(revision, Stop);
        await client.Kv.PutAsync("k", "2", cancellationToken: Stop);
        KvHash again = await client.Maintenance.HashKvAsync(revision, Stop);
        KvHash now = await client.Maintenance.HashKvAsync(cancellationToken: Stop);
        await client.Maintenance.DefragmentAsync(Stop);

        Assert.Equal(first.Hash, again.Hash);
        Assert.Equal(revision, first.Revision);
        Assert.NotEqual(first.Hash, now.Hash);
        Assert.Equal(revision + 1, now.Revision);
        Assert.Equal(now.Hash, (await client.Maintenance.HashKvAsync(cancellationToken: Stop)).Hash);
        Assert.NotEqual(0u, await client.Maintenance.HashAsync(Stop));
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task SnapshotAsync_WholeStream_IsWhatEtcdctlSaves(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        byte[] value = RandomNumberGenerator.GetBytes(100_000);
        for (int i = 0; i < 20; i++) await client.Kv.PutAsync(BitConverter.GetBytes(i), value, cancellationToken: Stop);
        using var snapshot = new MemoryStream();
        long remaining = -1;

        await foreach (SnapshotChunk chunk in client.Maintenance.SnapshotAsync(Stop))
        {
            snapshot.Write(chunk.Data.Span);
            remaining = chunk.RemainingBytes;
        }

        byte[] bytes = snapshot.ToArray();
        Assert.Equal(0, remaining);
        Assert.Equal(SHA256.HashData(bytes.AsSpan(..^32)), bytes[^32..]);
        // etcd goes on writing of its own accord between the two, which may take or free a few pages.
        const int FewPages = 8 * 4096;
        long saved = await EtcdctlSnapshotSizeAsync(server);
        Assert.InRange(bytes.Length, saved - FewPages, saved + FewPages);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task SnapshotAsync_LeftAfterFirstChunk_LeavesClientWorking(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        SnapshotChunk first = await client.Maintenance.SnapshotAsync(Stop).FirstAsync(Stop);

        Assert.True(first.RemainingBytes >= 0);
        Assert.NotNull(await client.Maintenance.StatusAsync(Stop));
    }

    [Fact]
    public async Task MoveLeaderAsync_ThreeMembers_TransfereeLeads()
    {
        EtcdServer server = await StartAsync("3.5", new EtcdServerOptions { Members = 3 });
        EtcdClient client = Track(server.Connect());
        MemberStatus[] all = await Task.WhenAll(server.Endpoints.Select(e => client.ForEndpoint(e).Maintenance.StatusAsync(Stop)));
        int leader = Array.FindIndex(all, status => status.IsLeader);
        int other = (leader + 1) % 3;

        EtcdRpcException refused = await Assert.ThrowsAsync<EtcdRpcException>(() =>
            client.ForEndpoint(server.Endpoints[other]).Maintenance.MoveLeaderAsync(all[other].Header.MemberId, Stop));
        await client.ForEndpoint(server.Endpoints[leader]).Maintenance.MoveLeaderAsync(all[other].Header.MemberId, Stop);

        Assert.Equal(EtcdError.NotLeader, refused.Error);
        Assert.Equal(all[other].Header.MemberId, (await client.ForEndpoint(server.Endpoints[other]).Maintenance.StatusAsync(Stop)).Leader);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task DowngradeAsync_Validate_AnswersOrSaysNotSupported(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        if (EtcdBinaries.IsAtLeast(version, "3.5"))
        {
            string below = version == "3.5" ? "3.4.0" : "3.5.0";
            Assert.StartsWith(version, await client.Maintenance.DowngradeAsync(DowngradeAction.Validate, below, Stop), StringComparison.Ordinal);
            return;
        }

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(
            () => client.Maintenance.DowngradeAsync(DowngradeAction.Validate, "3.2.0", Stop));
        Assert.Equal(EtcdErrorIds.NotSupported, error.ErrorId);
    }

    private static async Task<long> EtcdctlSnapshotSizeAsync(EtcdServer server)
    {
        string path = Path.Combine(server.Folder, Path.GetRandomFileName());
        ProcessResult result = await EtcdBinaries.RunAsync(
            server.Binaries.Etcdctl, ["--endpoints", server.Url(0), "snapshot", "save", path], null, Stop);
        Assert.True(result.ExitCode == 0, result.Error);
        return new FileInfo(path).Length;
    }
}
