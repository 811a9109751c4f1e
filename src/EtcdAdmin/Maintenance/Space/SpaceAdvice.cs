using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Maintenance.Facts;

namespace EtcdAdmin.Maintenance.Space;

/// <summary>How to keep a cluster from running out of space.</summary>
internal static class SpaceAdvice
{
    // etcd warns above it at its start (server/etcdserver/quota.go, maxQuotaSize in older versions; "suggested maximum 8GB" in the docs).
    private const long LargestQuota = 8L << 30;

    /// <summary>The advice, as sentences.</summary>
    public static IReadOnlyList<string> Of(SpaceFacts facts)
    {
        EtcdCluster cluster = facts.Cluster;
        var advice = new List<string>();
        foreach (MemberSpace member in facts.Members)
        {
            if (member.Disk?.Trouble is not { } trouble) continue;
            advice.Add($"Member {member.Name} can end at any time: {trouble}. Free space on its host (never by deleting files of etcd's data), or "
                + "move the data to a larger disk (Move-EtcdData).");
        }

        if (cluster.Spec is { } spec && !CompactsItself(spec.Tuning))
        {
            advice.Add($"etcd does not delete old history by itself in cluster '{cluster.Name}'. Unless its clients compact it (Kubernetes does), "
                + $"let etcd do it: Set-EtcdConfiguration {cluster.Name} -AutoCompactionMode periodic -AutoCompactionRetention 8h.");
        }

        if (facts.Members.Where(member => member.KnowsQuota).MinBy(member => member.QuotaBytes) is { QuotaBytes: < LargestQuota } least)
        {
            advice.Add(string.Create(CultureInfo.InvariantCulture, $"The quota is {ByteSizes.Show(least.QuotaBytes)}. "
                + $"If the keys themselves need more, raise it, up to 8 GB: Set-EtcdConfiguration {cluster.Name} -QuotaBytes 8GB."));
        }

        return advice;
    }

    private static bool CompactsItself(EtcdTuning tuning) =>
        tuning.AutoCompactionRetention is { } retention && retention.Trim('0', ' ', 'h', 'm', 's').Length > 0;
}
