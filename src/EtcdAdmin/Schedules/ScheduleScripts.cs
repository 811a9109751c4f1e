using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules;

/// <summary>The scripts that register a schedule on a host, look at it, and remove it. Their headers say what their arguments are.</summary>
internal static class ScheduleScripts
{
    /// <summary>Reads what a host has of a schedule.</summary>
    public static string Read => Of("read-schedule");

    /// <summary>Asks whether a host can take snapshots.</summary>
    public static string Survey => Of("survey-host");

    /// <summary>Asks whether a host reaches a store.</summary>
    public static string Reach => Of("reach-store");

    /// <summary>Makes the folders, and puts the present files aside.</summary>
    public static string Prepare => Of("prepare-files");

    /// <summary>Starts the timer.</summary>
    public static string Enable => Of("enable-timer");

    /// <summary>Puts back what <see cref="Prepare"/> put aside.</summary>
    public static string PutBack => Of("put-back-files");

    /// <summary>Removes what <see cref="Prepare"/> put aside.</summary>
    public static string Settle => Of("settle-files");

    /// <summary>Makes systemd read its units again.</summary>
    public static string Reload => Of("reload-units");

    /// <summary>Runs the service to its end.</summary>
    public static string Run => Of("run-service");

    /// <summary>Removes the schedule; snapshots stay.</summary>
    public static string Remove => Of("remove-schedule");

    private static string Of(string name) => ShellScript.Of(typeof(ScheduleScripts), name);
}
