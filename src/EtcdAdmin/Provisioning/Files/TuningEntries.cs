using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>The tuning part of a member's configuration.</summary>
internal static class TuningEntries
{
    private static readonly EtcdVersion FirstWithMode = new(3, 3, 0);

    public static void Add(Dictionary<string, object> entries, ClusterSpec spec, MemberSpec member)
    {
        EtcdTuning tuning = spec.Tuning;
        Put(entries, "heartbeat-interval", Milliseconds(tuning.HeartbeatInterval));
        Put(entries, "election-timeout", Milliseconds(tuning.ElectionTimeout));
        Put(entries, "snapshot-count", tuning.SnapshotCount);
        Put(entries, "quota-backend-bytes", tuning.QuotaBytes);
        Put(entries, "auto-compaction-mode", tuning.AutoCompactionMode ?? DefaultMode(spec));
        Put(entries, "auto-compaction-retention", Retention(spec));
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
        spec.Tuning.AutoCompactionRetention is not null && spec.Version < new EtcdVersion(3, 6, 0) && spec.Version >= FirstWithMode
            ? "periodic"
            : null;

    // Before 3.3 the retention is a number of hours, and etcd does not start with a text (embed/config.go, 3.1 and 3.2).
    private static object? Retention(ClusterSpec spec) =>
        spec.Tuning.AutoCompactionRetention is { } given && spec.Version < FirstWithMode
            ? SettingValues.WholeHours(given)
            : spec.Tuning.AutoCompactionRetention;

    private static long? Milliseconds(TimeSpan? span) => span is { } given ? (long)given.TotalMilliseconds : null;

    private static string? MetricsUrls(ClusterSpec spec, MemberSpec member)
    {
        if (spec.Tuning.MetricsUrls is not { Count: > 0 } urls) return null;
        int place = spec.Members.Where(other => other.HostName == member.HostName).TakeWhile(other => other.Name != member.Name).Count();
        return string.Join(',', urls.Select(url => EtcdConfiguration.Text(new UriBuilder(url) { Port = url.Port + place }.Uri)));
    }
}
