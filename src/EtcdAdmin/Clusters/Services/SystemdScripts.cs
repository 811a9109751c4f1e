using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>The scripts that run etcd under systemd.</summary>
internal static class SystemdScripts
{
    /// <summary>Starts the unit and waits for its process.</summary>
    public static string Start => ShellScript.Of(typeof(SystemdScripts), "start-unit");

    /// <summary>Stops the unit and waits for its end.</summary>
    public static string Stop => ShellScript.Of(typeof(SystemdScripts), "stop-unit");

    /// <summary>Prints the process id, and the number of restarts by systemd.</summary>
    public static string State => ShellScript.Of(typeof(SystemdScripts), "unit-state");

    /// <summary>The same, and how full the member's disks are.</summary>
    public static string Look => ShellScript.Of(typeof(SystemdScripts), "look-at-unit");

    /// <summary>Prints etcd's log since its last start.</summary>
    public static string LogTail => ShellScript.Of(typeof(SystemdScripts), "unit-log");
}
