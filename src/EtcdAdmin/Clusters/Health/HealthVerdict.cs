using EtcdAdmin.Client;

namespace EtcdAdmin.Clusters;

/// <summary>Turns answers into verdicts.</summary>
internal sealed class HealthVerdict(EtcdCluster cluster, TimeProvider clock, IReadOnlyList<MemberProbe> probes)
{
    private readonly ulong? _leaderIndex = probes.Select(probe => probe.Status)
        .FirstOrDefault(status => status is { IsLeader: true })?.RaftIndex;

    /// <summary>The verdict on one member.</summary>
    /// <param name="target">Who.</param>
    /// <param name="probe">What it answered.</param>
    /// <param name="process">What its host says of its process, for a silent one; null where nobody was asked.</param>
    public EtcdHealth Of(HealthTarget target, MemberProbe probe, string? process)
    {
        MemberStatus? status = probe.Status;
        MemberId? id = target.Id ?? status?.Header.MemberId;
        AlarmType[]? alarms = probe.Alarms is null ? null : [.. probe.Alarms.Where(alarm => alarm.Member == id).Select(alarm => alarm.Type)];
        bool? consistent = HashCheck.IsConsistent(probe, probes);
        string? trouble = Trouble(target, probe, alarms, consistent, process);
        return new EtcdHealth
        {
            Cluster = cluster,
            Member = target.Name,
            MemberId = id,
            Endpoint = target.Endpoint,
            Healthy = trouble is null,
            Reason = trouble ?? Role(status),
            Reachable = probe.Reachable,
            Authorized = probe.Reachable ? probe.Authorized : null,
            HasQuorum = probe.HasQuorum,
            IsLeader = status?.IsLeader,
            KnowsLeader = status is null ? null : !status.Leader.IsNone,
            IsLearner = status?.IsLearner,
            RaftLag = Lag(status),
            Alarms = alarms,
            DbSizeBytes = status?.DbSizeBytes,
            DbSizeInUseBytes = status?.DbSizeInUseBytes,
            QuotaBytes = status?.DbSizeQuotaBytes ?? cluster.Spec?.Tuning.QuotaBytes,
            HashConsistent = consistent,
            CertificateDaysLeft = DaysLeft(target.Endpoint),
            ClockSkew = target.Endpoint is { } endpoint ? cluster.Client.FactsOf(endpoint)?.ClockSkew : null,
            RunningVersion = EtcdVersion.TryParse(status?.Version, out EtcdVersion running) ? running : null,
            InstalledVersion = cluster.Spec?.Version,
            Latency = probe.Latency,
        };
    }

    private static string? Trouble(
        HealthTarget target, MemberProbe probe, AlarmType[]? alarms, bool? consistent, string? process)
    {
        if (target.Endpoint is null) return "it has not started since it was added to the cluster";
        if (!probe.Reachable) return Silence(probe, process);
        var troubles = new List<string>();
        if (probe.HasQuorum == false) troubles.Add($"no quorum: {(probe.ReadError ?? probe.StatusError)?.Message}");
        if (probe.Status is { Leader.IsNone: true }) troubles.Add("it knows no leader");
        troubles.AddRange((alarms ?? []).Select(alarm => $"alarm {alarm.ToString().ToUpperInvariant()}"));
        if (consistent == false) troubles.Add("its data differs from the other members'");
        if (troubles.Count == 0 && probe.Status is { Errors.Count: > 0 } status && alarms is null) troubles.AddRange(status.Errors);
        return troubles.Count == 0 ? null : string.Join("; ", troubles);
    }

    private static string Silence(MemberProbe probe, string? process)
    {
        string why = (probe.StatusError ?? probe.ReadError)?.Message ?? "it does not answer";
        return process is null ? why : $"{process}; {why}";
    }

    private static string Role(MemberStatus? status) => status switch
    {
        null => "alive, but refuses to tell its status",
        { IsLeader: true } => "leader",
        { IsLearner: true } => "learner",
        _ => "follower",
    };

    private long? Lag(MemberStatus? status) => status is { RaftAppliedIndex: { } applied } && _leaderIndex is { } leader
        ? Math.Max(0, (long)leader - (long)applied)
        : null;

    private int? DaysLeft(Uri? endpoint) => endpoint is not null && cluster.Client.FactsOf(endpoint)?.CertificateNotAfter is { } end
        ? (int)Math.Floor((end - clock.GetUtcNow()).TotalDays)
        : null;
}
