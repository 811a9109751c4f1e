using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Certificates;

/// <summary>The certificates of a real cluster; each problem is made for real, found, and taken back.</summary>
public sealed class CertificateReaderTests(ThreeMembers three) : IClassFixture<ThreeMembers>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_HealthyCluster_HasAllCertificatesWithoutProblems()
    {
        EtcdCluster cluster = await three.GetAsync();
        CertificateListing all = await ReadAsync();

        Assert.Empty(all.Failures);
        Assert.All(all.Certificates, one => Assert.True(one.Problems.Count == 0, $"{one}: {string.Join(" ", one.Problems)}"));
        Assert.Single(all.Certificates, one => one is { Member: null, Use: CertificateUse.Authority });
        Assert.Single(all.Certificates, one => one is { Member: null, Use: CertificateUse.Client, Usages: ["clientAuth"] });
        foreach (MemberSpec member in cluster.Spec!.Members)
        {
            EtcdCertificate[] own = [.. all.Certificates.Where(one => one.Member == member.Name)];
            Assert.Equal(
                [(CertificateUse.Authority, false), (CertificateUse.Server, false), (CertificateUse.Peer, false), (CertificateUse.Server, true),
                    (CertificateUse.Peer, true)],
                own.Select(one => (one.Use, one.IsServed)));
            Assert.Equal(member.Layout.ServerCertificateFile, own[1].Place);
            Assert.Equal(own[1].Thumbprint, own[3].Thumbprint);
            Assert.Equal(own[2].Thumbprint, own[4].Thumbprint);
            Assert.Contains("127.0.0.1", own[1].Names);
            Assert.Equal("ECDSA 256", own[1].Key);
            Assert.InRange(own[1].DaysLeft, 363, 365);
        }

        Assert.All((await ReadAsync(warnDays: 1_000)).Certificates.Where(one => one.Use != CertificateUse.Authority), one =>
            Assert.StartsWith("It expires in 36", Assert.Single(one.Problems), StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadAsync_KeyOfOthersAndCertificateForAnotherHost_IsSaid()
    {
        EtcdCluster cluster = await three.GetAsync();
        MemberSpec member = cluster.Spec!.Members[0];
        string certificate = await File.ReadAllTextAsync(member.Layout.ServerCertificateFile, Token),
            key = await File.ReadAllTextAsync(member.Layout.ServerKeyFile, Token);
        using var foreign = CertificateAuthority.Create("other CA");
        IssuedCertificate other = foreign.Issue(CertificateSpec.Client("n1"));
        UnixFileMode mode = File.GetUnixFileMode(member.Layout.ServerKeyFile);
        try
        {
            await File.WriteAllTextAsync(member.Layout.ServerCertificateFile, other.CertificatePem, Token);
            File.SetUnixFileMode(member.Layout.ServerKeyFile, mode | UnixFileMode.OtherRead); // with another key, the member shows nothing

            CertificateListing all = await ReadAsync();

            EtcdCertificate file =
                Assert.Single(all.Certificates, one => one is { IsServed: false, Use: CertificateUse.Server } && one.Member == member.Name);
            Assert.Equal(
                [
                    $"Its authority 'CN=other CA' is not trusted, but only '{CertificateInfo.FromPem(cluster.Tls!.CaPem!).Subject}'.",
                    "It is not made for servers (serverAuth).", "It is not valid for 127.0.0.1, which is in a URL of the member.",
                    $"Others can use its key: {member.Layout.ServerKeyFile} has mode 604.",
                ],
                file.Problems);
            Assert.Equal(EtcdErrorIds.ConnectFailed, Assert.Single(all.Failures).ErrorId);
        }
        finally
        {
            await File.WriteAllTextAsync(member.Layout.ServerCertificateFile, certificate, Token);
            await File.WriteAllTextAsync(member.Layout.ServerKeyFile, key, Token);
            File.SetUnixFileMode(member.Layout.ServerKeyFile, mode);
        }
    }

    [Fact]
    public async Task ReadAsync_AnotherProgramAtTheAddressOfAMember_ShowsAnotherCertificateThanTheFile()
    {
        EtcdCluster cluster = await three.GetAsync();
        ClusterSpec spec = cluster.Spec!;
        MemberSpec member = spec.Members[0] with { ClientPort = spec.Members[1].ClientPort };

        CertificateListing all = await Reader().ReadAsync(cluster.WithSpec(spec with { Members = [member, .. spec.Members.Skip(1)] }), Token);

        EtcdCertificate differs = Assert.Single(all.Certificates, one => one.Problems.Count > 0);
        Assert.Equal((member.Name, CertificateUse.Server, true), (differs.Member, differs.Use, differs.IsServed));
        Assert.Equal(["The member shows another certificate than the one in its file."], differs.Problems);
    }

    [Fact]
    public async Task ReadAsync_PemFileAndPackage_AreRead()
    {
        EtcdCluster cluster = await three.GetAsync();
        var reader = new CertificateFileReader(TimeProvider.System, 30);
        MemberSpec member = cluster.Spec!.Members[0];
        EtcdCertificate peer = Assert.Single(await reader.ReadAsync(member.Layout.PeerCertificateFile, passphrase: null, Token));
        Assert.Equal((CertificateUse.Peer, $"CN={member.Name}"), (peer.Use, peer.Subject));
        CredentialPackageInfo package = await new CredentialExporter(three.Lab.Context)
            .ExportAsync(cluster, three.Lab.Path, new CredentialRequest { UserName = "reader", Overwrite = true }, Token);
        string anyName = Path.Combine(three.Lab.Path, "package");
        File.Copy(package.Path, anyName);
        IReadOnlyList<EtcdCertificate> inside = await reader.ReadAsync(anyName, passphrase: null, Token);
        Assert.Equal([CertificateUse.Authority, CertificateUse.Client], inside.Select(one => one.Use));
        Assert.Equal(EtcdErrorIds.CertificateInvalid,
            (await Assert.ThrowsAsync<EtcdException>(() => reader.ReadAsync(member.Layout.ServerKeyFile, passphrase: null, Token))).ErrorId);
    }

    [Fact]
    public async Task ReadEndpointAsync_ByAnotherName_SaysThatTheCertificateIsNotForIt()
    {
        MemberSpec member = (await three.GetAsync()).Spec!.Members[0];
        EtcdCertificate shown = await Reader().ReadEndpointAsync(new Uri($"https://localhost:{member.PeerPort}"), Token);
        Assert.Equal("It is not valid for localhost, which is in a URL of the member.", Assert.Single(shown.Problems));
        EtcdException none =
            await Assert.ThrowsAsync<EtcdException>(() => Reader().ReadEndpointAsync(new Uri($"https://127.0.0.1:{FreePorts.Take(1)[0]}"), Token));
        Assert.Equal(EtcdErrorIds.ConnectFailed, none.ErrorId);
    }

    private CertificateReader Reader(int warnDays = 30) => new(three.Lab.Context, warnDays, TimeSpan.FromSeconds(5));

    private async Task<CertificateListing> ReadAsync(int warnDays = 30) => await Reader(warnDays).ReadAsync(await three.GetAsync(), Token);
}
