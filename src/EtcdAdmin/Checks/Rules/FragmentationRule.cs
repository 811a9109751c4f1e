using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Settings;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How much space a defragmentation would release.</summary>
internal static class FragmentationRule
{
    private const string Name = "Fragmentation";

    // The rule of OpenShift's etcd operator: at least 45 % and 100 MB (cluster-etcd-operator, pkg/operator/defragcontroller).
    private const double Share = 0.45;
    private const long LeastBytes = 100_000_000;

    /// <summary>One result for each member that reports its sizes; etcd does since 3.4.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (EtcdHealth member in facts.Health.Members)
        {
            if (member is not { DbSizeBytes: > 0 and var size, DbSizeInUseBytes: { } used }) continue;
            double free = Math.Max(0, 1 - ((double)used / size));
            string finding = string.Create(CultureInfo.InvariantCulture, $"{free * 100:0} % of its database file is free space.");
            string evidence = $"{ByteSizes.Show(size)}, of which {ByteSizes.Show(used)} are in use.";
            yield return free >= Share && size - used >= LeastBytes
                ? facts.Result(Name, CheckSeverity.Warning, finding, evidence,
                    $"Optimize-EtcdMember {member.Member} -Cluster {facts.Cluster.Name} releases it to the disk.", member.Member)
                : facts.Result(Name, CheckSeverity.Ok, finding, evidence, member: member.Member);
        }
    }
}
