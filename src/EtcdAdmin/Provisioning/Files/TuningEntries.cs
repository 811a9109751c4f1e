using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>The tuning part of a member's configuration.</summary>
internal static class TuningEntries
{
    public static void Add(Dictionary<string, object> entries, ClusterSpec spec, MemberSpec member)
    {
        EtcdTuning tuning = spec.Tuning;
        Put(entries, "heartbeat-interval", Milliseconds(tuning.HeartbeatInterval));
        Put(entries, "election-timeout", Milliseconds(tuning.ElectionTimeout));
        Put(entries, "snapshot-count", tuning.SnapshotCount);
        Put(entries, "quota-backend-bytes", tuning.QuotaBytes);
        Put(entries, "auto-compaction-mode", tuning.AutoCompactionMode ?? DefaultMode(spec));
        Put(entries, "auto-compaction-retention", tuning.AutoCompactionRetention);
        Put(entries, "cipher-suites", tuning.CipherSuites);
        Put(entries, "listen-metrics-urls", MetricsUrls(spec, member));
    }

    private static void Put(Dictionary<string, object> entries, string name, object? value)
    {
        if (value is not null) entries[name] = value;
    }

    // Before 3.6 a file without the mode means no mode, whatever the flag's default: etcd then ignores a number of hours, and exits with a
    // duration (embed/config.go, NewConfig; embed/etcd.go, parseCompactionRetention; 3.3 to 3.5).
    private static string? DefaultMode(ClusterSpec spec) =>
        spec.Tuning.AutoCompactionRetention is not null && spec.Version < new EtcdVersion(3, 6, 0) ? "periodic" : null;

    private static long? Milliseconds(TimeSpan? span) => span is { } given ? (long)given.TotalMilliseconds : null;

    private static string? MetricsUrls(ClusterSpec spec, MemberSpec member)
    {
        if (spec.Tuning.MetricsUrls is not { Count: > 0 } urls) return null;
        int place = spec.Members.Where(other => other.HostName == member.HostName).TakeWhile(other => other.Name != member.Name).Count();
        return string.Join(',', urls.Select(url => EtcdConfiguration.Text(new UriBuilder(url) { Port = url.Port + place }.Uri)));
    }
}
