using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Schedules;

/// <summary>Where a schedule is: its host, and its paths there.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Kind">What is scheduled.</param>
internal abstract record SchedulePlaces(string Cluster, ScheduleKind Kind)
{
    public string Service => $"etcd-{Kind.Word}-{Cluster}.service";

    public string Timer => $"etcd-{Kind.Word}-{Cluster}.timer";

    public string ServicePath => $"{UnitFolder}/{Service}";

    public string TimerPath => $"{UnitFolder}/{Timer}";

    /// <summary>The folder of the units.</summary>
    public abstract string UnitFolder { get; }

    /// <summary>The folder of script and settings.</summary>
    public abstract string Folder { get; }

    /// <summary>The script's record of runs.</summary>
    public abstract string State { get; }

    /// <summary>The user that runs the service; null if it is the one who registers the schedule.</summary>
    public abstract string? User { get; }

    /// <summary>The script that the service runs.</summary>
    public string Script => $"{Folder}/{Kind.Program}.sh";

    /// <summary>The settings of the script.</summary>
    public string Settings => $"{Folder}/{Kind.Program}.conf";

    /// <summary>The keys of the store, for kinds that have them; empty without a store.</summary>
    public string Keys => $"{Folder}/{Kind.Program}.keys";

    /// <summary>The owner and group of script and settings: the service's user can read them and cannot change them.</summary>
    public string? Owner => User is { } user ? $"root:{user}" : null;

    /// <summary>The owner of the keys: only the service's user can read them, and root runs nothing that uses them.</summary>
    public string? OwnerOfKeys => User is { } user ? $"{user}:{user}" : null;

    /// <summary>All files, in the order in which they are written.</summary>
    public string[] Files => [Script, Settings, .. Kind.HasKeys ? [Keys] : Array.Empty<string>(), ServicePath, TimerPath];

    /// <summary>The host.</summary>
    /// <exception cref="Errors.EtcdException">HostUnknown: no connection settings are known for it.</exception>
    public abstract IHost HostIn(AdminContext context);

    /// <summary>A step on the host.</summary>
    public abstract StepText Step(StepKind kind, string action);

    /// <summary>One of <see cref="ScheduleScripts"/>, as the host gets it.</summary>
    public virtual HostScript Sent(string script, params string[] arguments) => new(script) { Arguments = arguments };
}
