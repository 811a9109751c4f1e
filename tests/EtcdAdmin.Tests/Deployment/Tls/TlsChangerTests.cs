using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Revocation;
using EtcdAdmin.Deployment.Tls;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Tls;
using EtcdAdmin.Schedules;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Tls;

/// <summary>Running clusters get TLS, and lose it again.</summary>
public sealed class TlsChangerTests : IAsyncLifetime
{
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(30);

    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task PlanAsync_KilledAtEveryStepThereAndBack_ContinuesAndTheClientWritesOn(string version)
    {
        EtcdCluster before = await InstallAsync(3, version);
        await using SteadyWriter first = SteadyWriter.Start(before, WriteLimit);

        Operation<EtcdCluster> on = await PlanAsync(before, TlsStage.Required);
        Assert.Equal(
            ["SaveProfile", "ChangeTls", "ChangeTls", "ChangeTls", "ProveCluster",
                "SaveProfile", "UpdatePeerUrls", "ChangeTls", "UpdatePeerUrls", "ChangeTls", "UpdatePeerUrls", "ChangeTls", "UpdatePeerUrls",
                "ProveCluster"],
            on.Plan.Steps.Select(step => step.Id.Split('/')[0]));
        Assert.Contains(on.Warnings, warning => warning.Contains("http:// are refused", StringComparison.Ordinal));
        await KillAtEveryStepAsync(before, TlsStage.Prepared);
        await first.StopAndVerifyAsync(Token);
        RequireRetried(first);

        await using SteadyWriter writer = SteadyWriter.Start(await ClientAsync(), WriteLimit);
        await KillAtEveryStepAsync(before, TlsStage.Required);
        EtcdCluster secure = await LoadAsync();
        await RequireAsync(secure, "https", TlsStage.Required);

        await KillAtEveryStepAsync(secure, TlsStage.None);
        EtcdCluster plain = await LoadAsync();
        await RequireAsync(plain, "http", TlsStage.None);
        Assert.Null(plain.Tls);

        await writer.StopAndVerifyAsync(Token);
        RequireRetried(writer);
    }

    [Theory]
    [InlineData("3.5")]
    public async Task PlanAsync_Optional_LetsClientsWithAndWithoutTlsInUntilRequired(string version)
    {
        EtcdCluster before = await InstallAsync(3, version);

        EtcdCluster both = await LocalLab.RunAsync(await PlanAsync(before, TlsStage.Optional));
        Assert.Null(both.Spec!.TlsChange);
        Assert.All(both.Endpoints, url => Assert.Equal("https", url.Scheme));
        foreach (MemberSpec member in both.Spec.Members)
        {
            await both.Client.ForEndpoint(member.ClientUrl(true)).Kv.PutAsync("a", "1", cancellationToken: Token);
            await before.Client.ForEndpoint(member.ClientUrl(false)).Kv.PutAsync("a", "2", cancellationToken: Token);
        }

        // A lasting state: other commands change such a cluster.
        EtcdCluster changed = await LocalLab.RunAsync(await new ConfigurationChanger(_lab.Context).PlanAsync(
            both, new ConfigurationRequest { Tuning = new EtcdTuning { SnapshotCount = 5000 } }, Token));
        await before.Client.Kv.PutAsync("a", "3", cancellationToken: Token);
        EtcdException back = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(changed, TlsStage.Prepared));
        Assert.Equal(EtcdErrorIds.InvalidArgument, back.ErrorId);

