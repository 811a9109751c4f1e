using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Nagios;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Checks.Rules;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Schedules.Maintenance;
using EtcdAdmin.Schedules.Renewals;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Tests.Checks;

/// <summary>Checks that fail, metrics, and the line for Nagios.</summary>
public sealed class CheckRulesTests
{
    private const string Page = """
        # TYPE etcd_disk_wal_fsync_duration_seconds histogram
        etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"} 50
        etcd_disk_wal_fsync_duration_seconds_bucket{le="0.002"} 90
        etcd_disk_wal_fsync_duration_seconds_bucket{le="0.064"} 100
        etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} 100
        etcd_disk_wal_fsync_duration_seconds_sum 1.5
        etcd_disk_wal_fsync_duration_seconds_count 100
        etcd_disk_backend_commit_duration_seconds_bucket{le="0.001"} 100
        etcd_disk_backend_commit_duration_seconds_bucket{le="+Inf"} 100
        etcd_network_peer_round_trip_time_seconds_bucket{To="a",le="0.1"} 4
        etcd_network_peer_round_trip_time_seconds_bucket{To="a",le="+Inf"} 4
        etcd_network_peer_round_trip_time_seconds_bucket{To="b",le="0.1"} 0
        etcd_network_peer_round_trip_time_seconds_bucket{To="b",le="0.8"} 4
        etcd_network_peer_round_trip_time_seconds_bucket{To="b",le="+Inf"} 4
        etcd_server_leader_changes_seen_total 9
        etcd_server_slow_apply_total 40
        etcd_server_proposals_applied_total 1e+03
        process_start_time_seconds 1.7e+09

        """;

    private static CheckFacts Facts(MetricPage page, DateTimeOffset now)
    {
        var cluster = new EtcdCluster("demo", [new Uri("http://127.0.0.1:2379")]);
        EtcdHealth[] members = [Member("n1"), Member("n2")];
        return new CheckFacts
        {
            Cluster = cluster,
            Options = new CheckOptions(),
            Now = now,
            Health = new ClusterHealth(members),
            Members = [.. members.Select(member => new MemberFacts(member)
            {
                Metrics = new Fact<MetricPage>(page, null),
                Host = Fact<MemberHost>.Absent("none"),
                Configuration = Fact<EtcdMemberConfiguration>.Absent("none"),
            })],
            Authentication = new Fact<AuthStatus>(null, "refused"),
            Schedules = Fact<IReadOnlyList<EtcdSnapshotSchedule>>.Absent("none"),
            Maintenance = Fact<IReadOnlyList<EtcdMaintenanceSchedule>>.Absent("none"),
            Renewals = Fact<IReadOnlyList<EtcdCertificateRenewal>>.Absent("none"),
            Snapshots = new Fact<SnapshotSearch>(null, "none"),
            Drills = Fact<DrillSearch>.Absent("none"),
            Support = new Fact<ReleaseSupport>(ReleaseSupport.BuiltIn, null),
            History = new Fact<IReadOnlyList<EtcdHealthRecord>>([], null),
        };

        EtcdHealth Member(string name) => new()
        {
            Cluster = cluster,
            Member = name,
            Reason = "follower",
            Reachable = true,
            Healthy = true,
            RunningVersion = new EtcdVersion(3, name == "n1" ? 3 : 5, 30),
        };
    }

    [Fact]
    public void CertificateRenewal_FailedHereOrOnAHost_IsReportedAndWithoutARenewalNothingIs()
    {
        CheckFacts With(params EtcdCertificateRenewal[] places) =>
            Facts() with { Renewals = new Fact<IReadOnlyList<EtcdCertificateRenewal>>(places, null) };
        var none = new EtcdCertificateRenewal("demo") { Reason = "not registered" };
        var here = none with { Registered = true, Healthy = true, Reason = "nothing is due" };
        EtcdCertificateRenewal host = here with { HostName = "h1" };

        Assert.Empty(CertificateRenewalRule.Check(With(none, none with { HostName = "h1" })));
        Assert.Equal(CheckSeverity.Ok, Assert.Single(CertificateRenewalRule.Check(With(here, none with { HostName = "h1" }))).Severity);
        EtcdCheck failed = Assert.Single(CertificateRenewalRule.Check(With(here with { Healthy = false, Reason = "the key is missing" }, host)));
        Assert.Equal((CheckSeverity.Warning, "the key is missing"), (failed.Severity, failed.Evidence));
        Assert.Contains("h2", Assert.Single(CertificateRenewalRule.Check(With(none, host, none with { HostName = "h2" }))).Finding,
            StringComparison.Ordinal);
    }

    [Fact]
    public void MaintenanceSchedule_FailedOnOneHost_IsReportedAndWithoutAScheduleNothingIs()
    {
        CheckFacts With(params EtcdMaintenanceSchedule[] hosts) =>
            Facts() with { Maintenance = new Fact<IReadOnlyList<EtcdMaintenanceSchedule>>(hosts, null) };
        var none = new EtcdMaintenanceSchedule("demo", "h1", "n1") { Registered = false, Reason = "not registered" };
        var works = new EtcdMaintenanceSchedule("demo", "h1", "n1") { Registered = true, Healthy = true, Reason = "nothing to do" };
        var failed = new EtcdMaintenanceSchedule("demo", "h2", "n2") { Registered = true, Reason = "member n1 does not serve" };

        Assert.Empty(MaintenanceScheduleRule.Check(With(none, none)));
        Assert.Equal(CheckSeverity.Ok, Assert.Single(MaintenanceScheduleRule.Check(With(works, works with { Member = "n2" }))).Severity);
        EtcdCheck found = Assert.Single(MaintenanceScheduleRule.Check(With(works, failed)));
        Assert.Equal((CheckSeverity.Warning, "n2", "member n1 does not serve"), (found.Severity, found.Member, found.Evidence));
        Assert.Equal("n1", Assert.Single(MaintenanceScheduleRule.Check(With(none, works with { Member = "n2" }))).Member);
    }

