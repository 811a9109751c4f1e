using System.Diagnostics;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.CertificateFiles;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Deployment.CertificateFiles;

/// <summary>Certificates and requests in files, for the members of a real cluster.</summary>
public sealed class CertificateMakerTests(ThreeMembers three) : IClassFixture<ThreeMembers>, IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CertificateMaker Maker => new(three.Lab.Context);

    private CertificateFileRequest Request => new() { Destination = _folder.File("made") };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task MakeAsync_Cluster_AllMembersWithTheirNames()
    {
        EtcdCluster cluster = await three.GetAsync();

        IReadOnlyList<EtcdCertificateFile> made = await Maker.MakeAsync(cluster, Request with
        {
            Uses = [CertificateProfile.Server, CertificateProfile.Peer, CertificateProfile.Client],
            CommonName = "app/1",
            ExtraNames = ["{member}.etcd.example.org"],
            Validity = TimeSpan.FromDays(10),
            Backdate = TimeSpan.FromHours(1),
        }, Token);

        Assert.Equal(
            ["demo-1-server.crt", "demo-2-server.crt", "demo-3-server.crt", "demo-1-peer.crt", "demo-2-peer.crt", "demo-3-peer.crt"],
            made.Take(6).Select(one => Path.GetFileName(one.Path)));
        Assert.All(made.Take(6), one => Assert.Contains($"{one.Member}.etcd.example.org", one.Names));
        Assert.All(made.Take(6), one => Assert.Contains("127.0.0.1", one.Names));
        Assert.Equal((CertificateUse.Client, "CN=app/1", "client-app_1.crt"), (made[6].Use, made[6].Subject, Path.GetFileName(made[6].Path)));
        var info = await CertificateInfo.ReadAsync(made[0].Path, Token);
        Assert.Equal(("CN=demo CA", 9), (info.Issuer, info.DaysLeft()));
        Assert.InRange(info.NotAfter - info.NotBefore, TimeSpan.FromDays(10), TimeSpan.FromDays(10.1)); // the authority is younger than an hour
        Assert.Equal((AtomicFile.OwnerOnly, AtomicFile.Public), (UnixMode.Of(made[0].KeyFile), UnixMode.Of(made[0].Path)));
        CertificateCheck.KeyMatches(
            await File.ReadAllTextAsync(made[4].Path, Token), await File.ReadAllTextAsync(made[4].KeyFile, Token), made[4].Path);
    }

    [Theory]
    [InlineData("n*.example")]
    [InlineData("*")]
    [InlineData("fe80::1%eth0")]
    [InlineData("{host}.example")]
    [InlineData("https://n1")]
    public async Task MakeAsync_NameThatIsNotAllowed_NothingIsWritten(string name)
    {
        EtcdCluster cluster = await three.GetAsync();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => Maker.MakeAsync(cluster, Request with { ExtraNames = [name] }, Token));

        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("made")));
    }

    [Fact]
    public async Task MakeAsync_WhatCannotBeMade_NothingIsWritten()
    {
        EtcdCluster cluster = await three.GetAsync();
        string folder = Directory.CreateDirectory(_folder.File("made")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "demo-3-peer.key"), "mine", Token);

        EtcdException exists = await RefusedAsync(Request);
        EtcdException longer = await RefusedAsync(Request with { Validity = TimeSpan.FromDays(4000) });
        EtcdException member = await RefusedAsync(Request with { Members = ["demo-9"] });
        EtcdException authority = await Assert.ThrowsAsync<EtcdException>(
            () => CertificateMaker.MakeAsync(Request with { CommonName = "n1", HostNames = ["n1"] }, Token));

        Assert.Equal((EtcdErrorIds.FileExists, EtcdErrorIds.CertificateInvalid, EtcdErrorIds.MemberNotFound, EtcdErrorIds.SpecInvalid),
            (exists.ErrorId, longer.ErrorId, member.ErrorId, authority.ErrorId));
        Assert.Equal(["demo-3-peer.key"], Directory.GetFiles(folder).Select(Path.GetFileName));

        Task<EtcdException> RefusedAsync(CertificateFileRequest request) =>
            Assert.ThrowsAsync<EtcdException>(() => Maker.MakeAsync(cluster, request, Token));
    }

    [Fact]
    public async Task MakeAsync_WithoutCluster_OwnAuthoritySigns()
    {
        using var own = new OwnAuthorities();
        using CertificateAuthority authority = own.Load();

        EtcdCertificateFile made = Assert.Single(await CertificateMaker.MakeAsync(
            Request with { Uses = [CertificateProfile.Peer], CommonName = "n1", HostNames = ["10.0.0.1"], Authority = authority }, Token));

        Assert.Equal(("n1-peer.crt", "CN=n1"), (Path.GetFileName(made.Path), made.Subject));
        string root = own.Write("root.crt", own.Root.Pem), chain = own.Write("chain.crt", own.Intermediate.Pem);
        await OwnAuthorities.OpensslAsync(
            "verify", "-x509_strict", "-purpose", "sslserver", "-verify_ip", "10.0.0.1", "-CAfile", root, "-untrusted", chain, made.Path);
    }

    [Fact]
    public async Task MakeAsync_HundredMembers_AllInOneCall()
    {
        EtcdCluster cluster = await three.GetAsync();
        MemberSpec first = cluster.Spec!.Members[0]; // installed
        MemberSpec[] many = [.. Enumerable.Range(1, 100).Select(number => first with { Name = $"m{number}" })];
        EtcdCluster large = cluster.WithSpec(cluster.Spec with { Members = many });
        long start = Stopwatch.GetTimestamp();
        await MemberNames.ReadAsync(three.Lab.Context, large, many, Token);
        TimeSpan names = Stopwatch.GetElapsedTime(start);

        IReadOnlyList<EtcdCertificateFile> made = await Maker.MakeAsync(large, Request, Token);

        TimeSpan all = Stopwatch.GetElapsedTime(start) - names;
        TestContext.Current.TestOutputHelper?.WriteLine($"200 certificates: {all}, of which the names of the members took about {names}");
        Assert.Equal(200, made.Select(one => one.Thumbprint).Distinct().Count());
    }
}
