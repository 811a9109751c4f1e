using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Deployment.CertificateFiles;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.CertificateFiles;

/// <summary>Clusters with an operator's own authority below a root: installed, renewed, signed elsewhere, replaced.</summary>
public sealed class OwnAuthorityTests : IAsyncDisposable
{
    private readonly LocalLab _lab = new();
    private readonly OwnAuthorities _own = new();

    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        _own.Dispose();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task PlanAsync_IntermediateAuthority_MembersServeTheChainAndRenewalWorks(string version)
    {
        using CertificateAuthority authority = _own.Load();
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(
            await LocalLab.RequestAsync("demo", 3, version) with { Authority = authority }, Token));

        await LocalLab.RunAsync(await new CertificateRenewer(_lab.Context).PlanAsync(cluster, new RenewalRequest(), Token));

        EtcdCluster after = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
        Assert.Equal(_own.Root.Pem, after.Tls!.CaPem);
        foreach (MemberSpec member in after.Spec!.Members)
        {
            Assert.EndsWith(_own.Intermediate.Pem, await File.ReadAllTextAsync(member.Layout.PeerCertificateFile, Token), StringComparison.Ordinal);
            Assert.Equal(_own.Root.Pem, await File.ReadAllTextAsync(member.Layout.CaFile, Token));
        }

        Assert.All(
            (await new CertificateReader(_lab.Context, 30, TimeSpan.FromSeconds(10)).ReadAsync(after, Token)).Certificates,
            one => Assert.Empty(one.Problems));
        CredentialPackageInfo package = await new CredentialExporter(_lab.Context).ExportAsync(
            after, _lab.Path, new CredentialRequest { UserName = "app" }, Token);
        EtcdCluster client = await new ClusterConnector(_lab.Context).ConnectAsync(
            new ConnectRequest { Name = "client", CredentialPackage = package.Path }, Token);
        await client.Client.Kv.PutAsync("/x", "y", cancellationToken: Token);
    }

    [Fact]
    public async Task PlanAsync_AnotherAuthorityForAnInstalledCluster_IsRefused()
    {
        using CertificateAuthority authority = _own.Load();
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => _lab.Installer.PlanAsync(new InstallRequest { Name = "demo", Authority = authority }, Token));
        var plain = await Assert.ThrowsAsync<EtcdException>(async () => await _lab.Installer.PlanAsync(
            await LocalLab.RequestAsync("plain", 1, "3.5") with { Authority = authority, Tls = false }, Token));

        Assert.Equal((EtcdErrorIds.SpecInvalid, EtcdErrorIds.SpecInvalid), (error.ErrorId, plain.ErrorId));
        Assert.Contains("has another certificate authority: 'CN=demo CA'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Update-EtcdCertificateAuthority demo", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(cluster.Tls!.CaPem, (await _lab.Context.Profiles.LoadAsync("demo", Token)).Tls!.CaPem);
    }

    [Fact]
    public async Task PlanAsync_ReplacementByAnOwnAuthority_MembersTrustItsRoot()
    {
        using CertificateAuthority authority = _own.Load();
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        await using SteadyWriter writer = SteadyWriter.Start(_lab.Context.Profiles, "demo");

        EtcdAuthority now = await LocalLab.RunAsync(await new AuthorityReplacer(_lab.Context).PlanAsync(
            cluster, new AuthorityRequest { Authority = authority }, Token));

        await writer.StopAndVerifyAsync(Token);
        Assert.Equal("CN=Example root", now.Subject);
        EtcdCluster after = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
        Assert.All(after.Spec!.Members, member => Assert.Equal(_own.Root.Pem, File.ReadAllText(member.Layout.CaFile)));
    }

    [Fact]
    public async Task PlanAsync_RequestsSignedByOpenssl_AreCheckedAndTakenIntoUse()
    {
        using CertificateAuthority authority = _own.Load();
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(
            await LocalLab.RequestAsync("demo", 3, "3.5") with { Authority = authority }, Token));
        string folder = _own.Folder.File("requests");
        IReadOnlyList<EtcdCertificateFile> requests = await new CertificateMaker(_lab.Context).MakeAsync(
            cluster, new CertificateFileRequest { RequestOnly = true, Destination = folder }, Token);
        await _own.SignAsync(requests, "serverAuth,clientAuth");
        Task<EtcdException> RefusedAsync() => Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, folder));

        // Without its chain, without clientAuth for peers, with another key, without the address in the URLs: each is refused by itself.
        string peer = Path.Combine(folder, "demo-2-peer.crt"), key = Path.Combine(folder, "demo-2-peer.key");
        string good = await File.ReadAllTextAsync(peer, Token), goodKey = await File.ReadAllTextAsync(key, Token);
        await File.WriteAllTextAsync(peer, good[..(good.IndexOf("-----END CERTIFICATE-----", StringComparison.Ordinal) + 26)], Token);
        EtcdException chain = await RefusedAsync();
        await _own.SignAsync([requests.Single(one => one.Path.EndsWith("demo-2-peer.csr", StringComparison.Ordinal))], "serverAuth");
        EtcdException usage = await RefusedAsync();
        await _own.SignAsync(
            [requests.Single(one => one.Path.EndsWith("demo-2-peer.csr", StringComparison.Ordinal))], "serverAuth,clientAuth", "DNS:n1");
        EtcdException name = await RefusedAsync();
        await File.WriteAllTextAsync(peer, good, Token);
        await File.WriteAllTextAsync(key, _own.Root.KeyPem, Token);
        EtcdException pair = await RefusedAsync();
        await File.WriteAllTextAsync(key, goodKey, Token);

        IReadOnlyList<EtcdCertificate> renewed = await LocalLab.RunAsync(await PlanAsync(cluster, folder));

        Assert.All([chain, usage, name, pair], error => Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId));
        Assert.Contains("is not trusted", chain.Message, StringComparison.Ordinal);
        Assert.Contains("It is not made for clients (clientAuth)", usage.Message, StringComparison.Ordinal);
        Assert.Contains("It is not valid for 127.0.0.1", name.Message, StringComparison.Ordinal);
        Assert.Contains("does not match", pair.Message, StringComparison.Ordinal);
        Assert.Equal(6, renewed.Count);
        Assert.Contains(CertificateInfo.FromPem(good).Thumbprint, renewed.Select(one => one.Thumbprint));
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Healthy);
    }

    private Task<Operation<IReadOnlyList<EtcdCertificate>>> PlanAsync(EtcdCluster cluster, string folder) =>
        new CertificateRenewer(_lab.Context).PlanAsync(cluster, new RenewalRequest { SignedFolder = folder }, Token);
}
