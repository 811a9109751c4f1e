using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules.Monitors;

/// <summary>The scripts of health monitors. The comment at their top describes their arguments.</summary>
internal static class MonitorScripts
{
    /// <summary>The program that the timer starts. Its settings are in <see cref="HealthMonitorFiles"/>.</summary>
    public static string Program => Of("health-monitor");

    /// <summary>Checks whether this machine can run a monitor.</summary>
    public static string Survey => Of("survey-machine");

    /// <summary>Lists the monitors of this user.</summary>
    public static string List => Of("list-monitors");

    private static string Of(string name) => ShellScript.Of(typeof(MonitorScripts), name);
}
