using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>Three members whose quota is used up within a second, and the ways to use it up.</summary>
public sealed class SmallQuota() : InstalledCluster(size: 3)
{
    /// <summary>The quota of each member.</summary>
    public const long QuotaBytes = 16 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Writes until the cluster refuses it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="key">The key of each write, by its number: one key leaves history, many keys leave none.</param>
    /// <param name="valueBytes">The size of each value; small ones leave less room unused.</param>
    public static async Task FillAsync(EtcdCluster cluster, Func<int, string> key, int valueBytes = 250_000)
    {
        string value = new('v', valueBytes);
        for (int i = 0; i < 5_000; i++)
        {
            try
            {
                await cluster.Client.Kv.PutAsync(key(i), value, cancellationToken: Token);
            }
            catch (EtcdRpcException e) when (e.ErrorId == EtcdErrorIds.NoSpace)
            {
                return;
            }
        }

        Assert.Fail("The quota was never used up.");
    }

    protected override async Task<EtcdCluster> InstallAsync()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", Size, "3.5");
        return await LocalLab.RunAsync(await Lab.Installer.PlanAsync(request with { Tuning = new EtcdTuning { QuotaBytes = QuotaBytes } }, Token));
    }
}
