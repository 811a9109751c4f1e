using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Tests.Upgrades.Rolling;

/// <summary>Clusters whose members have two versions, because the second one failed: they go on, and back.</summary>
public sealed class MixedVersionsTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Update_SecondMemberFails_GoesBackAndOnWithOnlyThePackages()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.4");
        await using var writer = SteadyWriter.Start(cluster);
        EtcdBinaries old = await EtcdBinaries.GetAsync("3.4"), next = await EtcdBinaries.GetAsync("3.5");
        UpdateRequest request = await Updates.RequestAsync("3.5");

        string etcd = await FailAtSecondAsync(cluster, request);
        EtcdVersion?[] mixed = await RunningAsync(cluster);
        cluster = await Updates.RunAsync(_lab.Context, cluster, request with { Package = new PackageRequest { Path = old.Folder } });
        EtcdVersion?[] back = await RunningAsync(cluster);
        File.Move(etcd + ".right", etcd, overwrite: true);
        await FailAtSecondAsync(cluster, request);
        File.Move(etcd + ".right", etcd, overwrite: true);
        cluster = await Updates.RunAsync(_lab.Context, cluster, request with { Package = new PackageRequest { Path = next.Folder } });
        await writer.StopAndVerifyAsync(Token);

        Assert.Equal([old.Package.Version, old.Package.Version, next.Package.Version], mixed.Order());
        Assert.All(back, version => Assert.Equal(old.Package.Version, version));
        Assert.All(await RunningAsync(cluster), version => Assert.Equal(next.Package.Version, version));
        Assert.Equal(next.Package.Version, (await _lab.Context.Profiles.LoadAsync("demo", Token)).RequireSpec().Version);
    }

    [Theory]
    [Etcd36Data(true)]
    [Etcd36Data(false)]
    public async Task Downgrade_SecondMemberFails_RunsItWithTheNewerVersionAndGoesOnOrBack(bool goesOn)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.6");
        await using var writer = SteadyWriter.Start(cluster);
        UpdateRequest request = await Updates.RequestAsync("3.5");

        string etcd = await FailAtSecondAsync(cluster, request);
        EtcdVersion?[] mixed = await RunningAsync(cluster);
        File.Move(etcd + ".right", etcd, overwrite: true);
        cluster = await Updates.RunAsync(_lab.Context, cluster, goesOn ? request : await Updates.RequestAsync("3.6"));
        await writer.StopAndVerifyAsync(Token);

        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions { CheckHash = true }, Token);
        Assert.Equal([5, 6, 6], mixed.Select(version => version!.Value.Minor).Order());
        Assert.True(health.Healthy, health.Summary);
        Assert.All(
            health.Members, member => Assert.Equal((3, goesOn ? 5 : 6), (member.RunningVersion!.Value.Major, member.RunningVersion.Value.Minor)));
        Assert.All(health.Members, member => Assert.Null(member.DowngradeTarget));
    }

    /// <summary>Lets the program of the new version end at once from the second member on; it is kept beside.</summary>
    private async Task<string> FailAtSecondAsync(EtcdCluster cluster, UpdateRequest request)
    {
        ClusterUpdate update = await new ClusterUpdater(_lab.Context).PlanAsync(cluster, request, Token);
        string etcd = cluster.RequireSpec().Members[0].BinaryPath("etcd", update.Changes[0].To);
        int members = 0;
        var sabotage = new EventTrigger(
            value => value is MessageEvent message && message.Text.Contains("Restart member", StringComparison.Ordinal) && ++members == 2,
            () =>
            {
                File.Move(etcd, etcd + ".right", overwrite: true);
                File.WriteAllText(etcd, "#!/bin/sh\nexit 1\n");
                File.SetUnixFileMode(etcd, File.GetUnixFileMode(etcd + ".right"));
            });
        EtcdException failed = await Assert.ThrowsAsync<EtcdException>(() => update.Operation.RunAsync(sabotage, Token));
        Assert.Equal(EtcdErrorIds.MemberStartFailed, failed.ErrorId);
        return etcd;
    }

    private async Task<EtcdVersion?[]> RunningAsync(EtcdCluster cluster)
    {
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions { CheckHash = true }, Token);
        Assert.True(health.Healthy, health.Summary);
        return [.. health.Members.Select(member => member.RunningVersion)];
    }
}
