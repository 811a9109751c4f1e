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

/// <summary>Clusters whose authority's key is elsewhere: all certificates are signed there.</summary>
public sealed class SignedElsewhereTests : IAsyncDisposable
{
    private const string Both = "serverAuth,clientAuth";

    private readonly LocalLab _lab = new();
    private readonly OwnAuthorities _own = new();

    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Requests => _own.Folder.File("requests");

    private SignedRequest Signed => new(_own.Write("root.crt", _own.Root.Pem), Requests);

    private ProfilePki Pki => new(_lab.Context.Profiles.Folder("demo"));

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        _own.Dispose();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task PlanAsync_ClusterMovesToAnAuthorityElsewhere_NoWriteIsLostAndNoKeyOfAnAuthorityIsLeft(string version)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, version);
        await _own.SignAsync(await RequestAsync(cluster), Both);
        await using SteadyWriter writer = SteadyWriter.Start(_lab.Context.Profiles, "demo");

        EtcdAuthority now = await LocalLab.RunAsync(await PlanAsync(cluster));

        await writer.StopAndVerifyAsync(Token);
        Assert.Equal("CN=Example root", now.Subject);
        EtcdCluster after = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
        Assert.Equal((_own.Root.Pem.Trim(), false), (after.Tls!.CaPem!.Trim(), File.Exists(Pki.CaKeyFile)));
        Assert.StartsWith("CN=root", CertificateInfo.FromPem(after.Tls.CertificatePem!).Subject, StringComparison.Ordinal);
        Assert.False(Pki.HasNextAuthority);
        foreach (MemberSpec member in after.Spec!.Members)
        {
            Assert.Equal(_own.Root.Pem.Trim(), (await File.ReadAllTextAsync(member.Layout.CaFile, Token)).Trim());
            string name = Path.Combine(Requests, member.Name);
            Assert.Equal(await ReadAsync($"{name}-server.crt"), await ReadAsync(member.Layout.ServerCertificateFile));
            Assert.Equal(await ReadAsync($"{name}-peer.key"), await ReadAsync(member.Layout.PeerKeyFile));
        }

        // What needs the key says where it may be, and certificates that are signed there are taken.
        var export = await Assert.ThrowsAsync<EtcdException>(() => new CredentialExporter(_lab.Context).ExportAsync(
            after, _lab.Path, new CredentialRequest { UserName = "app" }, Token));
        var issue = await Assert.ThrowsAsync<EtcdException>(
            () => new CertificateRenewer(_lab.Context).PlanAsync(after, new RenewalRequest(), Token));
        Assert.All([export, issue], error => Assert.Contains("New-EtcdCertificate demo -RequestOnly", error.NextStep, StringComparison.Ordinal));
        await _own.SignAsync(await RequestAsync(after), Both);
        IReadOnlyList<EtcdCertificate> renewed = await LocalLab.RunAsync(await new CertificateRenewer(_lab.Context).PlanAsync(
            after, new RenewalRequest { SignedFolder = Requests }, Token));
        Assert.Equal(6, renewed.Count);
    }

    [Fact]
    public async Task PlanAsync_ACertificateIsMissingOrWrong_IsRefusedBeforeAnythingIsChanged()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        string before = await File.ReadAllTextAsync(Pki.CaKeyFile, Token);
        IReadOnlyList<EtcdCertificateFile> requests = await RequestAsync(cluster);
        await _own.SignAsync(requests, Both);
        string client = Path.Combine(Requests, "client-root.crt"), good = await File.ReadAllTextAsync(client, Token);
        async Task<EtcdException> RefusedAsync() => await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster));

        File.Delete(client);
        EtcdException missing = await RefusedAsync();
        await _own.SignAsync([requests.Single(one => one.Path.EndsWith("client-root.csr", StringComparison.Ordinal))], "serverAuth");
        EtcdException usage = await RefusedAsync();
        await File.WriteAllTextAsync(client, good, Token);
        File.Delete(Path.Combine(Requests, "demo-3-peer.crt"));
        EtcdException member = await RefusedAsync();
        var other = await Assert.ThrowsAsync<AggregateException>(() => new AuthorityReplacer(_lab.Context).PlanAsync(
            cluster, new AuthorityRequest { SignedElsewhere = Signed with { AuthorityFile = Pki.CaFile } }, Token));

        Assert.Contains("client-root.crt", missing.Message, StringComparison.Ordinal);
        Assert.Contains("not a usable Client certificate of the operator. It is not made for clients (clientAuth)", usage.Message,
            StringComparison.Ordinal);
        Assert.Contains("demo-3-peer.crt", member.Message, StringComparison.Ordinal);
        Assert.Equal(7, other.InnerExceptions.Count); // of another authority: six of members, and the operator's
        Assert.Equal((before, false), (await File.ReadAllTextAsync(Pki.CaKeyFile, Token), Pki.HasNextAuthority));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PlanAsync_KilledAfterEveryStage_IsCompletedOnlyWithTheSameCertificates(bool emergency)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        await _own.SignAsync(await RequestAsync(cluster), Both);
        string[] ends = emergency
            ? ["CreateAuthority", "StopMember/demo-3", "ReplaceCertificates/demo-3", "StartMember/demo-2"]
            : ["CreateAuthority", "TrustAuthority/", "ProveHandshakes/both", "ReplaceCertificates/demo-", "DropAuthority/demo-"];
        foreach (string end in ends)
        {
            // As if the process had been killed after this step: nothing is undone.
            PlannedStep[] steps = [.. (await PlanAsync(cluster, emergency)).Plan.Planned];
            int last = Array.FindIndex(steps, step => step.Text.Id.StartsWith(end, StringComparison.Ordinal));
            Assert.True(last >= 0, $"{end}: {string.Join(' ', steps.Select(step => step.Text.Id))}");
            foreach (PlannedStep step in steps.Take(last + 1)) await step.Act(null, Token);
        }

        var own = await Assert.ThrowsAsync<EtcdException>(
            () => new AuthorityReplacer(_lab.Context).PlanAsync(cluster, new AuthorityRequest { Emergency = emergency }, Token));
        EtcdAuthority now = await LocalLab.RunAsync(await PlanAsync(cluster, emergency));

        Assert.Contains("-CertificatePath", own.NextStep, StringComparison.Ordinal);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(now.Cluster, new HealthOptions(), Token)).Healthy);
        Assert.False(File.Exists(Pki.CaKeyFile) || Pki.HasNextAuthority);
    }

    [Fact]
    public async Task PlanAsync_NewClusterWithCertificatesSignedElsewhere_ServesAndHasNoKeyOfAnAuthority()
    {
        foreach (string member in new[] { "demo-1", "demo-2", "demo-3" })
        {
            await _own.SignAsync(
                await CertificateMaker.MakeAsync(
                    new CertificateFileRequest { RequestOnly = true, Destination = Requests, CommonName = member, HostNames = ["127.0.0.1"] }, Token),
                Both);
        }

        InstallRequest request = await LocalLab.RequestAsync("demo", 3, "3.5") with { SignedElsewhere = Signed };
        var missing = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(request, Token));
        await _own.SignAsync(
            await CertificateMaker.MakeAsync(
                new CertificateFileRequest { RequestOnly = true, Destination = Requests, CommonName = "root", Uses = [CertificateProfile.Client] },
                Token),
            "clientAuth");

        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));

        Assert.Contains("client-root.crt", missing.Message, StringComparison.Ordinal);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Healthy);
        Assert.False(File.Exists(Pki.CaKeyFile));
        Assert.True((await _lab.Installer.PlanAsync(request, Token)).Plan.IsEmpty);
        using CertificateAuthority another = CertificateAuthority.Create("another");
        var refused = await Assert.ThrowsAsync<EtcdException>(
            () => _lab.Installer.PlanAsync(new InstallRequest { Name = "demo", Authority = another }, Token));
        Assert.Equal(EtcdErrorIds.SpecInvalid, refused.ErrorId);
    }

    private static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(path, Token);

    private Task<Operation<EtcdAuthority>> PlanAsync(EtcdCluster cluster, bool emergency = false) =>
        new AuthorityReplacer(_lab.Context).PlanAsync(cluster, new AuthorityRequest { SignedElsewhere = Signed, Emergency = emergency }, Token);

    private Task<IReadOnlyList<EtcdCertificateFile>> RequestAsync(EtcdCluster cluster) => new CertificateMaker(_lab.Context).MakeAsync(
        cluster,
        new CertificateFileRequest
        {
            RequestOnly = true,
            Destination = Requests,
            CommonName = "root",
            Uses = [CertificateProfile.Server, CertificateProfile.Peer, CertificateProfile.Client],
            Overwrite = true,
        },
        Token);
}
