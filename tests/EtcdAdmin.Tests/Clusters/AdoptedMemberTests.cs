using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters;

/// <summary>Members that EtcdAdmin did not install: their places, and what may not be done to them.</summary>
public sealed class AdoptedMemberTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SaveAndLoad_AnAdoptedMember_IsTheSameWithItsOwnPlaces()
    {
        using var folder = new TempFolder();
        var store = new ProfileStore(new EtcdAdminHome(folder.Path));
        EtcdCluster cluster = Cluster(Adopted("n1"), Adopted("n2"));

        await store.SaveAsync(cluster, Token);
        EtcdCluster loaded = await store.LoadAsync("theirs", Token);

        Assert.Equivalent(cluster.Spec, loaded.Spec, strict: true);
        MemberSpec member = loaded.Spec!.Members[0];
        Assert.Equal(("/var/lib/etcd/default", "/etc/default/etcd"), (member.Layout.DataDirectory, member.Layout.ConfigFile));
        Assert.Equal("/var/lib/etcd/default/member/wal", member.WalFolder);
        Assert.Equal("/usr/bin/etcdctl", member.BinaryPath("etcdctl", new EtcdVersion(3, 4, 23)));
        Assert.Equal("https://10.0.0.1:2379/", member.ClientUrl(tls: false).ToString()); // as the cluster has it, whatever is asked
        Assert.Contains(
            "\"kind\": \"DistroPackage\"", await File.ReadAllTextAsync(folder.File("clusters/theirs/cluster.json"), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_APathThatIsNotOne_IsReportedByItsEntry()
    {
        using var folder = new TempFolder();
        var store = new ProfileStore(new EtcdAdminHome(folder.Path));
        MemberSpec member = Adopted("n1");
        await store.SaveAsync(Cluster(member with { Adopted = member.Adopted! with { DataDirectory = "default.etcd" } }), Token);

        EtcdCluster loaded = await store.LoadAsync("theirs", Token);

        EtcdException error = Assert.Throws<EtcdException>(loaded.RequireSpec);
        Assert.Contains("spec.members[0].adopted.dataDirectory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequireConverted_SomeAdopted_NamesThemAndTheCommand()
    {
        MemberSpec ours = Adopted("n3") with { Adopted = null };
        EtcdCluster cluster = Cluster(Adopted("n1"), Adopted("n2"), ours);

        EtcdException refused = Assert.Throws<EtcdException>(cluster.RequireConverted);

        Assert.Equal(EtcdErrorIds.MemberNotConverted, refused.ErrorId);
        Assert.StartsWith("Members n1, n2 run from package etcd-server 3.4.23.", refused.Message, StringComparison.Ordinal);
        Assert.Equal("Convert them first: Get-EtcdMember theirs | Convert-EtcdMember", refused.NextStep);
        Assert.Equal("Migration required: installed from package etcd-server 3.4.23 (n1, n2)", cluster.Migration);
        Assert.Equal("Migration required: installed from package etcd-server 3.4.23", Cluster(Adopted("n1")).Migration);
        Assert.Null(Cluster(ours).Migration);
        Assert.True(cluster.IsAdopted);
        Assert.False(Cluster(ours, ours with { Name = "n2" }).IsAdopted);
        Cluster(ours).RequireConverted();
    }

    [Fact]
    public void MemberFiles_AnAdoptedMember_AreNeverWritten() =>
        Assert.Throws<InvalidOperationException>(() => new MemberFiles(new LocalHost(), Adopted("n1")));

    private static EtcdCluster Cluster(params MemberSpec[] members) => new("theirs", [new Uri("https://10.0.0.1:2379")])
    {
        Spec = new ClusterSpec { Token = "t", Version = new EtcdVersion(3, 4, 23), Installed = true, Tls = false, Members = members },
    };

    private static MemberSpec Adopted(string name) => new()
    {
        Name = name,
        HostName = name,
        Address = "10.0.0.1",
        ClientPort = 2379,
        PeerPort = 2380,
        Directory = "/var/lib/etcd/default",
        BinDirectory = "/usr/bin",
        Unit = "etcd.service",
        User = "etcd",
        Adopted = new AdoptedMember
        {
            Kind = AdoptedKind.DistroPackage,
            Source = "package etcd-server 3.4.23",
            DataDirectory = "/var/lib/etcd/default",
            Program = "/usr/bin/etcd",
            ClientUrl = new Uri("https://10.0.0.1:2379"),
            PeerUrl = new Uri("http://10.0.0.1:2380"),
            ClusterId = "cdf818194e3a8c32",
            MemberId = "8e9e05c52164694d",
            UnitFile = "/lib/systemd/system/etcd.service",
            EnvironmentFile = "/etc/default/etcd",
        },
    };
}