        EtcdCluster secure = await LocalLab.RunAsync(await PlanAsync(changed, TlsStage.Required));
        await RequireAsync(secure, "https", TlsStage.Required);
        await Assert.ThrowsAnyAsync<EtcdException>(
            () => before.Client.WithCalls(TimeSpan.FromSeconds(3), retry: false).Kv.PutAsync("a", "4", cancellationToken: Token));
        // The old object follows the profile where a command changes the cluster.
        Assert.True((await new ConfigurationChanger(_lab.Context).PlanAsync(before, new ConfigurationRequest(), Token)).Plan.IsEmpty);
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    public async Task PlanAsync_OptionalWhereEtcdCannot_IsRefused(string version)
    {
        EtcdCluster cluster = await InstallAsync(1, version);
        Assert.SkipWhen(cluster.Spec!.Version >= new EtcdVersion(3, 4, 25), "This patch release can.");

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, TlsStage.Optional));

        Assert.Equal(EtcdErrorIds.NotSupported, refused.ErrorId);
        Assert.Contains("3.4.25", refused.Message, StringComparison.Ordinal);
        // One member has no other to wait for.
        await RequireAsync(await LocalLab.RunAsync(await PlanAsync(cluster, TlsStage.Required)), "https", TlsStage.Required);
    }

    [Fact]
    public async Task PlanAsync_AMemberThatDoesNotComeUp_TakesBackTheRoundAndTheOtherCommandGoesBack()
    {
        EtcdCluster before = await InstallAsync(3, "3.5");
        await LocalLab.RunAsync(await PlanAsync(before, TlsStage.Prepared));
        // No member can read its key after its restart: they run with TLS in no other way.
        MemberSpec broken = before.Spec!.Members[2];
        await File.WriteAllTextAsync(broken.Layout.ServerKeyFile, "broken", Token);

        EtcdException failed = await Assert.ThrowsAsync<EtcdException>(
            async () => await LocalLab.RunAsync(await PlanAsync(before, TlsStage.Required, TimeSpan.FromSeconds(10))));
        Assert.Contains(broken.Name, failed.Message, StringComparison.Ordinal);
        EtcdCluster prepared = await LoadAsync();
        Assert.Equal(new TlsChange(TlsStage.Prepared, TlsStage.Prepared, TlsStage.Prepared), prepared.Spec!.TlsChange);
        Assert.All(prepared.Endpoints, url => Assert.Equal("http", url.Scheme));
        await new HealthGate(_lab.Context).WaitAsync(prepared, TimeSpan.FromSeconds(20), Token);
        Assert.All(
            (await prepared.Client.Cluster.ListAsync(linearizable: true, Token)).Members,
            member => Assert.Equal("http", Assert.Single(member.PeerUrls).Scheme));

        await RequireAsync(await LocalLab.RunAsync(await PlanAsync(prepared, TlsStage.None)), "http", TlsStage.None);
        // The next try writes new certificates of the same authority.
        await RequireAsync(await LocalLab.RunAsync(await PlanAsync(prepared, TlsStage.Required)), "https", TlsStage.Required);
    }

    [Fact]
    public async Task PlanAsync_AClusterThatCannotChangeNow_IsRefusedBeforeAnythingIsWritten()
    {
        EtcdCluster cluster = await InstallAsync(3, "3.5");
        string profile = await ProfileAsync();
        MemberSpec member = cluster.Spec!.Members[1];
        string config = await File.ReadAllTextAsync(member.Layout.ConfigFile, Token);

        await File.WriteAllTextAsync(member.Layout.ConfigFile, config + "max-txn-ops: 300\n", Token);
        Assert.Equal(EtcdErrorIds.HandEdited, (await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, TlsStage.Required))).ErrorId);
        await File.WriteAllTextAsync(member.Layout.ConfigFile, config, Token);

        await new MemberOperator(_lab.Context).StopAsync(cluster, member.Name, Token);
        EtcdException down = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, TlsStage.Required));
        Assert.Contains(down.ErrorId, new[] { EtcdErrorIds.NotHealthy, EtcdErrorIds.QuorumAtRisk });
        await new MemberOperator(_lab.Context).StartAsync(cluster, member.Name, TimeSpan.FromSeconds(20), Token);

        Assert.Equal(profile, await ProfileAsync());
        using CertificateAuthority own = CertificateAuthority.Create("own CA");
        EtcdCluster secure = await LocalLab.RunAsync(await new TlsChanger(_lab.Context).PlanAsync(
            cluster, new TlsRequest { Authority = own }, Token));
        Assert.Equal(own.CertificatePem.Trim(), secure.Tls!.CaPem!.Trim());
        Operation<EtcdCluster> again = await PlanAsync(secure, TlsStage.Required);
        Assert.Contains("already", Assert.Single(again.Warnings), StringComparison.Ordinal);
        using CertificateAuthority other = CertificateAuthority.Create("other CA");
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(
            () => new TlsChanger(_lab.Context).PlanAsync(secure, new TlsRequest { Authority = other }, Token));
        Assert.Equal(EtcdErrorIds.InvalidArgument, refused.ErrorId);
    }

    [Fact]
    public async Task PlanAsync_OffAndOnAgain_RevokedCertificatesStayRevokedUnlessTheAuthorityIsAnother()
    {
        EtcdCluster secure = await LocalLab.RunAsync(await PlanAsync(await InstallAsync(1, "3.5"), TlsStage.Required));
        CredentialPackage app = await new CredentialExporter(_lab.Context).IssueAsync(secure, new CredentialRequest { UserName = "app" }, Token);
        await LocalLab.RunAsync(await new CertificateRevoker(_lab.Context).PlanAsync(
            secure, new RevocationRequest { SerialNumbers = [CertificateInfo.FromPem(app.CertificatePem).SerialNumber] }, Token));
        EtcdCluster plain = await LocalLab.RunAsync(await PlanAsync(secure, TlsStage.None));
        File.Delete(plain.Spec!.Members[0].Layout.RevocationFile);

        EtcdCluster again = await LocalLab.RunAsync(await PlanAsync(plain, TlsStage.Required));
        await RequireAsync(again, "https", TlsStage.Required);
        Assert.NotNull(again.Spec!.Revocation);
        EtcdCluster revoked = again.WithTls(new ClusterTls(app.AuthorityPem, app.CertificatePem) { KeyPem = app.KeyPem });
        await Assert.ThrowsAnyAsync<EtcdException>(
            () => revoked.Client.WithCalls(TimeSpan.FromSeconds(3), retry: false).Kv.GetAsync("x", cancellationToken: Token));

        plain = await LocalLab.RunAsync(await PlanAsync(again, TlsStage.None));
        using CertificateAuthority other = CertificateAuthority.Create("other CA");
        EtcdCluster anew = await LocalLab.RunAsync(await new TlsChanger(_lab.Context).PlanAsync(plain, new TlsRequest { Authority = other }, Token));
        await RequireAsync(anew, "https", TlsStage.Required);
        Assert.Null(anew.Spec!.Revocation);
    }

    [Fact]
    public void Settings_OfSchedules_AreThoseThatSchedulesHave()
    {
        MemberSpec member = new()
        {
            Name = "n1",
            HostName = "n1",
            Address = "10.0.0.1",
            ClientPort = 2379,
            PeerPort = 2380,
            Directory = "/var/lib/etcd",
            BinDirectory = "/opt/etcd",
        };
        foreach (ScheduleKind kind in new[] { ScheduleKind.Snapshot, ScheduleKind.Maintenance })
            Assert.Equal(new MemberPlaces("prod", member, kind).Settings, ScheduleTargets.Settings(kind.Word, "prod"));
    }

    private Task<string> ProfileAsync() => File.ReadAllTextAsync(_lab.Context.Profiles.FileOf("demo"), Token);

    private async Task KillAtEveryStepAsync(EtcdCluster cluster, TlsStage stage)
    {
        // As if the process had been killed after each step: what it had begun stays, and nothing is undone.
        string[] expected = [.. (await PlanAsync(cluster, stage)).Plan.Steps.Select(step => step.Id)];
        var done = new List<string>();
        for (Plan plan = (await PlanAsync(cluster, stage)).Plan; plan.Planned.Count > 0; plan = (await PlanAsync(cluster, stage)).Plan)
        {
            // Each run notes in the profile what it does, so that step is not the only one.
            PlannedStep[] steps = [.. plan.Planned.Take(2)];
            foreach (PlannedStep step in steps) await step.Act(null, Token);
            done.AddRange(steps.Select(step => step.Text.Id));
            Assert.InRange(done.Count, 1, 2 * expected.Length);
            if ((await LoadAsync()).Spec!.TlsChange is null) break;
            EtcdException refused = await Assert.ThrowsAsync<EtcdException>(
                () => new ConfigurationChanger(_lab.Context).PlanAsync(cluster, new ConfigurationRequest(), Token));
            Assert.Equal(EtcdErrorIds.TlsChangeUnfinished, refused.ErrorId);
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), done.Distinct().Order(StringComparer.Ordinal));
    }

    private async Task RequireAsync(EtcdCluster cluster, string scheme, TlsStage stage)
    {
        Assert.All(cluster.Endpoints, url => Assert.Equal(scheme, url.Scheme));
        Assert.Null(cluster.Spec!.TlsChange);
        Assert.Equal(stage, cluster.Spec.TlsStage);
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token);
        Assert.True(health.Healthy, string.Join("; ", health.Members.Select(member => $"{member.Member}: {member.Reason}")));
        Assert.Empty(health.Warnings);
        foreach (var member in (await cluster.Client.Cluster.ListAsync(linearizable: true, Token)).Members)
        {
            Assert.Equal(scheme, Assert.Single(member.PeerUrls).Scheme);
            Assert.Equal(scheme, Assert.Single(member.ClientUrls).Scheme);
        }

        Assert.Empty((await PlanAsync(cluster, stage)).Plan.Steps);
        Assert.True((await new ConfigurationChanger(_lab.Context).PlanAsync(cluster, new ConfigurationRequest(), Token)).Plan.IsEmpty);
    }

    private Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, TlsStage stage, TimeSpan? timeout = null) => new TlsChanger(_lab.Context)
        .PlanAsync(cluster, new TlsRequest { Stage = stage, Timeout = timeout ?? TimeSpan.FromSeconds(60) }, Token);

    private Task<EtcdCluster> LoadAsync() => _lab.Context.Profiles.LoadAsync("demo", Token);

    private async Task<EtcdCluster> InstallAsync(int size, string version) => await LocalLab.RunAsync(await _lab.Installer.PlanAsync(
        await LocalLab.RequestAsync("demo", size, version) with { Tls = false }, Token));

    /// <summary>A client that knows both URLs of each member, and has a certificate.</summary>
    private async Task<EtcdCluster> ClientAsync()
    {
        MemberSpec[] members = [.. (await LoadAsync()).Spec!.Members];
        return new EtcdCluster(
            "client", [.. members.Select(member => member.ClientUrl(false)), .. members.Select(member => member.ClientUrl(true))])
        {
            Tls = await new ProfilePki(_lab.Context.Profiles.Folder("demo")).ReadClientAsync(null, Token),
        };
    }

    /// <summary>A write fails if its member stops meanwhile, or if that leaves the leader's proposals behind; the next ones succeed.</summary>
    private static void RequireRetried(SteadyWriter writer)
    {
        string failures = string.Join('\n', writer.Failures);
        TestContext.Current.TestOutputHelper?.WriteLine($"{writer.Acknowledged} writes, longest gap {writer.LongestGap}, failures:\n{failures}");
        Assert.True(writer.MostFailures <= 2, failures);
    }
}
