using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Tests.Upgrades.Rolling;

/// <summary>etcd 3.5 with API 2: each look at <c>/health</c> goes through the log as a v2 request, which etcd 3.6 refuses to replay.</summary>
public sealed class EnabledV2Tests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Test_HealthAskedWithApi2_FindsTheRequestsAndRefusesTheSetting()
    {
        EtcdCluster cluster = await InstallAsync();

        IReadOnlyList<EtcdUpgradeCheck> checks = await new ClusterUpdater(_lab.Context).TestAsync(cluster, new UpdateRequest
        {
            Package = new PackageRequest { Version = VersionRequest.Parse("3.6.14"), Sources = [PackageSource.Cache] },
        }, Token);

        Assert.Contains(checks, check => check is { Gate: UpgradeGate.V2Data, Result: UpgradeCheckResult.Warn }
            && check.Reason.Contains("v2 requests", StringComparison.Ordinal));
        Assert.Contains(checks, check => check is { Gate: UpgradeGate.Settings, Result: UpgradeCheckResult.Fail }
            && check.Reason.Contains("enable-v2", StringComparison.Ordinal));
    }

    [Theory]
    [Etcd36Data("3.6")]
    public async Task Update_HealthAskedWithApi2_StartsTheNewVersionOnceTheSettingIsRemoved(string to)
    {
        EtcdCluster cluster = await InstallAsync();
        UpdateRequest request = await Updates.RequestAsync(to);

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => Updates.RunAsync(_lab.Context, cluster, request));
        Operation<EtcdCluster> without = await new ConfigurationChanger(_lab.Context).PlanAsync(cluster, new ConfigurationRequest
        {
            Extra = new Dictionary<string, object?> { ["enable-v2"] = null },
        }, Token);
        cluster = await without.RunAsync(null, Token);
        EtcdCluster done = await Updates.RunAsync(_lab.Context, cluster, request);

        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.Equal((await EtcdBinaries.GetAsync(to)).Package.Version, done.RequireSpec().Version);
        Assert.NotNull(await done.Client.Kv.GetAsync("mine", cancellationToken: Token));
    }

    private async Task<EtcdCluster> InstallAsync()
    {
        EtcdCluster cluster = await (await _lab.Installer.PlanAsync(await LocalLab.RequestAsync("demo", 1, "3.5") with
        {
            Tls = false,
            Tuning = new EtcdTuning { Extra = new Dictionary<string, object?> { ["enable-v2"] = true } },
        }, Token)).RunAsync(null, Token);
        await cluster.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);
        using var http = new HttpClient();
        for (int i = 0; i < 3; i++)
            Assert.Contains("true", await http.GetStringAsync(new Uri(cluster.Endpoints[0], "/health"), Token), StringComparison.Ordinal);
        return cluster;
    }
}
