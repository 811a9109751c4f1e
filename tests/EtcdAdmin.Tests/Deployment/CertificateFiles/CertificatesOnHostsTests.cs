using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.CertificateFiles;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.CertificateFiles;

/// <summary>Certificates in files, for members on real hosts.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class CertificatesOnHostsTests(HostLabFixture lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MakeAsync_MembersOnHosts_HaveTheAddressesOfTheirHostsAndAreTakenIntoUse()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        using var own = new OwnAuthorities();
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        string[] addresses = (await hosts.LookAsync("n2", "hostname -I"))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string folder = own.Folder.File("made");

        IReadOnlyList<EtcdCertificateFile> made = await new CertificateMaker(hosts.Context).MakeAsync(
            cluster, new CertificateFileRequest { Destination = folder, Members = ["n2", "n3"], ExtraNames = ["{member}.example.org"] }, Token);
        Operation<IReadOnlyList<EtcdCertificate>> operation = await new CertificateRenewer(hosts.Context).PlanAsync(
            cluster, new RenewalRequest { SignedFolder = folder }, Token);
        IReadOnlyList<EtcdCertificate> renewed = await operation.RunAsync(null, Token);

        Assert.Equal(4, made.Count);
        EtcdCertificateFile peer = made.Single(one => one is { Member: "n2", Use: CertificateUse.Peer });
        Assert.All(addresses, address => Assert.Contains(address, peer.Names));
        Assert.Contains("n2.example.org", peer.Names);
        Assert.Equal(made.Select(one => one.Thumbprint).Order(), renewed.Select(one => one.Thumbprint).Order());
        EtcdCluster after = await hosts.Context.Profiles.LoadAsync(cluster.Name, Token);
        Assert.True((await new HealthChecker(hosts.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
    }
}
