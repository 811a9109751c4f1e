using EtcdAdmin.Checks;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.CertificateFiles;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Deployment.Revocation;
using EtcdAdmin.Deployment.Tls;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Renewals;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Install;

/// <summary>Clusters with an authority for clients and another one for peers.</summary>
public sealed class SeparateAuthoritiesTests : IAsyncLifetime
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
    public async Task RunAsync_Separate_EachPortRefusesCertificatesOfTheOtherAuthority(string version)
    {
        EtcdCluster cluster = await InstallAsync(3, version);

        await TwoAuthorities.RequireAsync(_lab.Context, cluster);
        InstallRequest again = await LocalLab.RequestAsync("demo", 3, version);
        Assert.True((await _lab.Installer.PlanAsync(again with { ClientPorts = null, PeerPorts = null }, Token)).Plan.IsEmpty);
        CertificateListing listing = await ReadAsync(cluster);
        Assert.Empty(listing.Failures);
        Assert.All(listing.Certificates, one => Assert.Empty(one.Problems));
        // Of the profile, and of each member.
        Assert.Equal(
            [("CN=demo CA", 4), ("CN=demo peer CA", 4)],
            listing.Certificates.Where(one => one.Use == CertificateUse.Authority).GroupBy(one => one.Subject).OrderBy(group => group.Key)
                .Select(group => (group.Key, group.Count())));
        Assert.All(
            listing.Certificates.Where(one => one.Use != CertificateUse.Authority),
            one => Assert.Equal(one.Use == CertificateUse.Peer ? "CN=demo peer CA" : "CN=demo CA", one.Issuer));
        IReadOnlyList<EtcdCheck> checks = await new ClusterChecker(_lab.Context).CheckAsync(cluster, new CheckOptions(), Token);
        Assert.Equal(6, checks.Count(check => check is { Check: "CertificateTrust", Severity: CheckSeverity.Ok }));
        Assert.All(checks.Where(check => check.Check == "CIS-2.7"), check => Assert.Equal(CheckSeverity.Ok, check.Severity));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Renewal_UnderAWriter_EachCertificateIsOfItsAuthority(bool keepsKeys)
    {
        EtcdCluster cluster = await InstallAsync(3, "3.5");
        await using SteadyWriter writer = SteadyWriter.Start(cluster);

        IReadOnlyList<EtcdCertificate> renewed = await LocalLab.RunAsync(
            await new CertificateRenewer(_lab.Context).PlanAsync(cluster, new RenewalRequest { KeepsKeys = keepsKeys }, Token));

        await writer.StopAndVerifyAsync(Token);
        Assert.Equal(7, renewed.Count);
        Assert.All(renewed, one => Assert.Empty(one.Problems));
        Assert.All(renewed, one => Assert.Equal(one.Use == CertificateUse.Peer ? "CN=demo peer CA" : "CN=demo CA", one.Issuer));
        await TwoAuthorities.RequireAsync(_lab.Context, await LoadAsync());
    }

    [Fact]
    public async Task Renewal_SignedCertificates_PeersNeedOnesOfTheirAuthority()
    {
        EtcdCluster cluster = await InstallAsync(1, "3.5");
        using var folder = new TempFolder();
        var request = new CertificateFileRequest { Destination = folder.Path, Uses = [CertificateProfile.Server, CertificateProfile.Peer] };
        await new CertificateMaker(_lab.Context).MakeAsync(cluster, request, Token);
        var renewal = new RenewalRequest { SignedFolder = folder.Path };
        await LocalLab.RunAsync(await new CertificateRenewer(_lab.Context).PlanAsync(cluster, renewal, Token));
        await TwoAuthorities.RequireAsync(_lab.Context, await LoadAsync());

        using (CertificateAuthority clients = await Pki.ReadAuthorityAsync(Token))
            await new CertificateMaker(_lab.Context).MakeAsync(cluster, request with { Authority = clients, Overwrite = true }, Token);
        var error = await Assert.ThrowsAsync<EtcdException>(() => new CertificateRenewer(_lab.Context).PlanAsync(cluster, renewal, Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Contains("demo-1-peer.crt", error.Message, StringComparison.Ordinal);
        Assert.Contains("'CN=demo CA' is not trusted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repair_OfAMemberThatLostItsPeerAuthority_MakesItAgain()
    {
        EtcdCluster cluster = await InstallAsync(3, "3.5");
        MemberSpec lost = cluster.Spec!.Members[1];
        await _lab.Context.ServiceOf(lost).StopAsync(lost, Token);
        File.Delete(lost.Layout.PeerCaFile);
        Directory.Delete(lost.Layout.DataDirectory, recursive: true);

        await LocalLab.RunAsync(await new MemberRepairer(_lab.Context).PlanAsync(cluster, lost.Name, new RepairMemberRequest(), Token));

        await TwoAuthorities.RequireAsync(_lab.Context, await LoadAsync());
        Assert.All((await ReadAsync(await LoadAsync())).Certificates, one => Assert.Empty(one.Problems));
    }

    [Fact]
    public async Task Repair_WithoutTheKeyOfThePeerAuthority_IsRefused()
    {
        EtcdCluster cluster = await InstallAsync(3, "3.5");
        MemberSpec lost = cluster.Spec!.Members[1];
        await _lab.Context.ServiceOf(lost).StopAsync(lost, Token);
        Directory.Delete(lost.Layout.PkiDirectory, recursive: true);
        File.Move(Pki.PeerAuthority.KeyFile, Pki.PeerAuthority.KeyFile + ".away");

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => new MemberRepairer(_lab.Context).PlanAsync(cluster, lost.Name, new RepairMemberRequest(), Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Contains("peer-ca.key", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Revocation_OfACertificateOfEachAuthority_IsInUseAtBothPorts(string version)
    {
        EtcdCluster cluster = await InstallAsync(3, version);
        await new CredentialExporter(_lab.Context).IssueAsync(cluster, new CredentialRequest { UserName = "app" }, Token);
        using var folder = new TempFolder();
        string peer = folder.File("old-peer.crt");
        File.Copy(cluster.Spec!.Members[0].Layout.PeerCertificateFile, peer);
        await LocalLab.RunAsync(await new CertificateRenewer(_lab.Context).PlanAsync(cluster, new RenewalRequest(), Token));

        IReadOnlyList<EtcdRevokedCertificate> revoked = await LocalLab.RunAsync(await new CertificateRevoker(_lab.Context).PlanAsync(
            await LoadAsync(), new RevocationRequest { CommonNames = ["app"], Files = [peer] }, Token));

        Assert.Equal(["CN=app", "CN=demo-1"], revoked.Select(one => one.Subject).Order());
        // The run has proved with one more certificate of each authority that both ports refuse what is on the list.
        Assert.Equal(4, (await LoadAsync()).Spec!.Revocation!.Certificates.Count);
        await TwoAuthorities.RequireAsync(_lab.Context, await LoadAsync());
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.5")]
    public async Task EnableTls_Separate_MembersGetTwoAuthoritiesAndKeepThemWhenTlsIsOffAndOnAgain(string version)
    {
        EtcdCluster plain = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(
            await LocalLab.RequestAsync("demo", 3, version) with { Tls = false }, Token));

        await TurnAsync(plain, new TlsRequest { SeparatePeerAuthority = true });
        await TwoAuthorities.RequireAsync(_lab.Context, await LoadAsync());
        string peers = await File.ReadAllTextAsync(Pki.PeerAuthority.File, Token);
        await TurnAsync(await LoadAsync(), new TlsRequest { Stage = TlsStage.None });
        await TurnAsync(await LoadAsync(), new TlsRequest());

        await TwoAuthorities.RequireAsync(_lab.Context, await LoadAsync());
        Assert.Equal(peers, await File.ReadAllTextAsync(Pki.PeerAuthority.File, Token));
    }

    [Fact]
    public async Task EnableTls_SeparateWhereMembersHaveCertificates_IsRefused()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        var error = await Assert.ThrowsAsync<EtcdException>(() => TurnAsync(cluster, new TlsRequest { SeparatePeerAuthority = true }));
        Assert.Equal(EtcdErrorIds.InvalidArgument, error.ErrorId);
    }

    [Fact]
    public async Task RunAsync_AnOwnAuthorityForPeers_IsTrustedByPeersOnly()
    {
        using var own = new OwnAuthorities();
        using CertificateAuthority peers = own.Load();
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(
            await LocalLab.RequestAsync("demo", 3, "3.5") with { PeerAuthority = peers }, Token));

        await TwoAuthorities.RequireAsync(_lab.Context, cluster);
        CertificateListing listing = await ReadAsync(cluster);
        Assert.All(listing.Certificates, one => Assert.Empty(one.Problems));
        Assert.All(listing.Certificates.Where(one => one.Use == CertificateUse.Peer), one => Assert.Equal("CN=Example etcd CA", one.Issuer));
    }

    [Fact]
    public async Task PlanAsync_ContradictingRequests_AreRefusedBeforeAnythingIsChanged()
    {
        using var own = new OwnAuthorities();
        using CertificateAuthority one = own.Load(), other = own.Load();
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5");

        EtcdException noTls = await RefusedAsync(request with { Tls = false, SeparatePeerAuthority = true });
        Assert.Contains("-NoTls", noTls.NextStep, StringComparison.Ordinal);
        EtcdException sameRoot = await RefusedAsync(request with { Authority = one, PeerAuthority = other });
        Assert.Contains("the same root", sameRoot.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_lab.Context.Profiles.Folder("demo")));

        await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));
        EtcdException existing = await RefusedAsync(request with { SeparatePeerAuthority = true });
        Assert.Contains("-SeparatePeerAuthority", existing.NextStep, StringComparison.Ordinal);
        string saved = await File.ReadAllTextAsync(_lab.Context.Profiles.FileOf("demo"), Token);
        Assert.DoesNotContain("eparatePeerAuthority", saved, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RegisterOnHosts_TwoAuthorities_IsRefusedWithAnotherWay()
    {
        EtcdCluster cluster = await InstallAsync(1, "3.5");
        var error = await Assert.ThrowsAsync<EtcdException>(() => new HostRenewalScheduler(_lab.Context).PlanRegisterAsync(
            cluster, new HostRenewal { Times = ScheduleTimes.Every(TimeSpan.FromDays(1)) }, Token));
        Assert.Equal(EtcdErrorIds.NotSupported, error.ErrorId);
        Assert.Contains("Register-EtcdCertificateRenewal demo", error.NextStep, StringComparison.Ordinal);
    }

    private async Task<EtcdCluster> InstallAsync(int size, string version) => await LocalLab.RunAsync(await _lab.Installer.PlanAsync(
        await LocalLab.RequestAsync("demo", size, version) with { SeparatePeerAuthority = true }, Token));

    private Task<EtcdCluster> LoadAsync() => _lab.Context.Profiles.LoadAsync("demo", Token);

    private Task<CertificateListing> ReadAsync(EtcdCluster cluster) =>
        new CertificateReader(_lab.Context, HealthOptions.DefaultWarnDays, TimeSpan.FromSeconds(10)).ReadAsync(cluster, Token);

    private async Task TurnAsync(EtcdCluster cluster, TlsRequest request) =>
        await LocalLab.RunAsync(await new TlsChanger(_lab.Context).PlanAsync(cluster, request, Token));

    private async Task<EtcdException> RefusedAsync(InstallRequest request)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(request, Token));
        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        return error;
    }
}
