using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>The scripts that run etcd as a plain process without a supervisor. It outlives the session that started it.</summary>
internal static class ProcessScripts
{
    /// <summary>Prints the process id, or nothing.</summary>
    public static string State => ShellScript.Of(typeof(ProcessScripts), "process-state");

    /// <summary>The same, and how full the member's disks are.</summary>
    public static string Look => ShellScript.Of(typeof(ProcessScripts), "look-at-process");

    /// <summary>Starts etcd, unless it runs.</summary>
    public static string Start => ShellScript.Of(typeof(ProcessScripts), "start-process");

    /// <summary>Stops etcd and waits for its end.</summary>
    public static string Stop => ShellScript.Of(typeof(ProcessScripts), "stop-process");

    /// <summary>Prints etcd's log since its last start.</summary>
    public static string LogTail => ShellScript.Of(typeof(ProcessScripts), "process-log");
}
