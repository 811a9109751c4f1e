using System.Diagnostics;
using EtcdAdmin.Checks;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Nagios;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Tests.Checks;

/// <summary>All checks, on three real members with TLS; each problem is made for real, found, and taken back.</summary>
public sealed class ClusterCheckerTests(ThreeMembers three) : IClassFixture<ThreeMembers>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AdminContext Context => three.Lab.Context;

    private async Task<IReadOnlyList<EtcdCheck>> CheckAsync(CheckOptions? options = null) =>
        await new ClusterChecker(Context).CheckAsync(await three.GetAsync(), options ?? new CheckOptions(), Token);

    private static EtcdCheck One(IReadOnlyList<EtcdCheck> checks, string check, string? member = null) =>
        checks.First(result => result.Check == check && (member is null || result.Member == member));

    [Fact]
    public async Task CheckAsync_HealthyCluster_AllChecksAreMade()
    {
        await CheckAsync(); // opens the connections
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<EtcdCheck> checks = await CheckAsync();
        TimeSpan took = Stopwatch.GetElapsedTime(start);

        TestContext.Current.SendDiagnosticMessage($"All checks of three members took {took.TotalSeconds:0.00} s.");
        Assert.DoesNotContain(
            checks, check => check is { Severity: CheckSeverity.Critical, Check: not ("DiskSpace" or "FsyncLatency" or "CommitLatency") });
        string[] unknown = [.. checks.Where(check => check is { Severity: CheckSeverity.Unknown, Check: not "RoundTrip" })
            .Select(check => check.ToString())];
        Assert.True(unknown.Length == 0, string.Join('\n', unknown)); // the first round trips are measured after 30 s
        Assert.All(
            ["Members", "Quorum", "Alarms", "Profile", "Learners", "RemovedMembers", "Space", "Certificates", "CertificateNames",
                "CertificateTrust", "Clocks", "Configuration", "FileModes", "CIS-1.1.11", "CIS-1.1.12", "CIS-2.1", "CIS-2.2", "CIS-2.3", "CIS-2.4",
                "CIS-2.5", "CIS-2.6", "CIS-2.7", "EndOfLife"],
            name => Assert.All(
                checks.Where(check => check.Check == name), check => Assert.True(check.Severity == CheckSeverity.Ok, $"{check} {check.Evidence}")));
        Assert.Contains(checks, check => check is { Check: "FsyncLatency", Measure.Value: > 0 });
        // Client and peer port of each member, and the operator's own certificate.
        Assert.True(checks.Count(check => check.Check == "Certificates") >= 7);
        string[] weaknesses = [.. ReleaseSupport.BuiltIn.WeaknessesOf((await three.GetAsync()).Spec!.Version!.Value)];
        Assert.Equal(weaknesses.Length > 0 ? CheckSeverity.Warning : CheckSeverity.Ok, One(checks, "Advisories").Severity);
        Assert.All(weaknesses, weakness => Assert.Contains(weakness, One(checks, "Advisories").Finding, StringComparison.Ordinal));
    }

    [Fact]
    public async Task CheckAsync_MemberKilled_QuorumHasNoMarginAndOthersAreChecked()
    {
        EtcdCluster cluster = await three.GetAsync();
        MemberSpec member = cluster.Spec!.Members[0];
        await new HealthRecorder(Context).CheckAsync(cluster, new HealthOptions(), Token);
        await three.SignalAsync(member.Name, "KILL");
        try
        {
            IReadOnlyList<EtcdCheck> checks = await CheckAsync(new CheckOptions { Timeout = TimeSpan.FromSeconds(2) });
            Assert.Equal(CheckSeverity.Critical, One(checks, "Members", member.Name).Severity);
            Assert.Contains("; last recorded as healthy: 2", One(checks, "Members", member.Name).Evidence, StringComparison.Ordinal);
            EtcdCheck quorum = One(checks, "Quorum");
            Assert.Equal(CheckSeverity.Critical, quorum.Severity);
            Assert.Contains("one more voter", quorum.Finding, StringComparison.Ordinal);
            Assert.Equal(CheckSeverity.Unknown, One(checks, "FsyncLatency", member.Name).Severity);
            Assert.Equal(CheckSeverity.Unknown, One(checks, "Certificates", member.Name).Severity);
            Assert.Equal(2, checks.Count(check => check is { Check: "Members", Severity: CheckSeverity.Ok }));
            NagiosResult nagios = NagiosResult.Of(cluster.Name, checks);
            Assert.Equal(2, nagios.ExitCode);
            Assert.StartsWith($"ETCD CRITICAL - demo: Members {member.Name}: ", nagios.Line, StringComparison.Ordinal);
        }
        finally
        {
            await Context.ServiceOf(member).StartAsync(member, cluster.Spec.Version!.Value, DataAtStart.Required, Token);
            await new HealthGate(Context).WaitAsync(cluster, TimeSpan.FromSeconds(20), Token);
        }
    }

    [Fact]
    public async Task CheckAsync_MemberShowsPeersACertificateOfAnotherAuthority_IsAWarning()
    {
        MemberSpec member = (await three.GetAsync()).Spec!.Members[1];
        MemberLayout files = member.Layout;
        string key = await File.ReadAllTextAsync(files.PeerKeyFile, Token);
        string certificate = await File.ReadAllTextAsync(files.PeerCertificateFile, Token);
        using var other = CertificateAuthority.Create("other CA");
        IssuedCertificate wrong = other.Issue(CertificateSpec.Peer(member.Name, member.Address));
        try
        {
            await File.WriteAllTextAsync(files.PeerKeyFile, wrong.KeyPem, Token);
            await File.WriteAllTextAsync(files.PeerCertificateFile, wrong.CertificatePem, Token); // etcd reads it at each new connection

            EtcdCheck found = Assert.Single(await CheckAsync(), check => check is { Check: "CertificateTrust", Severity: CheckSeverity.Warning });

            Assert.Equal(member.Name, found.Member);
            Assert.Contains("Its authority 'CN=other CA' is not trusted", found.Finding, StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllTextAsync(files.PeerKeyFile, key, Token);
            await File.WriteAllTextAsync(files.PeerCertificateFile, certificate, Token);
        }
    }

    [Fact]
    public async Task CheckAsync_AlarmArmed_IsCritical()
    {
        EtcdCluster cluster = await three.GetAsync();
        MemberId id = (await cluster.Client.Cluster.ListAsync(cancellationToken: Token)).Members[1].Id;
        await cluster.Client.Maintenance.ActivateAlarmAsync(id, AlarmType.NoSpace, Token);
        try
        {
            EtcdCheck alarm = One(await CheckAsync(), "Alarms");
            Assert.Equal((CheckSeverity.Critical, true), (alarm.Severity, alarm.Finding.Contains("NOSPACE", StringComparison.Ordinal)));
            Assert.NotNull(alarm.Member);
        }
        finally
        {
            await cluster.Client.Maintenance.DisarmAlarmAsync(id, AlarmType.NoSpace, Token);
        }
    }

    [Fact]
    public async Task CheckAsync_LearnerNeverStarted_IsAWarning()
    {
        EtcdCluster cluster = await three.GetAsync();
        Member added = await AddLearnerAsync(cluster);
        try
        {
            IReadOnlyList<EtcdCheck> checks = await CheckAsync();
            Assert.Contains(checks, check => check is { Check: "Learners", Severity: CheckSeverity.Warning }
                && check.Evidence!.Contains(added.Id.ToString(), StringComparison.Ordinal));
            Assert.Equal(CheckSeverity.Warning, One(checks, "Profile").Severity);
        }
        finally
        {
            await cluster.Client.Cluster.RemoveAsync(added.Id, Token);
        }
    }

    // etcd refuses it until all members have been connected for five seconds (server/etcdserver/server.go, isConnectedFullySince).
    private static async Task<Member> AddLearnerAsync(EtcdCluster cluster)
    {
        Member? added = null;
        await Poll.UntilAsync(async () =>
        {
            try
            {
                added = (await cluster.Client.Cluster.AddLearnerAsync([new Uri($"https://127.0.0.1:{FreePorts.Take(1)[0]}")], Token)).Added;
            }
            catch (EtcdException e) when (e.Message.Contains("unhealthy cluster", StringComparison.Ordinal))
            {
                return false;
            }

            return true;
        }, Token);
        // The check may ask a member that has not applied the change yet.
        foreach (Uri endpoint in cluster.Endpoints)
        {
            await Poll.UntilAsync(
                async () => (await cluster.Client.ForEndpoint(endpoint).Cluster.ListAsync(linearizable: false, Token)).Members
                    .Any(member => member.Id == added!.Id), // it ends only with one
                Token);
        }

        return added!;
    }

    [Fact]
    public async Task CheckAsync_FilesOpenToOthers_FileModesAndCisSaySo()
    {
        MemberSpec member = (await three.GetAsync()).Spec!.Members[1];
        UnixFileMode key = File.GetUnixFileMode(member.Layout.ServerKeyFile), data = File.GetUnixFileMode(member.Layout.DataDirectory);
        File.SetUnixFileMode(member.Layout.ServerKeyFile, key | UnixFileMode.OtherRead);
        File.SetUnixFileMode(member.Layout.DataDirectory, data | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        try
        {
            IReadOnlyList<EtcdCheck> checks = await CheckAsync();
            EtcdCheck modes = One(checks, "FileModes", member.Name);
            Assert.Equal(CheckSeverity.Warning, modes.Severity);
            Assert.Contains($"chmod 600 {member.Layout.ServerKeyFile}", modes.Remedy, StringComparison.Ordinal);
            Assert.Contains($"chmod 700 {member.Layout.DataDirectory}", modes.Remedy, StringComparison.Ordinal);
            Assert.Equal(CheckSeverity.Warning, One(checks, "CIS-1.1.11", member.Name).Severity);
            Assert.Equal(2, checks.Count(check => check is { Check: "CIS-1.1.11", Severity: CheckSeverity.Ok }));
        }
        finally
        {
            File.SetUnixFileMode(member.Layout.ServerKeyFile, key);
            File.SetUnixFileMode(member.Layout.DataDirectory, data);
        }
    }

    [Fact]
    public async Task CheckAsync_ConfigurationEditedByHand_DriftAndCisSaySo()
    {
        MemberSpec member = (await three.GetAsync()).Spec!.Members[2];
        string written = await File.ReadAllTextAsync(member.Layout.ConfigFile, Token);
        DateTime before = File.GetLastWriteTimeUtc(member.Layout.ConfigFile); // a later time means to the checks after this that a restart is pending
        Assert.Contains("client-cert-auth: true", written, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            member.Layout.ConfigFile, written.Replace("client-cert-auth: true", "client-cert-auth: false", StringComparison.Ordinal), Token);
        try
        {
            IReadOnlyList<EtcdCheck> checks = await CheckAsync();
            EtcdCheck drift = One(checks, "Configuration", member.Name);
            Assert.Equal(CheckSeverity.Warning, drift.Severity);
            Assert.Contains("client-cert-auth: false instead of true", drift.Evidence, StringComparison.Ordinal);
            Assert.Equal(CheckSeverity.Warning, One(checks, "CIS-2.2", member.Name).Severity);
            Assert.Equal(CheckSeverity.Warning, One(checks, "CIS-2.5", member.Name).Severity);
        }
        finally
        {
            await File.WriteAllTextAsync(member.Layout.ConfigFile, written, Token);
            File.SetLastWriteTimeUtc(member.Layout.ConfigFile, before);
        }
    }

    [Fact]
    public async Task CheckAsync_CertificatesShorterThanWanted_AreNamedByUrl()
    {
        EtcdCluster cluster = await three.GetAsync();
        IReadOnlyList<EtcdCheck> checks = await CheckAsync(new CheckOptions { WarnDays = 36_500 });
        EtcdCheck[] certificates = [.. checks.Where(check => check.Check == "Certificates")];
        Assert.All(certificates, check => Assert.Equal(CheckSeverity.Warning, check.Severity));
        MemberSpec member = cluster.Spec!.Members[0];
        Assert.Contains(certificates, check => check.Finding.Contains($":{member.PeerPort} ", StringComparison.Ordinal));
        Assert.Contains(certificates, check => check.Finding.Contains($":{member.ClientPort} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CheckAsync_SnapshotSaved_ItsAgeIsKnown()
    {
        EtcdCluster cluster = await three.GetAsync();
        string folder = Path.Combine(three.Lab.Path, "snapshots");
        Directory.CreateDirectory(folder);
        Assert.Equal(CheckSeverity.Warning, One(await CheckAsync(new CheckOptions { SnapshotPaths = [folder] }), "SnapshotAge").Severity);

        await new SnapshotSaver(Context).SaveAsync(cluster, new SaveSnapshotRequest { Destination = folder }, null, Token);
        Assert.Equal(CheckSeverity.Ok, One(await CheckAsync(new CheckOptions { SnapshotPaths = [folder] }), "SnapshotAge").Severity);
        Assert.Equal(CheckSeverity.Warning,
            One(await CheckAsync(new CheckOptions { SnapshotPaths = [folder], SnapshotAge = TimeSpan.FromMilliseconds(1) }), "SnapshotAge").Severity);
    }

    [Fact]
    public async Task CheckAsync_HistoryOfGrowth_ForecastsTheQuota()
    {
        EtcdCluster cluster = await three.GetAsync();
        var store = new HealthHistoryStore(Context);
        ClusterHealth health = await new HealthRecorder(Context).CheckAsync(cluster, new HealthOptions(), Token);
        EtcdHealth member = health.Members[0];
        Assert.Null(member.DaysUntilQuota);
        long present = member.DbSizeInUseBytes!.Value;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        try
        {
            for (int hours = 40; hours >= 1; hours -= 3)
            {
                // A gigabyte a day: the default quota of 2 GiB is reached in about two days. The earlier sizes are below zero, which only the slope
                // sees.
                ClusterHealth past = health with { Members = [member with { DbSizeInUseBytes = present - (hours * 1_000_000_000L / 24) }] };
                Assert.True(await store.AppendAsync(EtcdHealthRecord.Of(cluster.Name, past, now - TimeSpan.FromHours(hours)), Token));
            }

            EtcdCheck forecast = One(await CheckAsync(), "SpaceForecast", member.Member);
            Assert.Equal(CheckSeverity.Critical, forecast.Severity);
            Assert.Contains("in 2.1 days", forecast.Finding, StringComparison.Ordinal);
            double? days = (await new HealthRecorder(Context).CheckAsync(cluster, new HealthOptions(), Token)).Members
                .First(one => one.Member == member.Member).DaysUntilQuota;
            Assert.InRange(days!.Value, 1.5, 2.5);
        }
        finally
        {
            File.Delete(Path.Combine(Context.Profiles.Folder(cluster.Name), "health.jsonl")); // the other tests have no such growth
        }
    }

    [Fact]
    public async Task CheckAsync_ClusterThatDoesNotAnswer_IsAResult()
    {
        var silent = new EtcdCluster("silent", [new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}")]);
        IReadOnlyList<EtcdCheck> checks =
            await new ClusterChecker(Context).CheckAsync(silent, new CheckOptions { Timeout = TimeSpan.FromSeconds(1) }, Token);
        Assert.Equal(CheckSeverity.Critical, One(checks, "Members").Severity);
        Assert.Equal(CheckSeverity.Critical, One(checks, "Quorum").Severity);
        Assert.Equal(CheckSeverity.Unknown, One(checks, "Alarms").Severity);
        Assert.Equal(CheckSeverity.NotApplicable, One(checks, "FileModes").Severity);
        Assert.Equal(2, NagiosResult.Of("silent", checks).ExitCode);
    }
}
