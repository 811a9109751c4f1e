namespace EtcdAdmin.Schedules;

/// <summary>Whether a host does what its schedule says.</summary>
internal static class ScheduleHealth
{
    /// <summary>How far apart starts are at most where the host's systemd does not tell: there, only times of the day and intervals can be registered.</summary>
    private static readonly TimeSpan UsualInterval = TimeSpan.FromDays(1);

    /// <summary>Whether the host has all files of a schedule.</summary>
    public static bool IsRegistered(ScheduleFacts facts) => facts.FileHashes.Count > 0 && facts.FileHashes.All(hash => hash.Length > 0);

    /// <summary>Whether all is well, and why not, or what the last run came to.</summary>
    /// <param name="facts">What the host has.</param>
    /// <param name="service">The service that takes the snapshots.</param>
    public static (bool Healthy, string Reason) Judge(ScheduleFacts facts, string service)
    {
        if (!IsRegistered(facts)) return (false, "it takes no part; Register-EtcdSnapshotSchedule adds it");
        if (!facts.IsOn) return (false, $"its timer is off (systemd says {facts["enabled"] ?? "nothing"}, {facts["active"] ?? "nothing"})");
        if (facts["notes"] is not null) return (false, "its notes of what it did cannot be read or are empty; its disk may be full");
        if (facts["running"] == "activating") return (true, "it is at work");
        if (facts["last_result"] == "failed") return (false, facts["last_error"] ?? "the last run failed");
        if (facts["running"] == "failed") return (false, $"the last run failed and left no word; its journal tells more (journalctl -u {service})");
        return Overdue(facts) is { } overdue ? (false, overdue) : (true, facts["last_result"] ?? "it has not run yet");
    }

    /// <summary>Null where it ran, or was registered, within about two intervals, by the host's own clock: one that is left out may be the delay.</summary>
    private static string? Overdue(ScheduleFacts facts)
    {
        DateTimeOffset? ran = facts.Time("last_run");
        if (facts.Time("now") is not { } now || (ran > facts.Time("since") ? ran : facts.Time("since") ?? ran) is not { } last) return null;
        TimeSpan longest = (facts.LongestInterval() ?? UsualInterval) * 2.25 + TimeSpan.FromMinutes(5);
        if (now - last <= longest) return null;
        return ran is null ? $"it has not run since it was registered ({last:u})" : $"it has not run since {ran:u}, though its timer is on";
    }
}
