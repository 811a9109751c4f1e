using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Plans;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Certificates;

/// <summary>Renewal of the certificates of real members.</summary>
public sealed class CertificateRenewerTests : IAsyncLifetime
{
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
    public async Task RunAsync_UnderAWriter_AllShowNewCertificatesAndNoMemberIsRestarted(string version)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, version);
        string[] processes = await ProcessesAsync(cluster), before = await ThumbprintsAsync(cluster);
        string client = CertificateInfo.FromPem(cluster.Tls!.CertificatePem!).Thumbprint;
        await using SteadyWriter writer = SteadyWriter.Start(cluster);

        Operation<IReadOnlyList<EtcdCertificate>> operation = await PlanAsync(cluster);
        Assert.Equal(
            ["ReplaceCertificates", "ReplaceCertificates", "ReplaceCertificates", "ReplaceCertificates", "ProveCluster", "SaveProfile"],
            operation.Plan.Steps.Select(step => step.Id.Split('/')[0]));
        IReadOnlyList<EtcdCertificate> renewed = await LocalLab.RunAsync(operation);

        await writer.StopAndVerifyAsync(Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"{writer.Acknowledged} writes, longest gap {writer.LongestGap}");
        Assert.Equal(processes, await ProcessesAsync(cluster));
        EtcdCluster after = await _lab.Context.Profiles.LoadAsync("demo", Token);
        string[] now = await ThumbprintsAsync(after);
        Assert.All(before.Zip(now), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal(
            now.Append(CertificateInfo.FromPem(after.Tls!.CertificatePem!).Thumbprint).Order(), renewed.Select(one => one.Thumbprint).Order());
        Assert.DoesNotContain(client, renewed.Select(one => one.Thumbprint));
        Assert.All(renewed, one => Assert.Empty(one.Problems));
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
        Assert.All(cluster.Spec!.Members, member =>
            Assert.Equal(["ca.crt", "peer.crt", "peer.key", "server.crt", "server.key"],
                Directory.GetFiles(member.Layout.PkiDirectory).Select(Path.GetFileName).Order()));
    }

    [Fact]
    public async Task RunAsync_AllCertificatesHaveExpired_TheClusterServesAgain()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        await cluster.Client.Kv.PutAsync("kept", "value", cancellationToken: Token);
        await ExpireAsync(cluster);
        foreach (MemberSpec member in cluster.Spec!.Members)
        {
            await _lab.Context.ServiceOf(member).StopAsync(member, Token);
            await _lab.Context.ServiceOf(member).StartAsync(member, cluster.Spec.Version!.Value, DataAtStart.Required, Token);
        }

        EtcdCluster expired = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.DoesNotContain(
            (await new HealthChecker(_lab.Context).CheckAsync(expired, new HealthOptions(), Token)).Members, member => member.Serves);

        Operation<IReadOnlyList<EtcdCertificate>> operation = await PlanAsync(expired, new RenewalRequest { DaysLeft = 1 });
        await LocalLab.RunAsync(operation);

        EtcdCluster after = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
        Assert.Equal("value", (await after.Client.Kv.GetAsync("kept", Token))!.ValueText);
        Assert.True((await PlanAsync(after, new RenewalRequest { DaysLeft = 1 })).Plan.IsEmpty);
    }

    [Fact]
    public async Task RunAsync_AMemberNeverShowsItsCertificate_AllGoBackToTheFormerOnes()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        string[] before = await FilesAsync(cluster);
        Operation<IReadOnlyList<EtcdCertificate>> operation = await PlanAsync(cluster, new RenewalRequest { Timeout = TimeSpan.FromSeconds(2) });
        MemberSpec last = cluster.Spec!.Members[^1];
        string process = (await File.ReadAllTextAsync(last.Layout.PidFile, Token)).Trim();
        await SendAsync("STOP", process);
        try
        {
            await Assert.ThrowsAnyAsync<EtcdException>(() => LocalLab.RunAsync(operation));
        }
        finally
        {
            await SendAsync("CONT", process);
        }

        Assert.Equal(before, await FilesAsync(cluster));
        await new HealthGate(_lab.Context).WaitAsync(await _lab.Context.Profiles.LoadAsync("demo", Token), TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task PlanAsync_OneMemberIsChosen_OnlyItsCertificatesAreRenewedAlsoWhenItIsDown()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        string[] before = await FilesAsync(cluster);
        await new MemberOperator(_lab.Context).StopAsync(cluster, "demo-2", Token);

        IReadOnlyList<EtcdCertificate> renewed = await LocalLab.RunAsync(await PlanAsync(cluster, new RenewalRequest { Members = ["demo-2"] }));

        Assert.Equal([("demo-2", CertificateUse.Server), ("demo-2", CertificateUse.Peer)], renewed.Select(one => (one.Member, one.Use)));
        string[] after = await FilesAsync(cluster);
        Assert.Equal(4, before.Zip(after).Count(pair => pair.First != pair.Second)); // two certificates, two keys
        await new MemberOperator(_lab.Context).StartAsync(cluster, "demo-2", TimeSpan.FromSeconds(30), Token);
        EtcdException unknown = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, new RenewalRequest { Members = ["demo-9"] }));
        Assert.Equal((EtcdErrorIds.MemberNotFound, "It has demo-1, demo-2, demo-3."), (unknown.ErrorId, unknown.NextStep));
    }

    [Fact]
    public async Task RunAsync_KeysAreKept_OnlyCertificatesChangeButForALostOne()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        Dictionary<string, string> before = await PkiAsync(cluster);
        string lost = cluster.Spec!.Members[2].Layout.PeerCertificateFile;
        File.Delete(lost);

        Operation<IReadOnlyList<EtcdCertificate>> operation = await PlanAsync(cluster, new RenewalRequest { KeepsKeys = true });
        Assert.Equal(
            ["Renew the certificates of member demo-1 for its present keys, without a restart",
                "Renew the certificates of member demo-2 for its present keys, without a restart",
                "Renew the certificates and keys of member demo-3, without a restart"],
            operation.Plan.Steps.Where(step => step.Member is not null).Select(step => step.Action));
        IReadOnlyList<EtcdCertificate> renewed = await LocalLab.RunAsync(operation);

        Assert.All(renewed, one => Assert.Empty(one.Problems));
        Dictionary<string, string> after = await PkiAsync(cluster);
        Assert.All(after.Keys, file => Assert.Equal(
            file.EndsWith("ca.crt", StringComparison.Ordinal) || file.EndsWith("ca.key", StringComparison.Ordinal)
                || (file.EndsWith(".key", StringComparison.Ordinal) && !file.Contains("demo-3", StringComparison.Ordinal)),
            after[file] == before[file]));
        EtcdCluster now = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(now, new HealthOptions(), Token)).Healthy);
    }

    [Fact]
    public async Task RunAsync_OperatorsKeyDoesNotMatchItsCertificate_OnlyThatIsReplaced()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        string[] before = await FilesAsync(cluster);
        string key = Path.Combine(_lab.Context.Profiles.Folder("demo"), "pki", "client.key");
        using var other = CertificateAuthority.Create("other CA");
        await File.WriteAllTextAsync(key, other.ExportKeyPem(), Token);
        EtcdCluster broken = await _lab.Context.Profiles.LoadAsync("demo", Token);
        await Assert.ThrowsAsync<EtcdException>(() => new MemberOperator(_lab.Context).GuardQuorumAsync(broken, "demo-1", Token));

        EtcdCertificate renewed = Assert.Single(await LocalLab.RunAsync(await PlanAsync(broken, new RenewalRequest { DaysLeft = 30 })));

        Assert.Equal(CertificateUse.Client, renewed.Use);
        Assert.Equal(before, await FilesAsync(cluster));
        EtcdCluster after = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
    }

    [Fact]
    public async Task PlanAsync_TheKeyOfTheAuthorityIsMissing_IsRefusedBeforeAnythingIsTouched()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        File.Move(Pki.CaKeyFile, Pki.CaKeyFile + ".away");
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster));
        Assert.Equal((EtcdErrorIds.CertificateInvalid, (object)Pki.CaKeyFile), (refused.ErrorId, refused.Target));
        Assert.Contains("Update-EtcdCertificateAuthority demo", refused.NextStep, StringComparison.Ordinal);
        File.Move(Pki.CaKeyFile + ".away", Pki.CaKeyFile);
    }

    private Task<Operation<IReadOnlyList<EtcdCertificate>>> PlanAsync(EtcdCluster cluster, RenewalRequest? request = null) =>
        new CertificateRenewer(_lab.Context).PlanAsync(cluster, request ?? new RenewalRequest(), Token);

    /// <summary>Gives all members and the operator certificates that were made two years ago.</summary>
    private async Task ExpireAsync(EtcdCluster cluster)
    {
        var past = new PastClock(TimeSpan.FromDays(730));
        // Its own certificate must be older than those that it issues.
        using CertificateAuthority old =
            CertificateAuthority.Create("demo CA", validity: TimeSpan.FromDays(3650), clock: new PastClock(TimeSpan.FromDays(731)));
        await Pki.WriteAuthorityAsync(old, Token);
        using var authority = CertificateAuthority.Load(old.CertificatePem, old.ExportKeyPem(), past);
        foreach (MemberSpec member in cluster.Spec!.Members)
        {
            IssuedCertificate server = authority.Issue(CertificateSpec.Server(member.Name, member.Address));
            IssuedCertificate peer = authority.Issue(CertificateSpec.Peer(member.Name, member.Address));
            await File.WriteAllTextAsync(member.Layout.CaFile, old.CertificatePem, Token);
            await File.WriteAllTextAsync(member.Layout.ServerCertificateFile, server.CertificatePem, Token);
            await File.WriteAllTextAsync(member.Layout.ServerKeyFile, server.KeyPem, Token);
            await File.WriteAllTextAsync(member.Layout.PeerCertificateFile, peer.CertificatePem, Token);
            await File.WriteAllTextAsync(member.Layout.PeerKeyFile, peer.KeyPem, Token);
        }

        IssuedCertificate client = authority.Issue(CertificateSpec.Client("root"));
        ClusterTls tls = cluster.Tls! with { CaPem = old.CertificatePem, CertificatePem = client.CertificatePem, KeyPem = client.KeyPem };
        await _lab.Context.Profiles.SaveAsync(cluster.WithTls(tls), Token);
    }

    private async Task<string[]> ThumbprintsAsync(EtcdCluster cluster)
    {
        CertificateListing all = await new CertificateReader(_lab.Context, 30, TimeSpan.FromSeconds(5)).ReadAsync(cluster, Token);
        Assert.Empty(all.Failures);
        return [.. all.Certificates.Where(one => one.IsServed).Select(one => one.Thumbprint)];
    }

    private static async Task<string[]> FilesAsync(EtcdCluster cluster) => await Task.WhenAll(cluster.Spec!.Members
        .SelectMany(member => Directory.GetFiles(member.Layout.PkiDirectory).Order(StringComparer.Ordinal))
        .Select(file => File.ReadAllTextAsync(file, Token)));

    /// <summary>The certificates and keys of all members and of the profile, by their paths.</summary>
    private async Task<Dictionary<string, string>> PkiAsync(EtcdCluster cluster)
    {
        IEnumerable<string> folders = cluster.Spec!.Members.Select(member => member.Layout.PkiDirectory).Append(Path.GetDirectoryName(Pki.CaFile)!);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in folders.SelectMany(Directory.GetFiles)) files[file] = await File.ReadAllTextAsync(file, Token);
        return files;
    }

    private static async Task<string[]> ProcessesAsync(EtcdCluster cluster) =>
        await Task.WhenAll(cluster.Spec!.Members.Select(member => File.ReadAllTextAsync(member.Layout.PidFile, Token)));

    private static Task SendAsync(string signal, string process) => ProcessRunner.RunAsync(
        new ProcessCommand("kill", [$"-{signal}", process]), CancellationToken.None);

    private sealed class PastClock(TimeSpan ago) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - ago;
    }
}
