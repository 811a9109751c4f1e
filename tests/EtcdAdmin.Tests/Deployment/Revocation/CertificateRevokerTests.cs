using EtcdAdmin.Client;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Deployment.Revocation;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Plans;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Revocation;

/// <summary>Revocation of client certificates, as real members see it.</summary>
public sealed class CertificateRevokerTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    public async Task RunAsync_UnderAWriter_EveryMemberRefusesTheRevokedClientAndNoOther(string version)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, version);
        EtcdCluster app = await ClientAsync(cluster, "app"), other = await ClientAsync(cluster, "other");
        Assert.Equal(3, await AcceptedAsync(app));
        using EtcdClient open = app.Client.ForEndpoint(cluster.Endpoints[0]);
        await using SteadyWriter writer = SteadyWriter.Start(cluster);

        Operation<IReadOnlyList<EtcdRevokedCertificate>> operation = await PlanAsync(cluster, new RevocationRequest { CommonNames = ["app"] });
        Assert.Equal(
            [
                "RevokeCertificates", "WriteRevocations", "WriteRevocations", "WriteRevocations", "RestartMember", "RestartMember", "RestartMember",
                "ProveCluster", "SaveProfile",
            ],
            operation.Plan.Steps.Select(step => step.Id.Split('/')[0]));
        EtcdRevokedCertificate revoked = Assert.Single(await LocalLab.RunAsync(operation));

        await writer.StopAndVerifyAsync(Token);
        Assert.Equal(("demo", "CN=app"), (revoked.Cluster, revoked.Subject));
        Assert.Equal(0, await AcceptedAsync(Again(app)));
        Assert.Equal(3, await AcceptedAsync(other));
        await Assert.ThrowsAnyAsync<EtcdException>(() => open.WithCalls(TimeSpan.FromSeconds(3), retry: false).Maintenance.StatusAsync(Token));
        EtcdCluster after = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(after, new HealthOptions(), Token)).Healthy);
        Assert.True((await PlanAsync(after, new RevocationRequest { CommonNames = ["app"] })).Plan.IsEmpty);
        await RequireSignedAsync(after);
        CertificateListing issued = await new CertificateReader(_lab.Context, 0, TimeSpan.FromSeconds(5)).ReadIssuedAsync(after, Token);
        Assert.Equal(
            [("CN=app", 1), ("CN=other", 0)], issued.Certificates.Select(one => (one.Subject, one.Problems.Count)).OrderBy(one => one.Subject));
    }

    [Fact]
    public async Task RunAsync_ASecondTimeWithoutRestarts_NewConnectionsAreRefusedByTheSameProcesses()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        EtcdCluster app = await ClientAsync(cluster, "app"), second = await ClientAsync(cluster, "second");
        await LocalLab.RunAsync(await PlanAsync(cluster, new RevocationRequest { CommonNames = ["app"] }));
        string process = await File.ReadAllTextAsync(cluster.Spec!.Members[0].Layout.PidFile, Token);
        string serial = CertificateInfo.FromPem(second.Tls!.CertificatePem!).SerialNumber.ToLowerInvariant();
        string spaced = string.Join(':', serial.Chunk(2).Select(pair => new string(pair)));

        await LocalLab.RunAsync(await PlanAsync(cluster, new RevocationRequest { SerialNumbers = [spaced], EndsConnections = false }));

        Assert.Equal(process, await File.ReadAllTextAsync(cluster.Spec!.Members[0].Layout.PidFile, Token));
        Assert.Equal((0, 0), (await AcceptedAsync(Again(app)), await AcceptedAsync(Again(second))));
        EtcdCluster after = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.Equal(2, after.Spec!.Revocation!.Number);
        // The same with restarts ends what is still open. The start of a process without systemd is known to two seconds only.
        File.SetLastWriteTimeUtc(cluster.Spec!.Members[0].Layout.RevocationFile, DateTime.UtcNow.AddSeconds(5));
        Operation<IReadOnlyList<EtcdRevokedCertificate>> ends = await PlanAsync(after, new RevocationRequest { SerialNumbers = [serial] });
        Assert.Contains(ends.Plan.Steps, step => step.Id == "RestartMember/demo-1");
    }

    [Fact]
    public async Task RunAsync_InterruptedAfterTheFirstRestart_TheSameCommandCompletesIt()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        EtcdCluster app = await ClientAsync(cluster, "app");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Operation<IReadOnlyList<EtcdRevokedCertificate>> operation = await PlanAsync(cluster, new RevocationRequest { CommonNames = ["app"] });
        string second = operation.Plan.Steps.Where(step => step.Id.StartsWith("RestartMember", StringComparison.Ordinal)).ElementAt(1).Action;

        await Assert.ThrowsAnyAsync<Exception>(() => operation.RunAsync(EventTrigger.OnMessage(second, stop.Cancel), stop.Token));
        await LocalLab.RunAsync(await PlanAsync(cluster, new RevocationRequest { CommonNames = ["app"] }));

        Assert.Equal(0, await AcceptedAsync(Again(app)));
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Healthy);
    }

    [Fact]
    public async Task RunAsync_AMemberHasAnOlderList_TheSameCommandWritesTheNewOne()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        EtcdCluster app = await ClientAsync(cluster, "app");
        await LocalLab.RunAsync(await PlanAsync(cluster, new RevocationRequest { CommonNames = ["app"] }));
        string file = cluster.Spec!.Members[0].Layout.RevocationFile;
        using (CertificateAuthority authority = await new ProfilePki(_lab.Context.Profiles.Folder("demo")).ReadAuthorityAsync(Token))
            await File.WriteAllBytesAsync(file, authority.SignRevocationList(1, []), Token);
        Assert.Equal(1, await AcceptedAsync(Again(app)));

        await LocalLab.RunAsync(await PlanAsync(cluster, new RevocationRequest { CommonNames = ["app"] }));

        Assert.Equal(0, await AcceptedAsync(Again(app)));
    }

    [Fact]
    public async Task PlanAsync_CertificateThatIsNeededOrUnknown_IsRefusedBeforeAnythingIsTouched()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        MemberSpec member = cluster.Spec!.Members[0];
        string ours = CertificateInfo.FromPem(cluster.Tls!.CertificatePem!).SerialNumber;
        using var foreign = CertificateAuthority.Create("foreign CA");
        string file = Path.Combine(_lab.Path, "foreign.crt");
        await File.WriteAllTextAsync(file, foreign.Issue(CertificateSpec.Client("app")).CertificatePem, Token);

        (string Id, string Text)[] found =
        [
            await RefusedAsync(cluster, new RevocationRequest { Files = [member.Layout.PeerCertificateFile] }),
            await RefusedAsync(cluster, new RevocationRequest { SerialNumbers = [ours] }),
            await RefusedAsync(cluster, new RevocationRequest { Files = [member.Layout.CaFile] }),
            await RefusedAsync(cluster, new RevocationRequest { Files = [file] }),
            await RefusedAsync(cluster, new RevocationRequest { CommonNames = ["nobody"] }),
            await RefusedAsync(cluster, new RevocationRequest { SerialNumbers = ["not hex"] }),
            await RefusedAsync(cluster, new RevocationRequest()),
        ];

        Assert.Equal(
            [
                (EtcdErrorIds.RequestRefused, "member demo-1 uses it"), (EtcdErrorIds.RequestRefused, "this machine uses it itself"),
                (EtcdErrorIds.CertificateInvalid, "authority"), (EtcdErrorIds.CertificateInvalid, "has not issued it"),
                (EtcdErrorIds.InvalidArgument, "'nobody'"), (EtcdErrorIds.InvalidArgument, "'not hex'"),
                (EtcdErrorIds.InvalidArgument, "No certificate"),
            ],
            found.Zip(
                ["member demo-1 uses it", "this machine uses it itself", "authority", "has not issued it", "'nobody'", "'not hex'", "No certificate"],
                (one, part) => (one.Id, one.Text.Contains(part, StringComparison.Ordinal) ? part : one.Text)));
        Assert.Null((await _lab.Context.Profiles.LoadAsync("demo", Token)).Spec!.Revocation);
    }

    private async Task<(string Id, string Text)> RefusedAsync(EtcdCluster cluster, RevocationRequest request)
    {
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, request));
        return (refused.ErrorId, refused.Message);
    }

    private Task<Operation<IReadOnlyList<EtcdRevokedCertificate>>> PlanAsync(EtcdCluster cluster, RevocationRequest request) =>
        new CertificateRevoker(_lab.Context).PlanAsync(cluster, request, Token);

    private async Task<EtcdCluster> ClientAsync(EtcdCluster cluster, string name)
    {
        CredentialPackage package = await new CredentialExporter(_lab.Context).IssueAsync(cluster, new CredentialRequest { UserName = name }, Token);
        return cluster.WithTls(cluster.Tls! with { CertificatePem = package.CertificatePem, KeyPem = package.KeyPem });
    }

    /// <summary>The same client with new connections.</summary>
    private static EtcdCluster Again(EtcdCluster client) => client.WithTls(client.Tls!);

    /// <summary>How many members accept a client.</summary>
    private static async Task<int> AcceptedAsync(EtcdCluster client)
    {
        int accepted = 0;
        foreach (Uri endpoint in client.Endpoints)
        {
            try
            {
                await client.Client.ForEndpoint(endpoint).WithCalls(TimeSpan.FromSeconds(5), retry: false).Maintenance.StatusAsync(Token);
                accepted++;
            }
            catch (EtcdException e) when (e.ErrorId != EtcdErrorIds.Timeout)
            {
                // refused
            }
        }

        return accepted;
    }

    private async Task RequireSignedAsync(EtcdCluster cluster)
    {
        string ca = new ProfilePki(_lab.Context.Profiles.Folder("demo")).CaFile;
        string list = cluster.Spec!.Members[0].Layout.RevocationFile;
        ProcessResult result = await ProcessRunner.RunAsync(
            new ProcessCommand("openssl", ["crl", "-inform", "DER", "-in", list, "-CAfile", ca, "-noout"]), Token);
        Assert.Contains("verify OK", result.Output + result.Error, StringComparison.Ordinal);
    }
}
