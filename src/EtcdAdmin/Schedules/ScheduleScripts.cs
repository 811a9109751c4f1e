using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules;

/// <summary>
/// The scripts that register a schedule on a host, read its state, and remove it. The comment at their top describes their arguments.
/// </summary>
internal static class ScheduleScripts
{
    /// <summary>Reads the state of a schedule on a host.</summary>
    public static string Read => Of("read-schedule");

    /// <summary>Checks whether a host can run a schedule.</summary>
    public static string Survey => Of("survey-host");

    /// <summary>Makes the folders, and keeps copies of the present files.</summary>
    public static string Prepare => Of("prepare-files");

    /// <summary>Starts the timer.</summary>
    public static string Enable => Of("enable-timer");

    /// <summary>Puts back the files that <see cref="Prepare"/> kept.</summary>
    public static string PutBack => Of("put-back-files");

    /// <summary>Removes the copies that <see cref="Prepare"/> kept.</summary>
    public static string Settle => Of("settle-files");

    /// <summary>Makes systemd read its units again.</summary>
    public static string Reload => Of("reload-units");

    /// <summary>Runs the service to its end.</summary>
    public static string Run => Of("run-service");

    /// <summary>Removes the schedule; snapshots are kept.</summary>
    public static string Remove => Of("remove-schedule");

    /// <summary>Makes the script after it use the systemd of the user that runs it.</summary>
    public static string OwnSystemd => Of("own-systemd");

    private static string Of(string name) => ShellScript.Of(typeof(ScheduleScripts), name);
}
