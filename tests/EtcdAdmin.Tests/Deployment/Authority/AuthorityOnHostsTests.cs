using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Adoption;
using EtcdAdmin.Upgrades.Conversion;

namespace EtcdAdmin.Tests.Deployment.Authority;

/// <summary>Running clusters get another certificate authority.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class AuthorityOnHostsTests(HostLabFixture lab)
{
    private static readonly string[] Names = ["n1", "n2", "n3"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlanAsync_AConvertedClusterKilledAtEveryStep_MovesToTheNewAuthorityAndLosesNoWrite()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.KubesprayAsync(hosts, await EtcdBinaries.GetAsync("3.5"), Names);
        EtcdCluster cluster = (await new ClusterImporter(hosts.Context).ImportAsync(
            new ImportRequest { Name = "theirs", Hosts = [.. Names.Select(name => hosts.To(name))] }, Token)).Cluster;
        EtcdException partly = await Assert.ThrowsAsync<EtcdException>(
            () => ConversionGuard.CheckAuthorityAsync(hosts.Context, cluster, ["n1", "n2"], Token));
        Assert.Contains("Not named: n3", partly.Message, StringComparison.Ordinal);
        await ConversionGuard.CheckAuthorityAsync(hosts.Context, cluster, Names, Token);
        EtcdException unconverted = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(hosts, cluster));
        Assert.Equal(EtcdErrorIds.MemberNotConverted, unconverted.ErrorId);
        foreach (string name in Names)
            await (await new MemberConverter(hosts.Context).PlanAsync(cluster, name, new ConversionRequest(), Token)).RunAsync(null, Token);
        EtcdCluster before = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        await using SteadyWriter writer = SteadyWriter.Start(hosts.Context.Profiles, "theirs");

        Operation<EtcdAuthority> first = await PlanAsync(hosts, before);
        Assert.Contains(first.Warnings, warning => warning.StartsWith("Clients of cluster 'theirs'", StringComparison.Ordinal));
        Assert.Equal(
            ["CreateAuthority", "TrustAuthority", "TrustAuthority", "TrustAuthority", "ProveHandshakes", "ReplaceCertificates",
                "ReplaceCertificates", "ReplaceCertificates", "ReplaceCertificates", "ProveHandshakes", "DropAuthority", "DropAuthority",
                "DropAuthority", "ProveCluster", "SaveProfile"],
            first.Plan.Steps.Select(step => step.Id.Split('/')[0]));
        Assert.All(first.Plan.Steps.Where(step => step.VotersUp is not null), step => Assert.Equal(3, step.VotersUp));
        // As if the process had been killed after each step: what it had begun stays, and nothing is undone.
        var done = new List<string>();
        for (Plan plan = first.Plan; ; plan = (await PlanAsync(hosts, before)).Plan)
        {
            // A proof alone changes nothing, so it is run together with the step after it.
            bool proves = plan.Planned[0].Text.Kind is StepKind.ProveCluster or StepKind.ProveHandshakes;
            PlannedStep[] steps = [.. plan.Planned.Take(proves ? 2 : 1)];
            foreach (PlannedStep step in steps) await step.Act(null, Token);
            done.AddRange(steps.Select(step => step.Text.Id));
            if (steps[^1].Text.Kind == StepKind.SaveProfile) break;
            Assert.InRange(done.Count, 1, 24);
        }

        await writer.StopAndVerifyAsync(Token);
        // Each once, but for the proofs.
        Assert.Equal(first.Plan.Steps.Select(step => step.Id).Order(StringComparer.Ordinal), done.Distinct().Order(StringComparer.Ordinal));
        Assert.Distinct(done.Where(step => !step.StartsWith("ProveHandshakes", StringComparison.Ordinal)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{writer.Acknowledged} writes, longest gap {writer.LongestGap}");
        await RequireReplacedAsync(hosts, before, theirs.Authority!.CertificatePem);

        Operation<EtcdAuthority> again = await PlanAsync(hosts, before, keepsOwn: true);
        Assert.Empty(again.Plan.Steps);
        Assert.Contains("has an authority of EtcdAdmin already", again.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_AnOwnCluster_GoesBackIfAMemberDoesNotComeUpAndIsReplacedOtherwise()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster before = await hosts.InstallAsync(Names);
        string folder = Path.Combine(hosts.Context.Profiles.Folder("prod"), "pki");
        string[] profile = await ProfileAsync(folder);
        string[] files = await PkiAsync(hosts);
        string old = await File.ReadAllTextAsync(Path.Combine(folder, "ca.crt"), Token);
        // n2 refuses to start with two authorities.
        await hosts.LookAsync("n2", """
            mkdir -p /etc/systemd/system/etcd.service.d
            printf '[Service]\nExecStartPre=/bin/sh -c "test $(grep -c BEGIN /etc/etcd/pki/ca.crt) = 1"\n' >/etc/systemd/system/etcd.service.d/own.conf
            systemctl daemon-reload
            """);

        EtcdException failed = await Assert.ThrowsAsync<EtcdException>(
            async () => await (await PlanAsync(hosts, before, timeout: TimeSpan.FromSeconds(8))).RunAsync(null, Token));

        Assert.Contains(failed.ErrorId, new[] { EtcdErrorIds.MemberStartFailed, EtcdErrorIds.NotHealthy, EtcdErrorIds.HostCommandFailed });
        Assert.Contains("n2", failed.Message, StringComparison.Ordinal);
        Assert.Equal(profile, await ProfileAsync(folder));
        Assert.Equal(files, await PkiAsync(hosts));
        await new HealthGate(hosts.Context).WaitAsync(before, TimeSpan.FromSeconds(20), Token);

        await hosts.LookAsync("n2", "rm -r /etc/systemd/system/etcd.service.d; systemctl daemon-reload");
        EtcdAuthority authority = await (await PlanAsync(hosts, before)).RunAsync(null, Token);
        Assert.StartsWith("CN=prod CA ", authority.Subject, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(folder, "ca.crt"), authority.CaFile);
        await RequireReplacedAsync(hosts, before, old);

        await hosts.LookAsync("n3", "systemctl stop etcd.service");
        Operation<EtcdAuthority> down = await PlanAsync(hosts, authority.Cluster);
        Assert.Equal("TrustAuthority/n3", down.Plan.Steps[1].Id); // a member that is down comes first, so that no other is missed meanwhile
        await hosts.LookAsync("n2", "systemctl stop etcd.service");
        await Assert.ThrowsAnyAsync<EtcdException>(() => PlanAsync(hosts, authority.Cluster)); // no quorum
    }

    private static async Task RequireReplacedAsync(HostCluster hosts, EtcdCluster before, string old)
    {
        EtcdCluster after = await hosts.Context.Profiles.LoadAsync(before.Name, Token);
        Assert.True((await hosts.HealthAsync(after)).Healthy);
        string ca = after.Tls!.CaPem!;
        Assert.DoesNotContain(old.Trim(), ca, StringComparison.Ordinal);
        foreach (string name in Names)
        {
            Assert.Equal(ca.Trim(), await hosts.LookAsync(name, "cat /etc/etcd/pki/ca.crt"));
            foreach (string file in new[] { "server", "peer" })
                Assert.True(CertificateBundle.IsIssuedBy(await hosts.LookAsync(name, $"cat /etc/etcd/pki/{file}.crt"), ca));
            Assert.Equal("ca.crt peer.crt peer.key server.crt server.key", (await hosts.LookAsync(name, "ls /etc/etcd/pki | xargs")).Trim());
            Assert.Equal("etcd 600 etcd 600", (await hosts.LookAsync(name, "stat -c '%U %a' /etc/etcd/pki/*.key | xargs")).Trim());
        }

        // The former client is refused, even if it would accept the members.
        EtcdCluster former = before.WithTls(before.Tls! with { CaPem = ca });
        EtcdException refused = await Assert.ThrowsAnyAsync<EtcdException>(
            () => former.Client.WithCalls(TimeSpan.FromSeconds(3), retry: false).Kv.GetAsync("x", cancellationToken: Token));
        Assert.Contains("the server does not trust that authority", refused.Message, StringComparison.Ordinal);
        var pki = new ProfilePki(hosts.Context.Profiles.Folder(before.Name));
        Assert.False(pki.HasNextAuthority);
        using CertificateAuthority own = await pki.ReadAuthorityAsync(Token);
        Assert.Equal(ca.Trim(), own.CertificatePem.Trim());
        Assert.Equal(
            // The same user.
            CertificateInfo.FromPem(before.Tls!.CertificatePem!).CommonName, CertificateInfo.FromPem(after.Tls.CertificatePem!).CommonName);
    }

    private static Task<Operation<EtcdAuthority>> PlanAsync(
        HostCluster hosts, EtcdCluster cluster, bool keepsOwn = false, TimeSpan? timeout = null) =>
        new AuthorityReplacer(hosts.Context).PlanAsync(
            cluster, new AuthorityRequest { KeepsOwn = keepsOwn, Timeout = timeout ?? TimeSpan.FromSeconds(60) }, Token);

    private static async Task<string[]> ProfileAsync(string folder) => await Task.WhenAll(
        Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(async file => $"{file} {await File.ReadAllTextAsync(file, Token)}"));

    private static Task<string[]> PkiAsync(HostCluster hosts) =>
        Task.WhenAll(Names.Select(name => hosts.LookAsync(name, "cd /etc/etcd/pki && sha256sum ca.crt server.crt server.key peer.crt peer.key")));
}
