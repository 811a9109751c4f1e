using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Monitoring.TextFiles;

/// <summary>The health of clusters as metrics. What is not known is left out.</summary>
/// <remarks>Times are points in time, not ages: the file stays as it is if nothing writes it any more, and its values must become old then.</remarks>
internal static class HealthMetrics
{
    /// <summary>The page.</summary>
    public static string Page(IReadOnlyList<HealthFacts> clusters)
    {
        var page = new MetricPage();
        AddClusters(page, clusters);
        AddMembers(page, clusters);
        page.Add("etcdadmin_alarm", "1 for each armed alarm of a member, or of a former member.",
            [.. clusters.SelectMany(known => (known.Health.Alarms ?? [])
                .Select(alarm => (Labels(known, ("alarm", NameOf(alarm.Type)), ("member", NameOf(known, alarm.Member))), 1.0)))]);
        return page.ToString();
    }

    private static void AddClusters(MetricPage page, IReadOnlyList<HealthFacts> clusters)
    {
        void Add(string name, string help, Func<HealthFacts, double?> value) =>
            page.Add(name, help, [.. clusters.Select(known => (Labels(known), Value: value(known))).Where(row => row.Value is not null)
                .Select(row => (row.Item1, row.Value!.Value))]);
        Add("etcdadmin_cluster_healthy", "Whether all members of the cluster are healthy.", known => known.Health.Healthy ? 1 : 0);
        Add("etcdadmin_cluster_members", "The members that were checked.", known => known.Health.Members.Count);
        Add("etcdadmin_health_timestamp_seconds", "When the health was checked, in seconds since 1970.", known => Seconds(known.Checked));
        Add("etcdadmin_last_snapshot_timestamp_seconds", "When the newest known snapshot was taken, in seconds since 1970.",
            known => known.LastSnapshot is { } taken ? Seconds(taken) : null);
    }

    private static void AddMembers(MetricPage page, IReadOnlyList<HealthFacts> clusters)
    {
        void Add(string name, string help, Func<EtcdHealth, double?> value) => AddWith(name, help, (_, member) => value(member));
        void AddWith(string name, string help, Func<HealthFacts, EtcdHealth, double?> value) =>
            page.Add(name, help, [.. clusters
                .SelectMany(known => known.Health.Members.Select(member => (Labels(known, ("member", member.Member)), Value: value(known, member))))
                .Where(row => row.Value is not null).Select(row => (row.Item1, row.Value!.Value))]);
        Add("etcdadmin_member_healthy", "Whether the member is healthy.", member => member.Healthy ? 1 : 0);
        Add("etcdadmin_member_reachable", "Whether the member answered.", member => member.Reachable ? 1 : 0);
        Add("etcdadmin_member_database_bytes", "The size of the member's database file.", member => member.DbSizeBytes);
        Add("etcdadmin_member_database_in_use_bytes", "The size of the member's database in use.", member => member.DbSizeInUseBytes);
        AddWith("etcdadmin_member_quota_bytes", "The size of the database at which the member refuses writes.", Quota);
        AddWith("etcdadmin_member_quota_used_ratio", "The share of the quota that the database file uses.",
            (known, member) => Quota(known, member) is { } quota && member.DbSizeBytes is { } size ? size / quota : null);
        AddWith("etcdadmin_member_certificate_expiry_timestamp_seconds", "When the member's certificate expires, in seconds since 1970.", Expiry);
        Add("etcdadmin_member_disk_free_bytes", "The free space on the disk of the member's data.", member => member.DiskFreeBytes);
    }

    // The health has full days only, which is at most a day too early.
    private static double? Expiry(HealthFacts known, EtcdHealth member) =>
        member.Endpoint is { } endpoint && known.Cluster.Client.FactsOf(endpoint)?.CertificateNotAfter is { } end ? Seconds(end)
        : member.CertificateDaysLeft is { } days ? Seconds(known.Checked.AddDays(days))
        : null;

    // Before 3.6 a member does not report it; the specification of the cluster has it then. A negative quota is none.
    private static double? Quota(HealthFacts known, EtcdHealth member)
    {
        if (member.QuotaBytes is null && known.Cluster.Spec is null) return null;
        long quota = EtcdTuning.EffectiveQuota(member.QuotaBytes ?? known.Cluster.Spec?.Tuning.QuotaBytes);
        return quota == long.MaxValue ? null : quota;
    }

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private static string NameOf(HealthFacts known, MemberId id) =>
        known.Health.Members.FirstOrDefault(member => member.MemberId == id)?.Member ?? id.ToString();

    // The names of etcd: NOSPACE, CORRUPT.
    private static string NameOf(AlarmType alarm) => alarm.ToString().ToUpperInvariant();

    private static Dictionary<string, string> Labels(HealthFacts known, params (string Name, string Value)[] more) =>
        new(more.Select(label => KeyValuePair.Create(label.Name, label.Value)).Prepend(KeyValuePair.Create("cluster", known.Cluster.Name)),
            StringComparer.Ordinal);
}
