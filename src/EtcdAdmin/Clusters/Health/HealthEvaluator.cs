using System.Globalization;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Turns answers into results.</summary>
internal sealed class HealthEvaluator(EtcdCluster cluster, HealthTargets targets, IReadOnlyList<MemberAnswer> answers, CertificateEnd certificates)
{
    private readonly MemberHash?[] _hashes = [.. answers.Select(answer => answer.Hash)];
    private readonly MemberProbe[] _probes = [.. answers.Where(answer => answer.IsOfCluster).Select(answer => answer.Probe)];

    /// <summary>All alarms of the cluster; null if not known. Each member knows all alarms up to its applied index.</summary>
    public IReadOnlyList<MemberAlarm>? Alarms => _probes.Any(probe => probe.Alarms is not null)
        ? [.. _probes.SelectMany(probe => probe.Alarms ?? []).Distinct()]
        : null;

    /// <summary>Other problems of the cluster.</summary>
    public IReadOnlyList<string> Warnings =>
    [
        .. new ProfileWarnings(cluster, targets.Difference).All,
        .. FormerAlarms.Select(alarm =>
            $"Cluster '{cluster.Name}' has an alarm {RaisedBy(alarm)}. {AlarmAdvice.Next(alarm.Type)}"),
        .. OwnCorruptAlarm() is { } corrupt ? [corrupt] : Array.Empty<string>(),
        .. DowngradeWarnings(),
        .. cluster.Migration is { } migration ? [migration] : Array.Empty<string>(),
        .. certificates.OwnWarning() is { } own ? [own] : Array.Empty<string>(),
    ];

    // etcd checks only whether any alarm is active, whatever its member: an alarm from a restored snapshot counts too.
    private IEnumerable<MemberAlarm> FormerAlarms =>
        (Alarms ?? []).Where(alarm => answers.All(answer => (answer.Target.Id ?? answer.Probe.Status?.Header.MemberId) != alarm.Member));

    private static string RaisedBy(MemberAlarm alarm) => alarm.Member.IsNone
        ? "for which etcd could not tell which member is to blame"
        : $"that was raised by member {alarm.Member}, which is no longer in the cluster";

    private string? OwnCorruptAlarm() => (Alarms ?? []).Except(FormerAlarms).Any(alarm => alarm.Type == AlarmType.Corrupt)
        ? $"Cluster '{cluster.Name}' has the alarm CORRUPT: etcd found that the data of its members differs. {AlarmAdvice.Next(AlarmType.Corrupt)}"
        : null;

    /// <summary>A downgrade stays enabled until all members run the older version. Until then, a member that joins or is upgraded fails.
    /// </summary>
    private IEnumerable<string> DowngradeWarnings() =>
        _probes.Select(probe => probe.Status?.DowngradeTarget).OfType<string>().Distinct().Select(target =>
            $"A downgrade of cluster '{cluster.Name}' to etcd {target} is in progress: members refuse to start with a version other than the present "
                + $"one and {target} until it is finished, or cancelled with {CancelCommand}.");

    private string CancelCommand =>
        cluster.Spec?.Version is { } version ? $"'Update-EtcdCluster {cluster.Name} -Version {version}'" : "'etcdctl downgrade cancel'";

    private ulong? LeaderIndex => _probes.Select(probe => probe.Status).FirstOrDefault(status => status is { IsLeader: true })?.RaftIndex;

    /// <summary>The result of one member.</summary>
    public EtcdHealth Of(MemberAnswer answer)
    {
        HealthTarget target = answer.Target;
        MemberProbe probe = answer.Probe;
        MemberStatus? status = answer.IsOfCluster ? probe.Status : null;
        MemberId? id = target.Id ?? status?.Header.MemberId;
        AlarmType[]? alarms = probe.Alarms is null || !answer.IsOfCluster ? null
            : [.. probe.Alarms.Where(alarm => alarm.Member == id).Select(alarm => alarm.Type)];
        bool? consistent = HashCheck.IsConsistent(answer.Hash, _hashes);
        string? trouble = Trouble(answer, alarms, consistent);
        return new EtcdHealth
        {
            Cluster = cluster,
            Member = target.Name,
            MemberId = id,
            Endpoint = target.Endpoint,
            Healthy = trouble is null,
            Reason = Reason(trouble, target, status),
            IsMember = answer.IsOther ? false : target.IsMember,
            Reachable = probe.Reachable,
            Authorized = probe.Reachable ? probe.Authorized : null,
            HasQuorum = answer.IsOfCluster ? probe.HasQuorum : null,
            Writable = answer.Write?.Written,
            IsLeader = status?.IsLeader,
            KnowsLeader = status is null ? null : !status.Leader.IsNone,
            IsLearner = target.IsLearner ?? status?.IsLearner,
            RaftLag = Lag(status),
            Alarms = alarms,
            DbSizeBytes = status is { DbSizeBytes: > 0 and var size } ? size : null, // etcd 2.3 has no database
            DbSizeInUseBytes = status?.DbSizeInUseBytes,
            QuotaBytes = QuotaOf(status),
            StorageVersion = status?.StorageVersion,
            DowngradeTarget = status?.DowngradeTarget,
            DiskFreeBytes = answer.Look is { Disks: { Count: > 0 } disks } ? disks.Min(disk => disk.FreeBytes) : null,
            HashConsistent = consistent,
            HashRevision = consistent is null ? null : answer.Hash?.Hash?.Revision,
            CertificateDaysLeft = certificates.DaysLeft(target.Endpoint),
            ClockSkew = target.Endpoint is { } endpoint ? cluster.Client.FactsOf(endpoint)?.ClockSkew : null,
            RunningVersion = EtcdVersion.TryParse(status?.Version, out EtcdVersion running) ? running : null,
            InstalledVersion = cluster.Spec is { } spec ? spec.Named(target.Name)?.Version ?? spec.Version : null,
            Latency = answer.IsOfCluster ? probe.Latency : null,
        };
    }

