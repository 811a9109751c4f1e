using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Deployment.CertificateFiles;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Maintenance.History;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.OnHosts;

/// <summary>What members have after they joined: their space, and certificates that were signed elsewhere.</summary>
[Collection(SharedHostLab.Name)]
public sealed class JoinedMembersTests(HostLabFixture lab)
{
    private const int Values = 1_500;
    private const int ValueBytes = 20_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.5")]
    [InlineData("3.4")]
    public async Task AddAndRepair_TheLogHasMuchDeletedHistory_TheMemberIsDefragmented(string version)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab, version);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2");
        string value = new('x', ValueBytes);
        for (int i = 0; i < Values; i++) await cluster.Client.Kv.PutAsync("same", value, cancellationToken: Token);
        await (await new HistoryCompactor(hosts.Context).PlanAsync(cluster, new CompactionRequest { Physical = true }, Token)).RunAsync(null, Token);
        await (await new MemberOptimizer(hosts.Context).PlanAsync(cluster, new DefragmentRequest(), Token)).RunAsync(null, Token);

        await hosts.AddAsync(cluster, "n3");
        cluster = await hosts.Context.Profiles.LoadAsync("prod", Token);
        await RequireSmallAsync(hosts, cluster);
        var said = new EventRecorder();
        Operation<EtcdMember> repair = await new MemberRepairer(hosts.Context).PlanAsync(
            cluster, "n1", new RepairMemberRequest { Package = hosts.Package }, Token);
        Assert.Contains(repair.Plan.Steps, step => step.Id == "DefragmentMember/n1");
        await repair.RunAsync(said, Token);

        await RequireSmallAsync(hosts, cluster);
        Assert.Contains(said.Of<MessageEvent>(), message => message.Text.EndsWith(
            "in the database of member n1 are free; it was defragmented.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Add_TheAuthoritysKeyIsElsewhere_TakesCertificatesThatWereSignedThere()
    {
        using var own = new OwnAuthorities();
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync("n1");
        string folder = own.Folder.File("requests");
        var maker = new CertificateMaker(hosts.Context);
        var request = new CertificateFileRequest { RequestOnly = true, Destination = folder, CommonName = "root" };
        await own.SignAsync(
            await maker.MakeAsync(
                cluster, request with { Uses = [CertificateProfile.Server, CertificateProfile.Peer, CertificateProfile.Client] }, Token),
            "serverAuth,clientAuth");
        await (await new AuthorityReplacer(hosts.Context).PlanAsync(
            cluster, new AuthorityRequest { SignedElsewhere = new SignedRequest(own.Write("root.crt", own.Root.Pem), folder) }, Token))
            .RunAsync(null, Token);
        cluster = await hosts.Context.Profiles.LoadAsync("prod", Token);
        var add = new AddMemberRequest { Host = new HostRequest { Connection = hosts.To("n2") }, Package = hosts.Package };

        var keyless = await Assert.ThrowsAsync<EtcdException>(() => new MemberAdder(hosts.Context).PlanAsync(cluster, add, Token));
        string address = (await hosts.LookAsync("n2", "hostname -I")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        await own.SignAsync(
            await CertificateMaker.MakeAsync(request with { CommonName = "n2", HostNames = [address] }, Token), "serverAuth,clientAuth");
        await (await new MemberAdder(hosts.Context).PlanAsync(cluster, add with { SignedFolder = folder }, Token)).RunAsync(null, Token);

        Assert.Equal(EtcdErrorIds.CertificateInvalid, keyless.ErrorId);
        Assert.Contains("New-EtcdCertificate prod -RequestOnly", keyless.NextStep, StringComparison.Ordinal);
        Assert.Equal("Healthy with 2 known peers",
            (await hosts.HealthAsync(await hosts.Context.Profiles.LoadAsync("prod", Token))).Summary);
        Assert.Equal(
            (await File.ReadAllTextAsync(Path.Combine(folder, "n2-peer.crt"), Token)).Trim(),
            (await hosts.LookAsync("n2", "cat /etc/etcd/pki/peer.crt")).Trim());
    }

    private static async Task RequireSmallAsync(HostCluster hosts, EtcdCluster cluster)
    {
        SpaceFacts facts = await SpaceFacts.ReadAsync(hosts.Context, cluster, Token);
        Assert.Equal(3, facts.Members.Count);
        Assert.All(facts.Members, member => Assert.True(
            member.DatabaseBytes < Values * ValueBytes / 4, $"{member.Name}: {member.DatabaseBytes} bytes"));
    }
}
