using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules;

/// <summary>The hosts of a cluster that can have a schedule.</summary>
internal static class ScheduleHosts
{
    /// <summary>All hosts, in the order of the spec.</summary>
    /// <exception cref="EtcdException">ClusterNotManaged; NotSupported: its members are on this machine, without systemd.</exception>
    public static IReadOnlyList<MemberPlaces> Of(EtcdCluster cluster, ScheduleKind kind)
    {
        IReadOnlyList<MemberSpec> members = cluster.RequireSpec().Members;
        if (members.FirstOrDefault(member => member.Unit is null || member.Connection is null) is not { } local)
            return [.. members.Select(member => new MemberPlaces(cluster.Name, member, kind))];
        throw new EtcdException(EtcdErrorIds.NotSupported,
            $"Member {local.Name} of cluster '{cluster.Name}' runs on this machine, not under systemd on a host, so it cannot have a timer.")
        {
            Target = cluster.Name,
            NextStep = "Run this command with cron: pwsh -NoProfile -c \"Import-Module EtcdAdmin; "
                + string.Format(CultureInfo.InvariantCulture, kind.LocalCommand, cluster.Name) + "\"",
        };
    }
}
