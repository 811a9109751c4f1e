using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;

namespace EtcdAdmin.Snapshots;

/// <summary>Where the parts of a schedule are on a host.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Member">The member on that host.</param>
internal sealed record SchedulePlaces(string Cluster, MemberSpec Member)
{
    public string Name => $"etcd-snapshot-{Cluster}";

    public string Service => Name + ".service";

    public string Timer => Name + ".timer";

    public string ServicePath => SystemdUnit.Path(Service);

    public string TimerPath => SystemdUnit.Path(Timer);

    /// <summary>Beside the member's configuration, in a folder that only its user may look into.</summary>
    public string Script => Member.Layout.ConfigDirectory + "/snapshot-schedule.sh";

    /// <summary>What the script is told.</summary>
    public string Settings => Member.Layout.ConfigDirectory + "/snapshot-schedule.conf";

    /// <summary>What the script remembers.</summary>
    public string State => "/var/lib/" + Name;

    /// <summary>Whom all of it belongs to.</summary>
    public string? Owner => Member.User is { } user ? $"{user}:{user}" : null;

    /// <summary>All files, in the order in which they are written.</summary>
    public string[] Files => [Script, Settings, ServicePath, TimerPath];
}
