using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Rules;
using EtcdAdmin.Client.Handshakes;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Reports.Facts;

/// <summary>Reads what a report says about a cluster: the facts of its checks, and its history.</summary>
/// <param name="context">The environment.</param>
/// <param name="options">The options of the checks.</param>
/// <param name="historyAge">How far back the recorded history is read.</param>
internal sealed class ClusterReportReader(AdminContext context, CheckOptions options, TimeSpan historyAge)
{
    // Not secret by itself, but who knows it can join a member to a cluster that is being built.
    private static readonly string[] Secrets = ["token", "password", "secret"];

    /// <summary>Reads it. A cluster that does not answer is a report too.</summary>
    public async Task<ClusterReport> ReadAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        var reader = new CheckFactReader(context, cluster, options, cancellationToken) { HistoryAge = historyAge };
        CheckFacts facts = await reader.ReadAsync().ConfigureAwait(false);
        // Without a history, a check says why.
        EtcdHealthRecord[] recorded = [.. (facts.History.Value ?? []).Where(record => record.Time >= facts.Now - historyAge)];
        return new ClusterReport
        {
            Cluster = cluster.Name,
            Time = facts.Now,
            Summary = facts.Health.Summary,
            State = StateOf(facts),
            Endpoints = [.. cluster.Endpoints.Select(EndpointUrl.Show)],
            Members = [.. facts.Members.Select(member => Of(member, recorded, facts.Now))],
            Checks = CheckRules.Check(facts),
            Certificates = [.. CertificatesOf(facts)],
            History = recorded,
            Schedules = [.. (facts.Schedules.Value ?? []).Where(schedule => schedule.Registered != false)],
            NewestSnapshot = facts.Snapshots.Value?.Newest?.Path,
            NewestSnapshotTime = facts.Snapshots.Value?.Newest?.Created,
            LastDrill = facts.Drills.Value?.Last?.Started,
            LastDrillPassed = facts.Drills.Value?.Last?.Passed,
            Configurations = [.. facts.Members.Select(member => member.Configuration.Value).OfType<EtcdMemberConfiguration>().Select(Of)],
        };
    }

    private static string StateOf(CheckFacts facts)
    {
        QuorumCount count = QuorumCount.Of(facts.Health, member => member.Serves);
        if (count.Up == 0) return "No voter serves.";
        string voters = $"{count.Up} of {count.Voters} voters serve, and {count.Quorum} are needed";
        if (!count.Holds) return $"It accepts no writes: {voters}.";
        return facts.Health.Alarms is { Count: > 0 } alarms
            ? $"It {AlarmAdvice.Effect(alarms[0].Type)}: the alarm {AlarmAdvice.Name(alarms[0].Type)} is armed."
            : $"It accepts reads and writes: {voters}.";
    }

    private static MemberReport Of(MemberFacts member, IReadOnlyList<EtcdHealthRecord> history, DateTimeOffset now) => new()
    {
        Member = member.Name,
        HostName = member.Spec?.HostName,
        Endpoint = member.Health.Endpoint is { } endpoint ? EndpointUrl.Show(endpoint) : null,
        Healthy = member.Health.Healthy,
        Reason = member.Health.Reason,
        Version = member.Health.RunningVersion?.ToString(),
        DbSizeBytes = member.Health.DbSizeBytes,
        DbSizeInUseBytes = member.Health.DbSizeInUseBytes,
        QuotaBytes = EtcdTuning.EffectiveQuota(member.Health.QuotaBytes) is var quota and < long.MaxValue ? quota : null,
        DaysUntilQuota = SpaceForecast.Of(history, member.Health, now)?.DaysLeft,
        DiskFreeBytes = member.Health.DiskFreeBytes,
        LatencyMilliseconds = member.Health.Latency?.TotalMilliseconds,
    };

    private static IEnumerable<CertificateReport> CertificatesOf(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            foreach ((Uri url, Fact<ServedCertificate> served) in member.Certificates)
            {
                if (served.Value is { } shown) yield return Of(member.Name, EndpointUrl.Show(url), shown.Certificate, facts.Now);
            }
        }

        if (facts.Cluster.Client.Options.Tls?.ClientCertificate is { } own)
            yield return Of(null, "client certificate of this machine", own, facts.Now);
    }

    private static CertificateReport Of(string? member, string place, X509Certificate2 certificate, DateTimeOffset now)
    {
        DateTimeOffset begin = certificate.NotBefore.ToUniversalTime(), end = certificate.NotAfter.ToUniversalTime();
        return new CertificateReport(member, place, certificate.Subject, certificate.Issuer, begin, end, CertificateInfo.DaysUntil(end, now));
    }

    private static ConfigurationReport Of(EtcdMemberConfiguration configuration) => new(
        configuration.Member,
        configuration.Path,
        configuration.Settings.Where(setting => !IsSecret(setting.Key)).ToDictionary(),
        [.. configuration.Drift.Where(drift => !IsSecret(drift.Setting)).Select(drift => drift.ToString())],
        configuration.RestartPending);

    private static bool IsSecret(string setting) => Secrets.Any(word => setting.Contains(word, StringComparison.OrdinalIgnoreCase));
}
