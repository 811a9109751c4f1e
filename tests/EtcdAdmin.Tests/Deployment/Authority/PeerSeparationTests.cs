using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Authority;

/// <summary>Running clusters with one authority get another one for peers.</summary>
public sealed class PeerSeparationTests : IAsyncLifetime
{
    private static readonly AuthorityRequest Separate = new() { SeparatesPeers = true };

    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ProfilePki Pki => new(_lab.Context.Profiles.Folder("demo"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    public async Task RunAsync_UnderAWriter_OnlyPeersChangeAndEachPortRefusesTheOtherAuthority(string version)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, version);
        string[] before = await OfClientsAsync(cluster);
        await using SteadyWriter writer = SteadyWriter.Start(cluster);

        Operation<EtcdAuthority> operation = await PlanAsync(cluster);
        Assert.Equal(
            [
                "CreateAuthority/peers", "TrustAuthority", "TrustAuthority", "TrustAuthority", "SaveProfile/separate", "ProveHandshakes/both",
                "ReplaceCertificates", "ReplaceCertificates", "ReplaceCertificates", "ProveHandshakes/new", "DropAuthority", "DropAuthority",
                "DropAuthority", "ProveCluster", "SaveProfile", "SaveProfile/configurations",
            ],
            operation.Plan.Steps.Select(step => step.Member is null ? step.Id : step.Id.Split('/')[0]));
        EtcdAuthority authority = await LocalLab.RunAsync(operation);

        await writer.StopAndVerifyAsync(Token);
        Assert.StartsWith("CN=demo peer CA", authority.PeerAuthority!.Subject, StringComparison.Ordinal);
        Assert.Equal(before, await OfClientsAsync(cluster));
        await RequireSeparatedAsync();
    }

    [Fact]
    public async Task RunAsync_KilledAfterEveryPhase_IsCompletedWhenRunAgain()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        string[] before = await OfClientsAsync(cluster);
        foreach (string end in new[]
        {
            "CreateAuthority/peers", "TrustAuthority/demo-2", "SaveProfile/separate", "ReplaceCertificates/demo-2", "DropAuthority/demo-2",
        })
        {
            PlannedStep[] steps = [.. (await PlanAsync(await LoadAsync())).Plan.Planned];
            Assert.Contains(steps, step => step.Text.Id == end);
            foreach (PlannedStep step in steps.Take(Array.FindIndex(steps, step => step.Text.Id == end) + 1)) await step.Act(null, Token);
            if (end != "TrustAuthority/demo-2") continue;
            var error = await Assert.ThrowsAsync<EtcdException>(
                () => new AuthorityReplacer(_lab.Context).PlanAsync(cluster, new AuthorityRequest(), Token));
            Assert.Contains("-SeparatePeerAuthority", error.NextStep, StringComparison.Ordinal);
        }

        await LocalLab.RunAsync(await PlanAsync(await LoadAsync()));
        Assert.Equal(before, await OfClientsAsync(cluster));
        await RequireSeparatedAsync();
    }

    [Fact]
    public async Task RunAsync_StoppedInEveryPhase_TheClusterHasOneAuthorityAgain()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        string profile = await File.ReadAllTextAsync(_lab.Context.Profiles.FileOf("demo"), Token);
        foreach (string phase in new[] { "TrustAuthority/", "SaveProfile/separate", "ReplaceCertificates/", "DropAuthority/" })
        {
            Operation<EtcdAuthority> operation = await PlanAsync(cluster);
            PlanStep last = operation.Plan.Steps.Last(step => step.Id.StartsWith(phase, StringComparison.Ordinal));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => operation.RunAsync(EventTrigger.OnMessage($": {last.Action}", stop.Cancel), stop.Token));

            Assert.Equal(profile, await File.ReadAllTextAsync(_lab.Context.Profiles.FileOf("demo"), Token));
            Assert.False(Pki.HasNextAuthority);
            Assert.False(Pki.PeerAuthority.HasCertificate);
            await new HealthGate(_lab.Context).WaitAsync(cluster, TimeSpan.FromSeconds(20), Token);
            IReadOnlyList<TrialResult> own = await new ClientTrial(_lab.Context, cluster, "client", AuthorityScope.Everyone).MakeAsync(Token);
            Assert.All(own, one => Assert.True(one.IsAccepted, $"{one.Place}: {one.Reason}"));
            Assert.True(await IsInstalledAsync());
        }

        await LocalLab.RunAsync(await PlanAsync(cluster));
        await RequireSeparatedAsync();
    }

    [Fact]
    public async Task PlanAsync_RequestsThatDoNotFit_AreRefused()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        foreach (AuthorityRequest request in new[] { Separate with { Emergency = true }, Separate with { Use = AuthorityUse.Client } })
        {
            var error = await Assert.ThrowsAsync<EtcdException>(() => new AuthorityReplacer(_lab.Context).PlanAsync(cluster, request, Token));
            Assert.Equal(EtcdErrorIds.InvalidArgument, error.ErrorId);
        }
    }

    private async Task RequireSeparatedAsync()
    {
        EtcdCluster after = await LoadAsync();
        await TwoAuthorities.RequireAsync(_lab.Context, after);
        Assert.False(Pki.HasNextAuthority);
        CertificateListing listing = await new CertificateReader(_lab.Context, 30, TimeSpan.FromSeconds(10)).ReadAsync(after, Token);
        Assert.All(listing.Certificates, one => Assert.Empty(one.Problems));
        Assert.True(await IsInstalledAsync());
        Operation<EtcdAuthority> again = await PlanAsync(after);
        Assert.True(again.Plan.IsEmpty);
        Assert.Contains("already", Assert.Single(again.Warnings), StringComparison.Ordinal);
    }

    private async Task<bool> IsInstalledAsync()
    {
        EtcdCluster cluster = await LoadAsync();
        var request = new InstallRequest { Name = "demo", Size = cluster.Spec!.Members.Count };
        return (await _lab.Installer.PlanAsync(request, Token)).Plan.IsEmpty;
    }

    private Task<EtcdCluster> LoadAsync() => _lab.Context.Profiles.LoadAsync("demo", Token);

    private Task<Operation<EtcdAuthority>> PlanAsync(EtcdCluster cluster) =>
        new AuthorityReplacer(_lab.Context).PlanAsync(cluster, Separate, Token);

    /// <summary>What clients notice: the authority and certificates for them.</summary>
    private async Task<string[]> OfClientsAsync(EtcdCluster cluster) => await Task.WhenAll(cluster.Spec!.Members
        .SelectMany(member => new[] { member.Layout.CaFile, member.Layout.ServerCertificateFile, member.Layout.ServerKeyFile })
        .Append(Pki.CaFile).Append(Pki.CaKeyFile).Append(Path.Combine(Path.GetDirectoryName(Pki.CaFile)!, "client.crt"))
        .Select(file => File.ReadAllTextAsync(file, Token)));
}
