using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Space;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>The way out of NOSPACE on hosts with systemd, under a client that writes every 20 ms.</summary>
[Collection(StorageHostLab.Name)]
public sealed class SpaceOnHostsTests(HostLabFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Repair_QuotaUsedUpUnderAWriter_AcceptsWritesAgainAndLosesNone()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        EtcdCluster cluster = await hosts.InstallAsync(
            hosts.Request("n1", "n2", "n3") with { Tuning = new EtcdTuning { QuotaBytes = SmallQuota.QuotaBytes } });
        await using var writer = SteadyWriter.Start(cluster);
        await SmallQuota.FillAsync(cluster, _ => "same");
        EtcdRpcException refused = await Assert.ThrowsAsync<EtcdRpcException>(() => cluster.Client.Kv.PutAsync("more", "", cancellationToken: Token));
        Assert.Equal(EtcdErrorIds.NoSpace, refused.ErrorId);
        int before = writer.Acknowledged;

        EtcdSpaceRepair done = await (await new SpaceRepairer(hosts.Context).PlanAsync(cluster, new SpaceRepairRequest(), Token)).RunAsync(null, Token);

        Assert.Equal(3, done.Members.Count(member => member.Defragmented));
        Assert.True((await hosts.HealthAsync(cluster)).Healthy);
        await Poll.UntilAsync(() => Task.FromResult(writer.Acknowledged > before), Token);
        await writer.StopAndVerifyAsync(Token);
    }
}