    private static CheckFacts Facts() => Facts(new MetricPage(Page), DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) + TimeSpan.FromHours(3));

    [Fact]
    public void Run_CheckThrows_OthersAreStillMade()
    {
        EtcdCheck failed = Assert.Single(CheckRules.Run(_ => throw new InvalidOperationException("broken"), Facts()));
        Assert.Equal(CheckSeverity.Unknown, failed.Severity);
        Assert.Contains("broken", failed.Finding, StringComparison.Ordinal);
        Assert.Contains(CheckRules.Check(Facts()), check => check.Check == "Quorum");
    }

    [Fact]
    public void Check_SlowDisk_IsJudgedByThePercentile()
    {
        EtcdCheck[] checks = [.. DiskLatencyRule.Check(Facts())];
        Assert.Equal((CheckSeverity.Warning, "FsyncLatency"), (checks[0].Severity, checks[0].Check));
        // 99 of 100: nine tenths of the way from 2 ms to 64 ms.
        Assert.Equal(0.0578, checks[0].Measure!.Value, 4);
        Assert.Equal((CheckSeverity.Ok, "CommitLatency"), (checks[1].Severity, checks[1].Check));
    }

    [Fact]
    public void Check_SlowDiskByFewValues_IsNoWarningYet()
    {
        var page = new MetricPage(Page.Replace("} 100", "} 99", StringComparison.Ordinal).Replace("count 100", "count 99", StringComparison.Ordinal));
        EtcdCheck check = DiskLatencyRule.Check(Facts(page, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000))).First();
        Assert.Equal(CheckSeverity.Info, check.Severity);
        Assert.EndsWith("So far it has few values.", check.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_SlowNetwork_NamesTheSlowestPeer()
    {
        EtcdCheck trip = RoundTripRule.Check(Facts()).First();
        Assert.Equal(CheckSeverity.Warning, trip.Severity);
        Assert.Contains("A message to b and back takes 793 ms", trip.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ManyLeaderChangesAndSlowApplies_AreWarnings()
    {
        Assert.All(LeaderChangesRule.Check(Facts()), check => Assert.Equal(CheckSeverity.Warning, check.Severity)); // nine in three hours
        Assert.All(LeaderChangesRule.Check(Facts(new MetricPage(Page), DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) + TimeSpan.FromDays(3))),
            check => Assert.Equal(CheckSeverity.Ok, check.Severity));
        Assert.All(SlowAppliesRule.Check(Facts()), check => Assert.Equal(CheckSeverity.Warning, check.Severity)); // four in a hundred
    }

    [Fact]
    public void Check_MembersTwoVersionsApart_IsCritical()
    {
        Assert.Equal(CheckSeverity.Critical, VersionsRule.Check(Facts()).Last().Severity);
        EtcdCheck[] support = [.. SupportRule.Check(Facts())];
        Assert.Contains(support, check => check is { Check: "EndOfLife", Severity: CheckSeverity.Warning }
            && check.Finding.Contains("etcd 3.3", StringComparison.Ordinal));
        Assert.Contains(support, check => check is { Check: "EndOfLife", Severity: CheckSeverity.Ok }
            && check.Finding.Contains("etcd 3.5", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(CheckSeverity.Ok, 0, "ETCD OK - a/b: 2 checks passed | ")]
    [InlineData(CheckSeverity.Info, 0, "ETCD OK - a/b: 2 checks passed | ")]
    [InlineData(CheckSeverity.Unknown, 3, "ETCD UNKNOWN - a/b: Space n1: full / here\uFFFD | ")]
    [InlineData(CheckSeverity.Warning, 1, "ETCD WARNING - a/b: Space n1: full / here\uFFFD | ")]
    [InlineData(CheckSeverity.Critical, 2, "ETCD CRITICAL - a/b: Space n1: full / here\uFFFD | ")]
    public void Nagios_WorstSeverity_IsTheExitCode(CheckSeverity severity, int code, string line)
    {
        EtcdCheck check = new()
        {
            Cluster = "a|b",
            Check = "Space",
            Member = "n1",
            Severity = severity,
            Finding = "full | here\n.",
            Measure = new CheckMeasure("db_share", 12.5, "%", "80", "95")
        };
        EtcdCheck fine = check with { Severity = CheckSeverity.Ok, Measure = new CheckMeasure("db_share", 11, "%", "80", "95") };
        NagiosResult result = NagiosResult.Of("a|b", [check, fine]);
        Assert.Equal(code, result.ExitCode);
        Assert.StartsWith(line, result.Line, StringComparison.Ordinal);
        Assert.Equal(2, result.Line.Split('|').Length);
        Assert.EndsWith(" n1_db_share=12.5%;80;95", result.Line, StringComparison.Ordinal);
    }
}
