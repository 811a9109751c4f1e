using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>The quota of a cluster is raised while the alarm NOSPACE is armed.</summary>
public sealed class QuotaRaisedTests(SmallQuota small) : IClassFixture<SmallQuota>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlanAsync_NewQuotaGivesRoom_DisarmsTheAlarmAndProvesAWrite()
    {
        EtcdCluster cluster = await small.GetAsync();
        await SmallQuota.FillAsync(cluster, i => $"many/{i}");
        Operation<EtcdCluster> little = await PlanAsync(cluster, SmallQuota.QuotaBytes + (1 << 20));
        Assert.Contains("Clear-EtcdAlarm", Assert.Single(little.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain(little.Plan.Steps, step => step.Id == "DisarmAlarm");

        Operation<EtcdCluster> enough = await PlanAsync(cluster, SmallQuota.QuotaBytes * 4);
        Assert.Empty(enough.Warnings);
        Assert.Equal(["DisarmAlarm", "ProveWrites"], enough.Plan.Steps.TakeLast(2).Select(step => step.Id));
        EtcdCluster changed = await LocalLab.RunAsync(enough);

        Assert.Empty(await changed.Client.Maintenance.AlarmsAsync(Token));
        await changed.Client.Kv.PutAsync("after", "value", cancellationToken: Token);
        Assert.True((await PlanAsync(changed, SmallQuota.QuotaBytes * 4)).Plan.IsEmpty);
    }

    private Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, long quotaBytes) => new ConfigurationChanger(small.Lab.Context).PlanAsync(
        cluster, new ConfigurationRequest { Tuning = new EtcdTuning { QuotaBytes = quotaBytes } }, Token);
}
