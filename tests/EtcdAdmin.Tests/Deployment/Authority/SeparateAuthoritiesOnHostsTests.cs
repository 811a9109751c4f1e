using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Authority;

/// <summary>Hosts with an authority for clients and another one for peers.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class SeparateAuthoritiesOnHostsTests(HostLabFixture lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_SeparatedThenAMemberIsAddedAndBothAreReplaced_LosesNoWrite()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2");
        await hosts.AddAsync(cluster, "n3");
        await using SteadyWriter writer = SteadyWriter.Start(hosts.Context.Profiles, "prod");
        await Poll.UntilAsync(() => writer.Acknowledged > 0, Token);

        await ReplaceAsync(hosts, new AuthorityRequest { SeparatesPeers = true });
        Assert.Equal(
            "peer-ca.crt etcd 644",
            (await hosts.LookAsync("n1", "cd /etc/etcd/pki && stat -c '%n %U %a' peer-ca.crt")).Trim());
        await TwoAuthorities.RequireAsync(hosts.Context, await LoadAsync(hosts));

        await (await new MemberRemover(hosts.Context).PlanAsync(await LoadAsync(hosts), "n3", Token)).RunAsync(null, Token);
        await hosts.AddAsync(await LoadAsync(hosts), "n3");
        await TwoAuthorities.RequireAsync(hosts.Context, await LoadAsync(hosts));

        await (await new CertificateRenewer(hosts.Context).PlanAsync(await LoadAsync(hosts), new RenewalRequest(), Token)).RunAsync(null, Token);
        await ReplaceAsync(
            hosts, new AuthorityRequest(), EventTrigger.OnMessage("Prove that all members show certificates of", writer.LookUpAgain));
        await writer.StopAndVerifyAsync(Token);

        EtcdCluster after = await LoadAsync(hosts);
        await TwoAuthorities.RequireAsync(hosts.Context, after);
        CertificateListing listing = await new CertificateReader(hosts.Context, 30, TimeSpan.FromSeconds(10)).ReadAsync(after, Token);
        Assert.Empty(listing.Failures);
        Assert.All(listing.Certificates, one => Assert.Empty(one.Problems));
    }

    private static Task<EtcdCluster> LoadAsync(HostCluster hosts) => hosts.Context.Profiles.LoadAsync("prod", Token);

    private static async Task ReplaceAsync(HostCluster hosts, AuthorityRequest request, IProgress<EtcdEvent>? events = null)
    {
        Operation<EtcdAuthority> operation =
            await new AuthorityReplacer(hosts.Context).PlanAsync(await LoadAsync(hosts), request, Token);
        await operation.RunAsync(events, Token);
    }
}
