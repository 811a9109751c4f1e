using EtcdAdmin.Client;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

/// <summary>What is said to those whom etcd refuses: who was refused, and who would not be.</summary>
public sealed class RefusalTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task Calls_UserMayNot_SayWhoWasRefusedAndWhoMay(string version)
    {
        using var authority = CertificateAuthority.Create("test authority");
        EtcdServer server = await StartAsync(version, new EtcdServerOptions { Authority = authority });
        IssuedCertificate issued = authority.Issue(CertificateSpec.Client("pat"));
        EtcdTls tls = EtcdTls.FromPem(
            authority.CertificatePem, issued.CertificatePem, issued.KeyPem, sources: new EtcdTlsSources(ClientCertificate: "pat.crt"));
        EtcdClient pat = Track(server.Connect(o => o with { Tls = tls }));
        EtcdClient ann = Track(server.Connect(o => o with { Tls = tls, Credential = new EtcdCredential("ann", "apw") }));
        EtcdClient wrong = Track(server.Connect(o => o with { Tls = tls, Credential = new EtcdCredential("ann", "xyz") }));
        EtcdClient root = Track(server.Connect(o => o with { Tls = tls, Credential = new EtcdCredential("root", "rpw") }));
        await pat.Auth.AddUserAsync("root", "rpw", Stop);
        await pat.Auth.AddRoleAsync("root", Stop);
        await pat.Auth.GrantRoleAsync("root", "root", Stop);
        await pat.Auth.AddUserAsync("ann", "apw", Stop);
        await pat.Auth.EnableAsync(Stop);
        using var folder = new TempFolder();
        await using var lab = new LocalLab();
        var cluster = new EtcdCluster("c", server.Endpoints)
        {
            Tls = new ClusterTls(authority.CertificatePem, issued.CertificatePem) { KeyPem = issued.KeyPem },
            Credential = new EtcdCredential("ann", "apw"),
        };

        EtcdException snapshot = await FailAsync(() => new SnapshotSaver(lab.Context).SaveAsync(
            cluster, new SaveSnapshotRequest { Destination = folder.File("s.db") }, null, Stop));
        EtcdException[] maintenance =
        [
            snapshot,
            await FailAsync(() => ann.Maintenance.DefragmentAsync(Stop)),
            await FailAsync(() => ann.Maintenance.HashKvAsync(0, Stop)),
            await FailAsync(() => ann.Cluster.RemoveAsync(new MemberId(1), Stop)),
            await FailAsync(() => ann.Auth.AddUserAsync("eve", "e", Stop)),
        ];
        EtcdException key = await FailAsync(() => ann.Kv.GetAsync("/k", Stop));
        EtcdException byCertificate = await FailAsync(() => pat.Kv.GetAsync("/k", Stop));
        EtcdException byCertificateRoot = await FailAsync(() => pat.Maintenance.HashKvAsync(0, Stop));
        EtcdException password = await FailAsync(() => wrong.Kv.GetAsync("/k", Stop));

        Assert.All(maintenance, e =>
        {
            Assert.Equal(EtcdErrorIds.PermissionDenied, e.ErrorId);
            Assert.Contains("(as user 'ann')", e.Message, StringComparison.Ordinal);
            Assert.Contains("needs a user that has the root role: supply that user with -Credential", e.NextStep, StringComparison.Ordinal);
        });
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Contains("(as user 'ann')", key.Message, StringComparison.Ordinal);
        Assert.Contains("permission for these keys", key.NextStep, StringComparison.Ordinal);
        Assert.Contains("common name 'pat' of the client certificate in 'pat.crt'", byCertificate.Message, StringComparison.Ordinal);
        Assert.Contains("etcdctl user add pat --no-password", byCertificate.NextStep, StringComparison.Ordinal);
        Assert.Contains("etcdctl user grant-role pat root", byCertificateRoot.NextStep, StringComparison.Ordinal);
        Assert.Contains("user 'ann'", password.Message, StringComparison.Ordinal);
        Assert.Contains("Check the user name and password", password.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("xyz", password.ToString(), StringComparison.Ordinal);

        // The way named is one.
        await root.Auth.AddUserAsync("pat", "p", Stop);
        await root.Auth.GrantRoleAsync("pat", "root", Stop);
        await pat.Maintenance.HashKvAsync(0, Stop);
    }

    [Fact]
    public async Task Calls_ServerAsksForNoCertificate_SayThatTheCommonNameIsNoUser()
    {
        using var authority = CertificateAuthority.Create("test authority");
        EtcdServer server = await StartAsync("3.5", new EtcdServerOptions { Authority = authority, Arguments = ["--client-cert-auth=false"] });
        EtcdClient tester = Track(server.Connect());
        await tester.Auth.AddUserAsync("root", "rpw", Stop);
        await tester.Auth.AddRoleAsync("root", Stop);
        await tester.Auth.GrantRoleAsync("root", "root", Stop);
        await tester.Auth.EnableAsync(Stop);

        EtcdException error = await FailAsync(() => tester.Kv.GetAsync("/k", Stop));

        Assert.Equal(EtcdErrorIds.AuthFailed, error.ErrorId);
        Assert.Contains("does not use the common name 'tester'", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Credential", error.NextStep, StringComparison.Ordinal);
    }

    private static async Task<EtcdException> FailAsync(Func<Task> call) => await Assert.ThrowsAnyAsync<EtcdException>(call);
}
