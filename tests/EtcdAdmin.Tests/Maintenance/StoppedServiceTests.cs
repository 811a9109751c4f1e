using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>etcd 3.6 with StopGRPCServiceOnDefrag: a member that is defragmented reports to clients that it does not serve.</summary>
public sealed class StoppedServiceTests : IAsyncDisposable
{
    // A write that waits for the end of a defragmentation takes longer.
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(2);

    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Etcd36Data("3.6")]
    public async Task OptimizeAsync_ServiceStopsMeanwhile_ClientWithSeveralEndpointsWritesOn(string version)
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 3, version);
        var tuning = new EtcdTuning { Extra = new Dictionary<string, object?> { ["feature-gates"] = "StopGRPCServiceOnDefrag=true" } };
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request with { Tuning = tuning }, Token));
        string value = new('v', 1_000_000);
        for (int i = 0; i < 120; i++) await cluster.Client.Kv.PutAsync($"large/{i % 60}", value, cancellationToken: Token);
        await using var writer = SteadyWriter.Start(cluster);
        await Poll.UntilAsync(() => writer.Acknowledged > 20, Token);
        int before = writer.Acknowledged;
        writer.ForgetGap();

        IReadOnlyList<EtcdDefragmentation> done = await LocalLab.RunAsync(
            await new MemberOptimizer(_lab.Context).PlanAsync(cluster, new DefragmentRequest { MinimumGainPercent = 0 }, Token));

        Assert.All(done, member => Assert.True(member.Defragmented, member.Reason));
        Assert.True(writer.Acknowledged > before);
        TestContext.Current.SendDiagnosticMessage($"Longest gap of the writer: {writer.LongestGap.TotalMilliseconds:0} ms.");
        Assert.True(writer.LongestGap < Gap, $"No write was acknowledged for {writer.LongestGap.TotalSeconds:0.0} s.");
        await writer.StopAndVerifyAsync(Token);
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
