using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Connecting;

/// <summary>A service of systemd uses a credential package as its README says.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class CredentialOnHostsTests(HostLabFixture lab)
{
    [Fact]
    public async Task SystemdEnvironment_ServiceOfAnotherUser_ReachesTheCluster()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        CredentialPackageInfo package = await new CredentialExporter(hosts.Context).ExportAsync(
            cluster, Path.GetTempPath(), new CredentialRequest { UserName = "app", Overwrite = true }, TestContext.Current.CancellationToken);
        string archive = Convert.ToBase64String(await File.ReadAllBytesAsync(package.Path, TestContext.Current.CancellationToken));
        File.Delete(package.Path);
        await hosts.LookAsync("n1", $"echo {archive} | base64 -d | tar -xz -C /etc && chown -R daemon: /etc/etcd_credentials");

        string said = await hosts.LookAsync("n1",
            "systemd-run --quiet --wait --pipe --uid daemon -p EnvironmentFile=/etc/etcd_credentials/env.systemd "
            + "/opt/etcd/current/etcdctl endpoint health 2>&1; rm -r /etc/etcd_credentials");

        Assert.Contains(" is healthy", said, StringComparison.Ordinal);
    }
}
