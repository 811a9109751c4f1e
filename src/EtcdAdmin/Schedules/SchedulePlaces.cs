using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Schedules;

/// <summary>The paths of a schedule on a host.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Member">The member on that host.</param>
/// <param name="Kind">What is scheduled.</param>
internal sealed record SchedulePlaces(string Cluster, MemberSpec Member, ScheduleKind Kind)
{
    public string Name => $"etcd-{Kind.Word}-{Cluster}";

    public string Service => Name + ".service";

    public string Timer => Name + ".timer";

    public string ServicePath => SystemdUnit.Path(Service);

    public string TimerPath => SystemdUnit.Path(Timer);

    /// <summary>
    /// The configuration folder. It belongs to root, because root reads the settings; the member's configuration can be changed by its user.
    /// </summary>
    public string Folder => "/etc/" + Name;

    /// <summary>The script that the service runs.</summary>
    public string Script => $"{Folder}/{Kind.Word}-schedule.sh";

    /// <summary>The settings of the script.</summary>
    public string Settings => $"{Folder}/{Kind.Word}-schedule.conf";

    /// <summary>The keys of the store, for kinds that have them; empty without a store.</summary>
    public string Keys => $"{Folder}/{Kind.Word}-schedule.keys";

    /// <summary>The script's record of runs. It belongs to the member's user, so root does not read or write in it.</summary>
    public string State => "/var/lib/" + Name;

    /// <summary>The owner and group of script and settings: the member's user can read them and cannot change them.</summary>
    public string? Owner => Member.User is { } user ? $"root:{user}" : null;

    /// <summary>The owner of the keys: only the member's user can read them, and root runs nothing that uses them.</summary>
    public string? OwnerOfKeys => Member.User is { } user ? $"{user}:{user}" : null;

    /// <summary>All files, in the order in which they are written.</summary>
    public string[] Files => [Script, Settings, .. Kind.HasKeys ? [Keys] : Array.Empty<string>(), ServicePath, TimerPath];
}
