using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Suspension;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Suspension;

/// <summary>Clusters on this machine that are stopped and started as a whole.</summary>
public sealed class SuspensionTests : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly LocalLab _lab = new();

    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task PlanAsync_SuspendedAndResumed_NoMemberRunsInBetweenAndNothingIsLost(string version)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, version);
        await using SteadyWriter writer = SteadyWriter.Start(_lab.Context.Profiles, "demo");
        await Poll.UntilAsync(() => Task.FromResult(writer.Acknowledged > 20), Token);

        Operation<EtcdCluster> suspension = await SuspendAsync(cluster);
        await LocalLab.RunAsync(suspension);
        Assert.All(await RunningAsync(cluster), Assert.False);
        Assert.True((await SuspendAsync(cluster)).Plan.IsEmpty);
        int before = writer.Acknowledged;
        Operation<EtcdCluster> resumption = await ResumeAsync(cluster);
        EtcdCluster after = await LocalLab.RunAsync(resumption);

        Assert.Equal(["StopMember", "StopMember", "StopMember", "ProveStopped"], Kinds(suspension));
        Assert.Contains("Resume-EtcdCluster demo", Assert.Single(suspension.Warnings), StringComparison.Ordinal);
        Assert.Equal(["StartMember", "StartMember", "StartMember", "ProveCluster"], Kinds(resumption));
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
        Assert.True((await ResumeAsync(cluster)).Plan.IsEmpty);
        await Poll.UntilAsync(() => Task.FromResult(writer.Acknowledged > before), Token);
        await writer.StopAndVerifyAsync(Token);
    }

    [Fact]
    public async Task RunAsync_SuspensionStoppedHalfway_TheMembersRunAgain()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        Operation<EtcdCluster> operation = await SuspendAsync(cluster);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => operation.RunAsync(EventTrigger.OnMessage("Prove that no member", stop.Cancel), stop.Token));

        Assert.All(await RunningAsync(cluster), Assert.True);
        await new HealthGate(_lab.Context).WaitAsync(cluster, TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task RunAsync_SomeMembersAreStoppedAlready_OnlyTheOthersAreTouched()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        var members = new MemberOperator(_lab.Context);
        await members.StopAsync(cluster, "demo-1", Token);
        await members.StopAsync(cluster, "demo-2", Token); // without a quorum

        Operation<EtcdCluster> suspension = await SuspendAsync(cluster);
        await LocalLab.RunAsync(suspension);
        await Assert.ThrowsAnyAsync<EtcdException>(() => members.StartAsync(cluster, "demo-2", TimeSpan.FromSeconds(2), Token)); // it has no quorum
        Operation<EtcdCluster> resumption = await ResumeAsync(cluster);
        await LocalLab.RunAsync(resumption);

        Assert.Equal(["StopMember/demo-3", "ProveStopped"], suspension.Plan.Steps.Select(step => step.Id));
        Assert.Equal(["StartMember/demo-1", "StartMember/demo-3", "ProveCluster"], resumption.Plan.Steps.Select(step => step.Id));
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Healthy);
    }

    [Fact]
    public async Task PlanAsync_DataOfARunningMemberIsGone_TheMemberIsNotStopped()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        MemberSpec member = cluster.Spec!.Members[1];
        Directory.Move(member.WalFolder, member.WalFolder + ".gone");

        EtcdException error = await Assert.ThrowsAsync<EtcdException>(async () => await LocalLab.RunAsync(await SuspendAsync(cluster)));

        Assert.Equal(EtcdErrorIds.MemberDataLost, error.ErrorId);
        Assert.True((await _lab.Context.ServiceOf(member).GetStateAsync(member, Token)).IsRunning);
        await Poll.UntilAsync(async () => (await RunningAsync(cluster)).All(runs => runs), Token);
        Directory.Move(member.WalFolder + ".gone", member.WalFolder);
    }

    private Task<Operation<EtcdCluster>> SuspendAsync(EtcdCluster cluster) => new ClusterSuspender(_lab.Context).PlanAsync(cluster, Token);

    private Task<Operation<EtcdCluster>> ResumeAsync(EtcdCluster cluster) => new ClusterResumer(_lab.Context).PlanAsync(cluster, Timeout, Token);

    private async Task<bool[]> RunningAsync(EtcdCluster cluster) => await Task.WhenAll(cluster.Spec!.Members.Select(
        async member => (await _lab.Context.ServiceOf(member).GetStateAsync(member, Token)).IsRunning));

    private static IEnumerable<string> Kinds(Operation<EtcdCluster> operation) => operation.Plan.Steps.Select(step => step.Id.Split('/')[0]);
}
