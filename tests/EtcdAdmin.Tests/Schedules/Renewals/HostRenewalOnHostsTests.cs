using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Renewals;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Renewals;

/// <summary>Hosts that renew the certificates of their members themselves, with real timers, openssl and etcd.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class HostRenewalOnHostsTests(HostLabFixture lab)
{
    private const string Service = "etcd-certificates-prod.service";
    private static readonly string[] Names = ["n1", "n2", "n3"];

    // A new certificate is valid for 365 days, so it is due.
    private static readonly HostRenewal Due = new()
    {
        Times = ScheduleTimes.At([new TimeOnly(3, 30)]),
        DaysLeft = 380,
        ValidDays = 400,
        AuthorityDays = 500,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_OnThreeHosts_TheyRenewTheirCertificatesAndKeepTheFormerOnesIfEtcdDoesNotShowThem()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync(Names);
        var scheduler = new HostRenewalScheduler(hosts.Context);
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => scheduler.PlanRegisterAsync(cluster, Due, Token));
        Assert.Equal(EtcdErrorIds.NotSupported, refused.ErrorId);
        Assert.Contains("Update-EtcdCertificateAuthority prod -AllowIntermediate", refused.NextStep, StringComparison.Ordinal);
        cluster = (await (await new AuthorityReplacer(hosts.Context).PlanAsync(
            cluster, new AuthorityRequest { Emergency = true, AllowsIntermediate = true }, Token)).RunAsync(null, Token)).Cluster;

        Operation<IReadOnlyList<EtcdCertificateRenewal>> operation = await scheduler.PlanRegisterAsync(cluster, Due, Token);
        Assert.Contains(operation.Warnings, warning => warning.Contains("can sign client certificates for any user", StringComparison.Ordinal));
        IReadOnlyList<EtcdCertificateRenewal> registered = await operation.RunAsync(null, Token);
        Assert.All(registered, host => Assert.True(host.Registered && host.Healthy, host.Reason));
        Assert.Equal("root 600", (await hosts.LookAsync("n1", "stat -c '%U %a' /etc/etcd-certificates-prod/*.keys")).Trim());

        await using SteadyWriter writer = SteadyWriter.Start(cluster);
        foreach (string name in Names) await hosts.LookAsync(name, $"systemctl start {Service}");
        Assert.Equal(0, writer.MostFailures);
        await writer.StopAndVerifyAsync(Token);

        IReadOnlyList<EtcdCertificateRenewal> renewed = await new HostRenewalReader(hosts.Context).ReadAsync(cluster, Token);
        Assert.Equal(
            Names.Select(name => $"renewed certificates of member {name}: server, peer"), renewed.Select(host => host.LastAction));
        Assert.All(renewed, host => Assert.Equal(500, Math.Round((host.AuthorityNotAfter!.Value - DateTimeOffset.UtcNow).TotalDays)));
        CertificateListing all = await new CertificateReader(hosts.Context, 30, TimeSpan.FromSeconds(5)).ReadAsync(cluster, Token);
        EtcdCertificate[] ofMembers = [.. all.Certificates.Where(one => one.Member is not null && one.Use != CertificateUse.Authority)];
        Assert.All(ofMembers, one => Assert.Empty(one.Problems));
        Assert.All(ofMembers, one => Assert.Equal($"CN=prod {one.Member} CA", one.Issuer));
        Assert.Equal("etcd 600 etcd 644 etcd 600 etcd 644",
            (await hosts.LookAsync("n1", "cd /etc/etcd/pki && stat -c '%U %a' server.key server.crt peer.key peer.crt | xargs")).Trim());
        // Members that start anew accept each other's too.
        await hosts.LookAsync("n2", "systemctl restart etcd.service");
        await new HealthGate(hosts.Context).WaitAsync(cluster, TimeSpan.FromSeconds(30), Token);

        // Nothing answers at the URL of the member.
        string before = await hosts.LookAsync("n3", "sha256sum /etc/etcd/pki/*.crt /etc/etcd/pki/*.key");
        await hosts.LookAsync("n3", "sed -i -e s/^days_left=.*/days_left=450/ -e 's/^server_url=.*/server_url=https:\\/\\/127.0.0.1:9/' "
            + $"/etc/etcd-certificates-prod/*.conf; systemctl start {Service} || true");
        Assert.Equal(before, await hosts.LookAsync("n3", "sha256sum /etc/etcd/pki/*.crt /etc/etcd/pki/*.key"));
        EtcdCertificateRenewal failed = (await new HostRenewalReader(hosts.Context).ReadAsync(cluster, Token))[2];
        Assert.False(failed.Healthy);
        Assert.Contains("so it has the former one again", failed.LastError, StringComparison.Ordinal);

        await (await scheduler.PlanUnregisterAsync(cluster, force: false, Token)).RunAsync(null, Token);
        foreach (string name in Names)
            Assert.Equal("", (await hosts.LookAsync(name, "ls -d /etc/etcd-certificates* /etc/systemd/system/etcd-cert* 2>/dev/null; true")).Trim());
    }
}
