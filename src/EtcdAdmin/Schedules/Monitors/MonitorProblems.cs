using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules.Monitors;

/// <summary>What prevents a health monitor.</summary>
internal static class MonitorProblems
{
    /// <summary>The times of a monitor.</summary>
    /// <exception cref="EtcdException">SpecInvalid: the interval.</exception>
    public static ScheduleTimes Times(TimeSpan every)
    {
        try
        {
            // Monitors of several clusters do not all start at once, and their records stay evenly apart.
            return ScheduleTimes.Every(every) with { RandomizedDelay = TimeSpan.FromSeconds(15) };
        }
        catch (EtcdException e)
        {
            throw new EtcdException(e.ErrorId, $"A health monitor cannot run every {every}.", e)
            {
                NextStep = "Use whole minutes that divide an hour (-Every 5, 6, 10, 12, 15, 20 or 30), whole hours that divide a day (-Every "
                    + "1:00:00), or one day.",
            };
        }
    }

    /// <summary>Refuses clusters that have no profile, and with it no history.</summary>
    /// <exception cref="EtcdException">ClusterNotFound.</exception>
    public static void RequireSaved(AdminContext context, EtcdCluster cluster)
    {
        if (ClusterName.IsAllowed(cluster.Name) && context.Profiles.Exists(cluster.Name)) return;
        throw new EtcdException(EtcdErrorIds.ClusterNotFound,
            $"Cluster '{cluster.Name}' is not saved on this machine. A health monitor needs the profile: it records the health beside it.")
        {
            Target = cluster.Name,
            NextStep = "Save the cluster (Connect-EtcdCluster with -Name), then register its monitor by that name.",
        };
    }

    /// <summary>Refuses paths with line breaks: they cannot be read back from the settings.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void RequirePaths(ScheduleKind kind, params string?[] paths)
    {
        if (paths.OfType<string>().FirstOrDefault(path => path.Any(char.IsControl)) is not { } path) return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid, $"The path '{path}' has a control character, so a {kind.Title} cannot use it.")
        {
            Target = path,
            NextStep = "Use a path without line breaks and other control characters.",
        };
    }

    /// <summary>Refuses machines that cannot run the monitor.</summary>
    /// <exception cref="EtcdException">HostNotSupported; FileWriteFailed: the folder of the text file.</exception>
    public static void RequireAble(string cluster, HealthMonitor monitor, ScheduleFacts? machine)
    {
        if (machine is null) throw NotSupported(cluster, monitor, "it has no systemd");
        if (machine["problem"] is { } problem) throw NotSupported(cluster, monitor, problem);
        if (machine["unwritable"] is not { } unwritable) return;
        throw new EtcdException(EtcdErrorIds.FileWriteFailed, $"The health monitor of cluster '{cluster}' cannot write its metrics: {unwritable}.")
        {
            Target = monitor.Destination,
            NextStep = "Make the folder, or give this user write permission on it; node_exporter reads it (--collector.textfile.directory).",
        };
    }

    /// <summary>Refuses to replace the timer of a cluster with the same name in another home: units have one name only.</summary>
    /// <exception cref="EtcdException">FileExists.</exception>
    public static void RequireOwn(AdminContext context, MonitorPlaces places, ScheduleFacts present)
    {
        if (HealthMonitorReader.PathIn(present, "home") is not { } home || home == context.Home.Path) return;
        throw new EtcdException(EtcdErrorIds.FileExists,
            $"This user already has a {places.Kind.Title} for a cluster '{places.Cluster}' whose profile is in {home}, not in {context.Home.Path}.")
        {
            Target = places.Timer,
            NextStep = $"Remove that one first (Unregister-{places.Kind.Noun} {places.Cluster}).",
        };
    }

    private static EtcdException NotSupported(string cluster, HealthMonitor monitor, string problem)
    {
        string times = monitor.Every < TimeSpan.FromHours(1) ? $"*/{Number(monitor.Every.TotalMinutes)} * * * *"
            : monitor.Every < TimeSpan.FromDays(1) ? $"0 */{Number(monitor.Every.TotalHours)} * * *"
            : "0 0 * * *";
        string command = monitor.Destination is { } folder
            ? $"Export-EtcdHealth {cluster} '{folder}'"
            : string.Format(CultureInfo.InvariantCulture, ScheduleKind.Monitor.LocalCommand, cluster);
        return new EtcdException(EtcdErrorIds.HostNotSupported, $"This machine cannot run a health monitor: {problem}.")
        {
            Target = cluster,
            NextStep = $"Run the check with cron or another scheduler; it records the health as well: {times} pwsh -NoProfile -c "
                + $"\"Import-Module EtcdAdmin; {command}\"",
        };
    }

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
