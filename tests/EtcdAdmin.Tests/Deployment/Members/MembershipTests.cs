using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Tests.Deployment.Members;

public sealed class MembershipTests
{
    [Fact]
    public void InitialCluster_MembersThatTheProfileDoesNotKnow_AreThoseOfTheCluster()
    {
        MemberSpec joining = Spec("n3", "10.0.0.3");
        var spec = new ClusterSpec { Token = "t", Tls = false, Members = [Spec("n1", "10.0.0.1"), Spec("gone", "10.0.0.9"), joining] };
        Member[] members = [At(0xb, "n1", "10.0.0.1"), At(0xa, "", "10.0.0.7"), At(0xc, "", "10.0.0.3")];
        var membership = new Membership(new EtcdCluster("prod", [new Uri("http://10.0.0.1:2379")]).WithSpec(spec), members, new ClusterHealth([]));

        string all = membership.InitialCluster(joining);

        Assert.Equal($"{members[1].Id}=http://10.0.0.7:2380,n1=http://10.0.0.1:2380,n3=http://10.0.0.3:2380", all);
    }

    private static MemberSpec Spec(string name, string address) =>
        new() { Name = name, HostName = name, Address = address, ClientPort = 2379, PeerPort = 2380, Directory = "/d", BinDirectory = "/b" };

    private static Member At(ulong id, string name, string address) =>
        new(new MemberId(id), name, [new Uri($"http://{address}:2380")], [], IsLearner: false);
}