    private static string Reason(string? trouble, HealthTarget target, MemberStatus? status)
    {
        string reason = trouble ?? (target.IsUnknown ? $"{Role(status)}, not in the profile" : Role(status));
        return status?.DowngradeTarget is { } lower ? $"{reason}; a downgrade to etcd {lower} is in progress" : reason;
    }

    private string? Trouble(MemberAnswer answer, AlarmType[]? alarms, bool? consistent)
    {
        (HealthTarget target, MemberProbe probe) = answer;
        if (!target.IsStarted) return "it has not started since it was added to the cluster";
        if (target.IsSocket) return "not checked: it lists only Unix sockets for clients, which no other machine can reach; "
            + "add an http or https URL to its advertise-client-urls";
        if (target.Endpoint is null) return "not checked: only a learner answers, and it does not report this member's address; "
            + "connect to a voting member";
        if (target.IsMember == false) return $"it is in the profile but not in the cluster; {Elsewhere(answer)}";
        if (answer.IsOther)
            return $"another cluster answers at its address: member {probe.Status!.Header.MemberId} of cluster {probe.Status.Header.ClusterId}";
        if (!probe.Reachable) return Silence(answer);
        var troubles = new List<string>();
        if (probe.HasQuorum == false) troubles.Add($"no quorum: {(probe.ReadError ?? probe.StatusError)?.Message}");
        if (probe.Status is { Leader.IsNone: true }) troubles.Add("it does not know a leader");
        troubles.AddRange((alarms ?? []).Select(alarm => $"alarm {AlarmAdvice.Name(alarm)}"));
        troubles.AddRange(FormerAlarms.Select(alarm =>
            $"alarm {AlarmAdvice.Name(alarm.Type)} of "
                + $"{(alarm.Member.IsNone ? "the cluster" : $"{(targets.List is null ? "" : "former ")}member {alarm.Member}")} "
                + $"{AlarmAdvice.Effect(alarm.Type)}"));
        if (QuotaTrouble(probe.Status) is { } quota) troubles.Add(quota);
        if (consistent == false) troubles.Add("its data differs from the data of the other members");
        if (answer.Hash is { Error: { } error }) troubles.Add($"its data was not compared: {error.Message}");
        if (answer.Write?.Trouble is { } write) troubles.Add(write);
        if (IsAloneAsLearner(probe)) troubles.Add("only this learner answers, and learners do not list the members of the cluster; "
            + "connect to a voting member");
        if (troubles.Count == 0 && probe.Status is { Errors.Count: > 0 } status && alarms is null) troubles.AddRange(status.Errors);
        if (certificates.TroubleOf(target.Endpoint) is { } certificate) troubles.Add(certificate);
        troubles.AddRange(DiskTroubles(answer));
        return troubles.Count == 0 ? null : string.Join("; ", troubles);
    }

    private long? QuotaOf(MemberStatus? status) => status?.DbSizeQuotaBytes ?? cluster.Spec?.Tuning.QuotaBytes;

    /// <summary>A database above its quota without an alarm: the next write raises the alarm (server/storage/quota.go, Available).</summary>
    private string? QuotaTrouble(MemberStatus? status) =>
        status is not null && QuotaOf(status) is > 0 and var quota && status.DbSizeBytes >= quota
        && Alarms?.Any(alarm => alarm.Type == AlarmType.NoSpace) != true
            ? string.Create(CultureInfo.InvariantCulture,
            $"its database ({status.DbSizeBytes} bytes) has reached the quota ({quota} bytes): the next write raises the NOSPACE alarm; compact and "
                + $"defragment, or raise quota-backend-bytes")
            : null;

    private bool IsAloneAsLearner(MemberProbe probe) => targets is { List: null, All.Count: 1 } && probe.Status is { IsLearner: true };

    private static string Silence(MemberAnswer answer)
    {
        string why = (answer.Probe.StatusError ?? answer.Probe.ReadError)?.Message ?? "it does not answer";
        return string.Join("; ", [.. answer.Look is { } look ? [look.Process] : Array.Empty<string>(), .. DiskTroubles(answer), why]);
    }

    private static string Elsewhere(MemberAnswer answer) => answer switch
    {
        { IsOther: true, Probe.Status: { } status } => $"member {status.Header.MemberId} of cluster {status.Header.ClusterId} answers at its address",
        { Probe.Status: { } status } => $"member {status.Header.MemberId} answers at its address",
        { Probe.Reachable: true } => "a server answers at its address without reporting its status",
        _ => Silence(answer),
    };

    private static IEnumerable<string> DiskTroubles(MemberAnswer answer) =>
        (answer.Look?.Disks ?? []).Select(disk => disk.Trouble).OfType<string>().Distinct();

    private static string Role(MemberStatus? status) => status switch
    {
        null => "alive, but it refused to report its status",
        { IsLeader: true } => "leader",
        { IsLearner: true } => "learner",
        _ => "follower",
    };

    private long? Lag(MemberStatus? status) => status is { RaftAppliedIndex: { } applied } && LeaderIndex is { } leader
        ? Math.Max(0, (long)leader - (long)applied)
        : null;
}
