using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Upgrades.Versions;

/// <summary>What EtcdAdmin does with a cluster of etcd 2.3: bring it to etcd 3.0.</summary>
/// <remarks>Source: etcd's upgrade guide, docs/v3.0 <c>upgrades/upgrade_3_0.md</c>: from 2.3, to 3.0, one member after the other.</remarks>
internal static class Before3
{
    /// <summary>The version that follows.</summary>
    public static readonly MinorLine Next = new(3, 0);

    /// <summary>The version that it can be brought from.</summary>
    public static readonly MinorLine Last = new(2, 3);

    /// <summary>The refusal of a command that changes versions from etcd 3.0 on; null for a newer cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    public static EtcdException? UpdateRefusal(EtcdCluster cluster) => !cluster.IsBefore3 ? null : Refused(
        cluster.Name, $"it runs etcd {cluster.Spec?.Version}, which Convert-EtcdMember brings to etcd 3.0",
        $"Run: Get-EtcdMember {cluster.Name} | Convert-EtcdMember. Then go on with, for example, Update-EtcdCluster "
            + $"{cluster.Name} -Version 3.5 -Through.");

    /// <summary>The refusal of a version that a cluster of etcd 2.3 cannot be brought to.</summary>
    public static EtcdException TargetRefusal(string cluster, string wanted) => Refused(
        cluster, $"it runs etcd 2.3, and only etcd 3.0 can follow, not etcd {wanted}",
        $"Run: Get-EtcdMember {cluster} | Convert-EtcdMember -Version 3.0. Then go on with 'Update-EtcdCluster "
            + $"{cluster} -Version {wanted} -Through'.");

    /// <summary>The refusal to change the version.</summary>
    public static EtcdException Refused(string cluster, string why, string nextStep) =>
        new(EtcdErrorIds.UpgradeRefused, $"The version of cluster '{cluster}' was not changed: {why}.") { Target = cluster, NextStep = nextStep };
}
