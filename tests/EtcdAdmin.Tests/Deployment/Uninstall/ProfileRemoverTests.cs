using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Uninstall;

public sealed class ProfileRemoverTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AdminContext Context => new(new EtcdAdminHome(_folder.File("home"), _folder.File("packages")));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plan_AnImportedOrConnectedCluster_RemovesOnlyTheProfile(bool isImported)
    {
        EtcdCluster cluster = await SaveAsync(isImported ? Spec(Adopted()) : null);

        await (await new ProfileRemover(Context).PlanAsync(cluster, force: false, Token)).RunAsync(null, Token);

        Assert.False(Context.Profiles.Exists("prod"));
        Assert.False(Directory.Exists(Context.Profiles.Folder("prod")));
        Assert.Equal(EtcdErrorIds.ClusterNotFound,
            (await Assert.ThrowsAsync<EtcdException>(() => new ProfileRemover(Context).PlanAsync(cluster, force: false, Token))).ErrorId);
    }

    [Fact]
    public async Task Plan_AClusterOfEtcdAdmin_IsRefusedWithoutForce()
    {
        EtcdCluster cluster = await SaveAsync(Spec(Adopted(), new MemberSpec
        {
            Name = "n2",
            HostName = "n2",
            Address = "10.0.0.2",
            ClientPort = 2379,
            PeerPort = 2380,
            Directory = "/var/lib/etcd",
            BinDirectory = "/opt/etcd"
        }));

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => new ProfileRemover(Context).PlanAsync(cluster, force: false, Token));
        Assert.Equal(EtcdErrorIds.NotSupported, refused.ErrorId);
        Assert.Contains("Uninstall-EtcdCluster prod", refused.NextStep, StringComparison.Ordinal);
        Assert.True(Context.Profiles.Exists("prod"));

        await (await new ProfileRemover(Context).PlanAsync(cluster, force: true, Token)).RunAsync(null, Token);
        Assert.False(Context.Profiles.Exists("prod"));
    }

    private async Task<EtcdCluster> SaveAsync(ClusterSpec? spec)
    {
        var cluster = new EtcdCluster("prod", [new Uri("http://10.0.0.1:2379")]) { Spec = spec };
        await Context.Profiles.SaveAsync(cluster, Token);
        return cluster;
    }

    private static ClusterSpec Spec(params MemberSpec[] members) =>
        new() { Token = "prod-1", Tls = false, Version = new EtcdVersion(3, 5, 16), Members = members };

    private static MemberSpec Adopted() => new()
    {
        Name = "n1",
        HostName = "n1",
        Address = "10.0.0.1",
        ClientPort = 2379,
        PeerPort = 2380,
        Directory = "/var/lib/etcd",
        BinDirectory = "/usr/bin",
        Unit = "etcd.service",
        Adopted = new AdoptedMember
        {
            Kind = AdoptedKind.DistroPackage,
            Source = "package etcd-server 3.5.16",
            DataDirectory = "/var/lib/etcd/default",
            Program = "/usr/bin/etcd",
            ClientUrl = new Uri("http://10.0.0.1:2379"),
            PeerUrl = new Uri("http://10.0.0.1:2380"),
            ClusterId = "1",
            MemberId = "2",
            UnitFile = "/lib/systemd/system/etcd.service",
        },
    };
}
