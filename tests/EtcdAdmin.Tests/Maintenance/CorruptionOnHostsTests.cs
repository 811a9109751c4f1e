using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Maintenance.Corruption;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>The same on hosts with systemd, under a client that writes every 20 ms.</summary>
[Collection(StorageHostLab.Name)]
public sealed class CorruptionOnHostsTests(HostLabFixture fixture)
{
    private const string Value = "the-value-that-a-failing-disk-changes";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Repair_DatabaseOfOneHostIsDamagedUnderAWriter_IsReplacedAndKept()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await cluster.Client.Kv.PutAsync("damaged", Value, cancellationToken: Token);
        await using var writer = SteadyWriter.Start(cluster);
        MemberSpec spec = cluster.Spec!.Members.First(member => member.Name == "n2");
        var members = new MemberOperator(hosts.Context);
        await members.StopAsync(cluster, "n2", Token);
        string place = await hosts.LookAsync("n2", $"grep -abo '{Value}' {spec.DatabaseFile} | cut -d : -f 1");
        // Pages that are no longer in use may hold the value too.
        foreach (string offset in place.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            await hosts.LookAsync("n2", $"printf X | dd of={spec.DatabaseFile} bs=1 seek={offset} conv=notrunc status=none");
        await members.StartAsync(cluster, "n2", TimeSpan.FromSeconds(60), Token);

        ClusterHealth sick = await new HealthChecker(hosts.Context).CheckAsync(
            cluster, new HealthOptions { CheckHash = true, Timeout = TimeSpan.FromSeconds(20) }, Token);
        Assert.Equal("n2", Assert.Single(sick.Members, member => member.HashConsistent == false).Member);
        EtcdCorruptionRepair done = await (await new CorruptionRepairer(hosts.Context).PlanAsync(cluster, "n2", new RepairMemberRequest(), Token))
            .RunAsync(null, Token);

        Assert.Equal("kept", (await hosts.LookAsync("n2", $"[ -f {done.EvidencePath}/member/snap/db ] && echo kept")).Trim());
        ClusterHealth health = await new HealthChecker(hosts.Context).CheckAsync(
            cluster, new HealthOptions { CheckHash = true, Timeout = TimeSpan.FromSeconds(20) }, Token);
        Assert.True(health.Healthy, string.Join("; ", health.Members));
        Assert.All(health.Members, member => Assert.True(member.HashConsistent));
        RangeResult found = await cluster.Client.ForEndpoint(spec.ClientUrl(cluster.Spec.Tls)).Kv
            .QueryAsync(KeyRange.Key("damaged"), new RangeQuery { Serializable = true }, Token);
        Assert.Equal(Value, Assert.Single(found.KeyValues).ValueText);
        await writer.StopAndVerifyAsync(Token);
    }
}
