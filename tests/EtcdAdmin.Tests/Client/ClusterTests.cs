using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class ClusterTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task ListAsync_OneMember_TellsItsUrls(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        MemberList list = await client.Cluster.ListAsync(cancellationToken: Stop);
        MemberStatus status = await client.Maintenance.StatusAsync(Stop);

        Member member = Assert.Single(list.Members);
        Assert.Equal("m0", member.Name);
        Assert.True(member.IsStarted);
        Assert.Equal(client.Endpoints, member.ClientUrls);
        Assert.Equal(status.Header.MemberId, member.Id);
    }

    [Theory, InlineData("3.4"), InlineData("3.5"), Etcd36Data("3.6"), Etcd37Data("3.7")]
    public async Task AddLearnerAsync_NotStarted_IsListedNotPromotedAndRemoved(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        Uri[] peers = [new($"http://127.0.0.1:{FreePorts.Take(1)[0]}")];
        Uri[] others = [new($"http://127.0.0.1:{FreePorts.Take(1)[0]}")];

        MemberAddResult added = await client.Cluster.AddLearnerAsync(peers, Stop);
        EtcdRpcException twice = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Cluster.AddLearnerAsync(peers, Stop));
        EtcdRpcException early = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Cluster.PromoteAsync(added.Added.Id, Stop));
        IReadOnlyList<Member> moved = await client.Cluster.UpdateAsync(added.Added.Id, others, Stop);
        IReadOnlyList<Member> left = await client.Cluster.RemoveAsync(added.Added.Id, Stop);
        EtcdRpcException gone = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Cluster.RemoveAsync(added.Added.Id, Stop));

        Assert.True(added.Added.IsLearner);
        Assert.False(added.Added.IsStarted);
        Assert.Equal(2, added.Members.Count);
        Assert.Equal(EtcdErrorIds.AlreadyExists, twice.ErrorId);
        Assert.Equal((EtcdError.LearnerNotReady, EtcdErrorIds.LearnerNotReady), (early.Error, early.ErrorId));
        Assert.Equal(others, moved.Single(member => member.Id == added.Added.Id).PeerUrls);
        Assert.Single(left);
        Assert.Equal(EtcdErrorIds.MemberNotFound, gone.ErrorId);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task AddAsync_VotingMemberToOne_CountsForTheQuorumAtOnce(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect(options => options with { CallTimeout = TimeSpan.FromSeconds(2) }));

        MemberAddResult added = await client.Cluster.AddAsync([new Uri("http://127.0.0.1:9")], Stop);
        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.PutAsync("k", "v", cancellationToken: Stop));
        MemberStatus status = await client.Maintenance.StatusAsync(Stop);

        Assert.False(added.Added.IsLearner);
        Assert.Contains(error.ErrorId, new[] { EtcdErrorIds.Timeout, EtcdErrorIds.NoLeader });
        Assert.False(error.NotApplied);
        Assert.StartsWith(version, status.Version, StringComparison.Ordinal);
    }
}
