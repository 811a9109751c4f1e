using EtcdAdmin.Client.Rpc;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Tests.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Clusters.Health;

/// <summary>A health check of etcd 2.3, which has API 2 only.</summary>
public sealed class HealthBefore3Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OldEtcdData("2.3")]
    public async Task Check_WithATestWriteAndHashes_WritesByApi2AndSaysThatNothingWasCompared(string version)
    {
        await using var member = new CarriedMember();
        await member.StartAsync(version);
        var cluster = new EtcdCluster("old", [member.Endpoint]) { IsBefore3 = true };

        ClusterHealth health = await new HealthChecker(AdminContext.Default()).CheckAsync(
            cluster, new HealthOptions { CheckWrite = true, CheckHash = true }, Token);

        EtcdHealth found = Assert.Single(health.Members);
        Assert.True(found.Healthy, found.Reason);
        Assert.True(found.Writable);
        Assert.Contains(health.Warnings, warning => warning.Contains("was not compared", StringComparison.Ordinal));
        using Api2Answer keys = await cluster.Client.ForEndpoint(member.Endpoint).Api2.SendAsync(HttpMethod.Get, "/v2/keys/?recursive=true", Token);
        Assert.False(keys.Body.GetProperty("node").TryGetProperty("nodes", out _)); // deleted, and without a directory
        Assert.True(keys.Index > 1); // it was there
    }
}
