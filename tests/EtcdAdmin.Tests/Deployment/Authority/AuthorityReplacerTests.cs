using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Authority;

/// <summary>Replacements of the authority of a cluster on this machine.</summary>
public sealed class AuthorityReplacerTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task RunAsync_StoppedInEveryPhase_AllFilesAreAsBeforeAndTheClusterServes()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        string[] before = await FilesAsync(cluster);
        foreach (string phase in new[] { "TrustAuthority/", "ReplaceCertificates/", "DropAuthority/" })
        {
            Operation<EtcdAuthority> operation = await PlanAsync(cluster);
            PlanStep last = operation.Plan.Steps.Last(step => step.Id.StartsWith(phase, StringComparison.Ordinal));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => operation.RunAsync(EventTrigger.OnMessage($": {last.Action}", stop.Cancel), stop.Token));
            Assert.Equal(before, await FilesAsync(cluster));
            await new HealthGate(_lab.Context).WaitAsync(cluster, TimeSpan.FromSeconds(20), Token);
        }
    }

    [Fact]
    public async Task RunAsync_KilledInEveryPhase_IsCompletedWhenRunAgain()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        // As if the process had been killed after each of these steps: nothing is undone.
        foreach (string end in new[] { "TrustAuthority/", "ReplaceCertificates/demo-", "DropAuthority/" })
        {
            PlannedStep[] steps = [.. (await PlanAsync(cluster)).Plan.Planned];
            int first = Array.FindIndex(steps, step => step.Text.Id.StartsWith(end, StringComparison.Ordinal));
            Assert.True(first >= 0, $"{end}: {string.Join(' ', steps.Select(step => step.Text.Id))}");
            foreach (PlannedStep step in steps.Take(first + 1)) await step.Act(null, Token);
        }

        await RequireReplacedAsync(cluster, (await LocalLab.RunAsync(await PlanAsync(cluster))).Cluster);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task RunAsync_EachVersion_MembersTrustOnlyTheNewAuthorityAndTheFormerClientIsRefused(string version)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, version);

        await RequireReplacedAsync(cluster, (await LocalLab.RunAsync(await PlanAsync(cluster))).Cluster);
    }

    [Fact]
    public async Task RunAsync_AnEmergency_MembersTrustOnlyTheNewAuthorityAndTheFormerClientIsRefused()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        await cluster.Client.Kv.PutAsync("kept", "value", cancellationToken: Token);

        Operation<EtcdAuthority> operation = await PlanAsync(cluster, emergency: true);
        Assert.Equal(
            ["CreateAuthority", "ReplaceCertificates", "StopMember", "StopMember", "StopMember", "ReplaceCertificates", "ReplaceCertificates",
                "ReplaceCertificates", "StartMember", "StartMember", "StartMember", "ProveCluster", "SaveProfile"],
            operation.Plan.Steps.Select(step => step.Id.Split('/')[0]));
        EtcdAuthority authority = await LocalLab.RunAsync(operation);

        await RequireReplacedAsync(cluster, authority.Cluster);
        Assert.Equal("value", (await authority.Cluster.Client.Kv.GetAsync("kept", Token))!.ValueText);
    }

    [Fact]
    public async Task RunAsync_AnEmergencyKilledAfterEveryStage_IsCompletedWhenRunAgain()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        // As if the process had been killed after each of these steps: nothing is undone.
        foreach (string end in new[] { "CreateAuthority", "StopMember/demo-3", "ReplaceCertificates/demo-3", "StartMember/demo-2" })
        {
            PlannedStep[] steps = [.. (await PlanAsync(cluster, emergency: true)).Plan.Planned];
            Assert.Contains(steps, step => step.Text.Id == end);
            foreach (PlannedStep step in steps.Take(Array.FindIndex(steps, step => step.Text.Id == end) + 1)) await step.Act(null, Token);
        }

        MemberSpec one = cluster.Spec!.Members[0];
        await _lab.Context.ServiceOf(one).StopAsync(one, Token);
        Operation<EtcdAuthority> last = await PlanAsync(cluster, emergency: true);
        Assert.Equal(
            ["StopMember/demo-1", "StopMember/demo-3", "ReplaceCertificates/demo-1", "ReplaceCertificates/demo-3", "StartMember/demo-1",
                "StartMember/demo-3", "ProveCluster", "SaveProfile"],
            last.Plan.Steps.Select(step => step.Id));
        await RequireReplacedAsync(cluster, (await LocalLab.RunAsync(last)).Cluster);
    }

    [Fact]
    public async Task RunAsync_AnEmergencyInWhichAMemberDoesNotStart_AllGoBackToTheFormerAuthority()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        string[] before = await FilesAsync(cluster);
        Operation<EtcdAuthority> operation = await PlanAsync(cluster, emergency: true);
        PlanStep last = operation.Plan.Steps.Last(step => step.Id.StartsWith("StartMember/", StringComparison.Ordinal));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => operation.RunAsync(EventTrigger.OnMessage($": {last.Action}", stop.Cancel), stop.Token));
        Assert.Equal(before, await FilesAsync(cluster));
        await new HealthGate(_lab.Context).WaitAsync(cluster, TimeSpan.FromSeconds(20), Token);
    }

    private async Task RequireReplacedAsync(EtcdCluster before, EtcdCluster after)
    {
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
        string ca = after.Tls!.CaPem!;
        foreach (MemberSpec member in after.Spec!.Members)
        {
            Assert.True(CertificateBundle.HasOnly(await File.ReadAllTextAsync(member.Layout.CaFile, Token), ca));
        }

        // The former client is refused everywhere, even if it would accept the members.
        IReadOnlyList<TrialResult> former =
            await new ClientTrial(_lab.Context, before.WithTls(before.Tls! with { CaPem = ca }), "former", AuthorityScope.Everyone).MakeAsync(Token);
        Assert.Equal(6, former.Count);
        Assert.All(former, one => Assert.True(one.IsRefused, $"{one.Place}: {one.Reason}"));
        Assert.False(new ProfilePki(_lab.Context.Profiles.Folder(before.Name)).HasNextAuthority);
    }

    private Task<Operation<EtcdAuthority>> PlanAsync(EtcdCluster cluster, bool emergency = false) =>
        new AuthorityReplacer(_lab.Context).PlanAsync(cluster, new AuthorityRequest { Emergency = emergency }, Token);

    /// <summary>The certificates and keys of all members and of the profile.</summary>
    private async Task<string[]> FilesAsync(EtcdCluster cluster) => await Task.WhenAll(cluster.Spec!.Members
        .Select(member => member.Layout.PkiDirectory).Append(Path.Combine(_lab.Context.Profiles.Folder(cluster.Name), "pki"))
        .SelectMany(folder => Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        .Select(async file => $"{file} {await File.ReadAllTextAsync(file, Token)}"));
}
