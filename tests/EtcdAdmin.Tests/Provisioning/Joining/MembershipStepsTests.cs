using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Provisioning.Joining;

public sealed class MembershipStepsTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory]
    [InlineData("3.4")] // the first with learners; a second voter that is not there would stop the cluster
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task AddAsync_MemberRemovedInTheSameSecond_IsAddedInTheNextOne(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        var joining = new MemberSpec
        {
            Name = "m1",
            HostName = "localhost",
            Address = "127.0.0.1",
            ClientPort = 1,
            PeerPort = FreePorts.Take(1)[0],
            Directory = "/d",
            BinDirectory = "/b",
        };
        var spec = new ClusterSpec { Token = "t", Tls = false, Members = [joining] };
        EtcdCluster cluster = new EtcdCluster("demo", server.Endpoints).WithSpec(spec).Reaching(server.Endpoints);
        Uri[] peers = [joining.PeerUrl(tls: false)];
        async Task AddAndRemoveAsync()
        {
            for (int i = 0; i < 50; i++)
            {
                MemberAddResult added = await client.Cluster.AddLearnerAsync(peers, Stop);
                await client.Cluster.RemoveAsync(added.Added.Id, Stop);
            }
        }

        EtcdRpcException refused = await Assert.ThrowsAsync<EtcdRpcException>(AddAndRemoveAsync);
        await new MembershipSteps(AdminContext.Default(), cluster).AddAsync(joining, learner: true, Stop);

        Assert.Equal(EtcdError.MemberNotFound, refused.Error);
        MemberList list = await client.Cluster.ListAsync(linearizable: true, Stop);
        Assert.Equal(peers, Assert.Single(list.Members, member => member.IsLearner).PeerUrls);
    }
}
