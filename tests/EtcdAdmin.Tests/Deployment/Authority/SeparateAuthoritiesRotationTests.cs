using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Authority;

/// <summary>Replacements of the authorities of clusters that have one for clients and another one for peers.</summary>
public sealed class SeparateAuthoritiesRotationTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ProfilePki Pki => new(_lab.Context.Profiles.Folder("demo"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.3", AuthorityUse.All)]
    [InlineData("3.4", AuthorityUse.Peer)]
    [InlineData("3.5", AuthorityUse.All)]
    [InlineData("3.5", AuthorityUse.Client)]
    [InlineData("3.5", AuthorityUse.Peer)]
    public async Task RunAsync_UnderAWriter_ReplacesWhatWasAskedForAndNothingElse(string version, AuthorityUse use)
    {
        EtcdCluster cluster = await InstallAsync(version);
        Dictionary<string, string> before = await FilesAsync(cluster);
        IssuedCertificate formerPeer = await PeerAsync();
        await using SteadyWriter writer = SteadyWriter.Start(_lab.Context.Profiles, "demo");
        await Poll.UntilAsync(() => writer.Acknowledged > 0, Token);

        Operation<EtcdAuthority> operation = await PlanAsync(cluster, new AuthorityRequest { Use = use });
        // Both at once: each member is restarted as often as for one of them.
        Assert.Equal(6, operation.Plan.Planned.Count(step => step.Text.Kind is StepKind.TrustAuthority or StepKind.DropAuthority));
        EtcdAuthority authority = await LocalLab.RunAsync(
            operation, EventTrigger.OnMessage("Prove that all members show certificates of", writer.LookUpAgain));

        await writer.StopAndVerifyAsync(Token);
        await RequireReplacedAsync(use, before, cluster, authority, formerPeer);
    }

    [Theory]
    [InlineData(AuthorityUse.All)]
    [InlineData(AuthorityUse.Peer)]
    public async Task RunAsync_AnEmergency_ReplacesWhatWasAskedFor(AuthorityUse use)
    {
        EtcdCluster cluster = await InstallAsync("3.5");
        Dictionary<string, string> before = await FilesAsync(cluster);
        IssuedCertificate formerPeer = await PeerAsync();

        EtcdAuthority authority = await LocalLab.RunAsync(
            await PlanAsync(cluster, new AuthorityRequest { Use = use, Emergency = true }));

        await RequireReplacedAsync(use, before, cluster, authority, formerPeer);
    }

    [Fact]
    public async Task RunAsync_StoppedInEveryPhase_AllFilesAreAsBefore()
    {
        EtcdCluster cluster = await InstallAsync("3.5");
        Dictionary<string, string> before = await FilesAsync(cluster);
        foreach (string phase in new[] { "CreateAuthority/", "TrustAuthority/", "ReplaceCertificates/", "DropAuthority/" })
        {
            Operation<EtcdAuthority> operation = await PlanAsync(cluster, new AuthorityRequest());
            PlanStep last = operation.Plan.Steps.Last(step => step.Id.StartsWith(phase, StringComparison.Ordinal));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => operation.RunAsync(EventTrigger.OnMessage($": {last.Action}", stop.Cancel), stop.Token));
            Assert.Equal(before, await FilesAsync(cluster));
            await TwoAuthorities.RequireAsync(_lab.Context, cluster);
        }
    }

    [Theory]
    [InlineData(AuthorityUse.All)]
    [InlineData(AuthorityUse.Peer)]
    public async Task RunAsync_KilledAfterEveryPhase_IsCompletedWhenRunAgain(AuthorityUse use)
    {
        EtcdCluster cluster = await InstallAsync("3.5");
        Dictionary<string, string> before = await FilesAsync(cluster);
        IssuedCertificate formerPeer = await PeerAsync();
        // As if the process had been killed after each of these steps: nothing is undone.
        foreach (string end in new[] { "CreateAuthority/peers", "TrustAuthority/demo-2", "ReplaceCertificates/demo-2", "DropAuthority/demo-2" })
        {
            PlannedStep[] steps = [.. (await PlanAsync(cluster, new AuthorityRequest { Use = use })).Plan.Planned];
            Assert.Contains(steps, step => step.Text.Id == end);
            foreach (PlannedStep step in steps.Take(Array.FindIndex(steps, step => step.Text.Id == end) + 1)) await step.Act(null, Token);
        }

        var renewal = await Assert.ThrowsAsync<EtcdException>(
            () => new CertificateRenewer(_lab.Context).PlanAsync(cluster, new RenewalRequest(), Token));
        Assert.Equal(EtcdErrorIds.CertificateInvalid, renewal.ErrorId);
        EtcdAuthority authority = await LocalLab.RunAsync(await PlanAsync(cluster, new AuthorityRequest { Use = use }));
        await RequireReplacedAsync(use, before, cluster, authority, formerPeer);
    }

    [Fact]
    public async Task PlanAsync_RequestsThatDoNotFit_AreRefusedBeforeAnythingIsChanged()
    {
        using var own = new OwnAuthorities();
        using CertificateAuthority given = own.Load(), same = own.Load();
        EtcdCluster cluster = await InstallAsync("3.5", 1);
        await RefusedAsync(cluster, new AuthorityRequest { Use = AuthorityUse.Peer, Authority = given }, "-PeerCertificateAuthority");
        await RefusedAsync(cluster, new AuthorityRequest { Use = AuthorityUse.Client, PeerAuthority = given }, "-CertificateAuthority");
        await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, new AuthorityRequest { Authority = given, PeerAuthority = same }));

        EtcdAuthority replaced = await LocalLab.RunAsync(
            await PlanAsync(cluster, new AuthorityRequest { Use = AuthorityUse.Client, Authority = given }));
        Assert.Equal("CN=Example etcd CA", (await Pki.ReadAuthorityAsync(Token)).Certificate.Subject);
        await TwoAuthorities.RequireAsync(_lab.Context, replaced.Cluster);
        await RefusedAsync(replaced.Cluster, new AuthorityRequest { Use = AuthorityUse.Peer, PeerAuthority = same }, "another root");

        PlannedStep first = (await PlanAsync(replaced.Cluster, new AuthorityRequest { Use = AuthorityUse.Peer })).Plan.Planned[0];
        await first.Act(null, Token);
        var begun = await Assert.ThrowsAsync<EtcdException>(
            () => PlanAsync(replaced.Cluster, new AuthorityRequest { Use = AuthorityUse.Client }));
        Assert.Contains("-Scope Peer", begun.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_AScopeForOneAuthority_IsRefused() => await RefusedAsync(
        await _lab.InstallAsync("demo", 1, "3.5"), new AuthorityRequest { Use = AuthorityUse.Peer }, "-Scope");

    private async Task RequireReplacedAsync(
        AuthorityUse use, Dictionary<string, string> before, EtcdCluster former, EtcdAuthority authority, IssuedCertificate formerPeer)
    {
        EtcdCluster after = authority.Cluster;
        await TwoAuthorities.RequireAsync(_lab.Context, after);
        Assert.False(Pki.HasNextAuthority);
        bool clients = use != AuthorityUse.Peer, peers = use != AuthorityUse.Client;
        Dictionary<string, string> now = await FilesAsync(after);
        Assert.Equal(before.Keys.Order(), now.Keys.Order());
        Assert.All(now, file => Assert.Equal(
            Path.GetFileName(file.Key).StartsWith("peer", StringComparison.Ordinal) ? peers : clients, before[file.Key] != file.Value));
        Assert.Equal(await File.ReadAllTextAsync(Pki.PeerAuthority.File, Token), after.Tls!.PeerCaPem);
        CertificateListing listing = await new CertificateReader(_lab.Context, 30, TimeSpan.FromSeconds(10)).ReadAsync(after, Token);
        Assert.All(listing.Certificates, one => Assert.Empty(one.Problems));
        EtcdCluster old = after.WithTls(after.Tls with { CertificatePem = former.Tls!.CertificatePem, KeyPem = former.Tls.KeyPem });
        await RequireAsync(new ClientTrial(_lab.Context, old, "former", AuthorityScope.OfClients), isRefused: clients);
        await RequireAsync(
            new ClientTrial(_lab.Context, AuthorityScope.OfPeers.Visit(after, formerPeer), "former", AuthorityScope.OfPeers), isRefused: peers);
    }

    private static async Task RequireAsync(ClientTrial trial, bool isRefused)
    {
        IReadOnlyList<TrialResult> results = await trial.MakeAsync(Token);
        Assert.Equal(3, results.Count);
        Assert.All(results, one => Assert.True(isRefused ? one.IsRefused : one.IsAccepted, $"{one.Place}: {one.Reason}"));
    }

    private async Task<IssuedCertificate> PeerAsync()
    {
        using CertificateAuthority peers = await Pki.PeerAuthority.ReadAsync(Token);
        return peers.Issue(CertificateSpec.Client("former"));
    }

    private async Task RefusedAsync(EtcdCluster cluster, AuthorityRequest request, string nextStep)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, request));
        Assert.Equal(EtcdErrorIds.InvalidArgument, error.ErrorId);
        Assert.Contains(nextStep, error.NextStep, StringComparison.Ordinal);
    }

    private async Task<EtcdCluster> InstallAsync(string version, int size = 3) => await LocalLab.RunAsync(await _lab.Installer.PlanAsync(
        await LocalLab.RequestAsync("demo", size, version) with { SeparatePeerAuthority = true }, Token));

    private Task<Operation<EtcdAuthority>> PlanAsync(EtcdCluster cluster, AuthorityRequest request) =>
        new AuthorityReplacer(_lab.Context).PlanAsync(cluster, request, Token);

    /// <summary>The certificates and keys of all members and of the profile.</summary>
    private async Task<Dictionary<string, string>> FilesAsync(EtcdCluster cluster)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string folder in cluster.Spec!.Members.Select(member => member.Layout.PkiDirectory)
            .Append(Path.Combine(_lab.Context.Profiles.Folder(cluster.Name), "pki")))
        {
            foreach (string file in Directory.GetFiles(folder)) files[file] = await File.ReadAllTextAsync(file, Token);
        }

        return files;
    }
}
