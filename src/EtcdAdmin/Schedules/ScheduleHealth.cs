namespace EtcdAdmin.Schedules;

/// <summary>Whether the schedule works on a host.</summary>
internal static class ScheduleHealth
{
    /// <summary>
    /// The longest time between starts if the host's systemd does not report it: then only times of the day and intervals can be registered.
    /// </summary>
    private static readonly TimeSpan UsualInterval = TimeSpan.FromDays(1);

    /// <summary>Whether the host has all files of a schedule.</summary>
    public static bool IsRegistered(ScheduleFacts facts) => facts.FileHashes.Count > 0 && facts.FileHashes.All(hash => hash.Length > 0);

    /// <summary>Whether the schedule works, and the problem or the result of the last run.</summary>
    /// <param name="facts">The facts of the host.</param>
    /// <param name="kind">What is scheduled.</param>
    /// <param name="service">The service that the timer starts.</param>
    public static (bool Healthy, string Reason) Judge(ScheduleFacts facts, ScheduleKind kind, string service)
    {
        if (!IsRegistered(facts)) return (false, $"not registered on this host; {kind.RegisterCommand} adds it");
        if (!facts.IsOn) return (false, $"its timer is off (systemd reports {facts["enabled"] ?? "nothing"}, {facts["active"] ?? "nothing"})");
        if (facts["notes"] is not null) return (false, "its record of runs cannot be read or is empty; its disk may be full");
        if (facts["running"] == "activating") return (true, "it is running");
        if (facts["last_result"] == "failed") return (false, facts["last_error"] ?? "the last run failed");
        if (facts["running"] == "failed") return (false, $"the last run failed without a message; see its journal (journalctl -u {service})");
        return Overdue(facts) is { } overdue ? (false, overdue) : (true, facts["last_result"] ?? "it has not run yet");
    }

    /// <summary>
    /// The problem if the last run, or the registration, is more than about two intervals ago by the host's clock; otherwise null. One missed
    /// run may be the delay.
    /// </summary>
    private static string? Overdue(ScheduleFacts facts)
    {
        DateTimeOffset? ran = facts.Time("last_run");
        if (facts.Time("now") is not { } now || (ran > facts.Time("since") ? ran : facts.Time("since") ?? ran) is not { } last) return null;
        TimeSpan longest = (facts.LongestInterval() ?? UsualInterval) * 2.25 + TimeSpan.FromMinutes(5);
        if (now - last <= longest) return null;
        return ran is null ? $"it has not run since it was registered ({last:u})" : $"it has not run since {ran:u}, although its timer is on";
    }
}
