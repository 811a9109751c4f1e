using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Schedules;

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

    /// <summary>Root's own, as root reads the settings; the member's configuration lies where the member's user can change it.</summary>
    public string Folder => "/etc/" + Name;

    /// <summary>What the service runs.</summary>
    public string Script => Folder + "/snapshot-schedule.sh";

    /// <summary>What the script is told.</summary>
    public string Settings => Folder + "/snapshot-schedule.conf";

    /// <summary>The store's keys; without a store nothing is in it.</summary>
    public string Keys => Folder + "/snapshot-schedule.keys";

    /// <summary>What the script remembers; it belongs to the member's user, so root neither writes nor reads in it.</summary>
    public string State => "/var/lib/" + Name;

    /// <summary>Whom the script and the settings belong to: the member's user reads them, and changes nothing.</summary>
    public string? Owner => Member.User is { } user ? $"root:{user}" : null;

    /// <summary>Whom the keys belong to: nobody else reads them, and nothing that uses them is root's.</summary>
    public string? OwnerOfKeys => Member.User is { } user ? $"{user}:{user}" : null;

    /// <summary>All files, in the order in which they are written.</summary>
    public string[] Files => [Script, Settings, Keys, ServicePath, TimerPath];
}
