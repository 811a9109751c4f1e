using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Schedules.Snapshots;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How old the newest snapshot is, and whether the schedule works.</summary>
internal static class SnapshotsRule
{
    private const string Age = "SnapshotAge";
    private const string Schedule = "SnapshotSchedule";

    /// <summary>One result for the age; one for each host with a problem, or one for the schedule.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts) => [CheckAge(facts), .. CheckSchedule(facts)];

    private static EtcdCheck CheckAge(CheckFacts facts)
    {
        (DateTimeOffset Time, string Place)[] found =
        [
            .. facts.Snapshots.Value?.Newest is { } newest ? [(newest.Created, newest.Path)] : Array.Empty<(DateTimeOffset, string)>(),
            .. (facts.Schedules.Value ?? []).Where(host => host.LastSuccess is not null)
                .Select(host => (host.LastSuccess!.Value, $"{host.HostName}:{host.LastPath}")), // see above
        ];
        string remedy = $"Save one (Save-EtcdSnapshot {facts.Cluster.Name}), and let a schedule do it (Register-EtcdSnapshotSchedule).";
        if (found.Length == 0)
        {
            if (facts.Snapshots.Value is not { } search) return facts.NotKnown(Age, facts.Snapshots);
            string[] silent = [.. (facts.Schedules.Value ?? [])
                .Where(host => host.Registered is null).Select(host => $"{host.HostName}: {host.Reason}")];
            string places =
                $"Looked in {string.Join(", ", search.Places)}{(facts.Schedules.Value is null ? "" : " and at the schedules of the hosts")}.";
            return silent.Length > 0
                ? facts.Result(Age, CheckSeverity.Unknown, "No snapshot was found, and some hosts did not answer.", string.Join("; ", silent), remedy)
                : facts.Result(Age, CheckSeverity.Warning, "No snapshot of the cluster was found.", places, remedy);
        }

        (DateTimeOffset time, string place) = found.MaxBy(one => one.Time);
        TimeSpan age = facts.Now - time;
        string finding = string.Create(CultureInfo.InvariantCulture,
            $"The newest snapshot is {(age.TotalHours < 48 ? age.TotalHours : age.TotalDays):0.#} {(age.TotalHours < 48 ? "hours" : "days")} old.");
        EtcdCheck result = age <= facts.Options.SnapshotAge
            ? facts.Result(Age, CheckSeverity.Ok, finding, place)
            : facts.Result(Age, CheckSeverity.Warning, finding, place, remedy);
        return result with
        {
            Measure = new CheckMeasure("snapshot_age", Math.Round(age.TotalSeconds), "s",
                facts.Options.SnapshotAge.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)),
        };
    }

    private static IEnumerable<EtcdCheck> CheckSchedule(CheckFacts facts)
    {
        if (facts.Schedules.Value is not { } hosts) return [facts.NotKnown(Schedule, facts.Schedules)];
        string register = $"Register-EtcdSnapshotSchedule {facts.Cluster.Name}";
        if (hosts.All(host => host.Registered == false))
            return [facts.Result(Schedule, CheckSeverity.Warning, "No host saves snapshots on a schedule.", null, $"Register one ({register}).")];
        EtcdSnapshotSchedule[] bad = [.. hosts.Where(host => !host.Healthy)];
        if (bad.Length == 0)
            return [facts.Result(Schedule, CheckSeverity.Ok, "The schedule works on all hosts.",
                string.Join("; ", hosts.Select(host => $"{host.HostName}: {host.Reason}")))];
        return bad.Select(host => host.Registered is null
            ? facts.Result(Schedule, CheckSeverity.Unknown, "Not checked: the host did not answer.", host.Reason, member: host.Member)
            : facts.Result(Schedule, CheckSeverity.Warning,
                host.Registered == true ? "The schedule does not work on its host." : "Its host has no schedule, although others have.", host.Reason,
                host.Registered == true ? $"See the journal on {host.HostName}, then run {register} again." : $"Run {register} again.", host.Member));
    }
}
