using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Schedules.Maintenance;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether the maintenance schedule works, if there is one. A cluster needs none where somebody else looks after its space.</summary>
internal static class MaintenanceScheduleRule
{
    private const string Name = "MaintenanceSchedule";

    /// <summary>One result for each host with a problem, or one for the schedule; none without a schedule.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        if (facts.Maintenance.Value is not { } hosts) return [facts.NotKnown(Name, facts.Maintenance)];
        if (hosts.All(host => host.Registered != true)) return [];
        EtcdMaintenanceSchedule[] bad = [.. hosts.Where(host => !host.Healthy)];
        if (bad.Length == 0) return [facts.Result(
            Name, CheckSeverity.Ok, "The schedule works on all hosts.", string.Join("; ", hosts.Select(host => $"{host.HostName}: {host.Reason}")))];
        string register = $"Register-EtcdMaintenanceSchedule {facts.Cluster.Name}";
        return bad.Select(host => host.Registered switch
        {
            null => facts.Result(Name, CheckSeverity.Unknown, "Not checked: the host did not answer.", host.Reason, member: host.Member),
            true => facts.Result(Name, CheckSeverity.Warning, "The last run failed, or the schedule does not work on its host.", host.Reason,
                $"Remove the reason; the journal on {host.HostName} has the details (journalctl -u etcd-maintenance-{facts.Cluster.Name}.service).",
                host.Member),
            false => facts.Result(
                Name, CheckSeverity.Warning, "Its host has no schedule, although others have.", host.Reason, $"Run {register} again.", host.Member),
        });
    }
}
