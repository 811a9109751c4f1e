using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Schedules;

/// <summary>A schedule on the host of a member.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Member">The member on that host.</param>
/// <param name="Kind">What is scheduled.</param>
internal sealed record MemberPlaces(string Cluster, MemberSpec Member, ScheduleKind Kind) : SchedulePlaces(Cluster, Kind)
{
    /// <inheritdoc/>
    public override string UnitFolder => SystemdUnit.Directory;

    /// <summary>
    /// The configuration folder. It belongs to root, because root reads the settings; the member's configuration can be changed by its user.
    /// </summary>
    public override string Folder => $"/etc/etcd-{Kind.Word}-{Cluster}";

    /// <summary>The script's record of runs. It belongs to the member's user, so root does not read or write in it.</summary>
    public override string State => $"/var/lib/etcd-{Kind.Word}-{Cluster}";

    /// <inheritdoc/>
    public override string? User => Kind.RunsAsRoot ? null : Member.User;

    /// <inheritdoc/>
    public override IHost HostIn(AdminContext context) => context.HostOf(Member);

    /// <inheritdoc/>
    public override StepText Step(StepKind kind, string action) => Member.Step(kind, action);
}
