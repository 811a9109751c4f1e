using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Tools;

/// <summary>The scripts of a restore on a member's host.</summary>
internal static class RestoreScripts
{
    /// <summary>Prints facts about etcd's programs, and which tool restores.</summary>
    public static string FindTool => ShellScript.Of(typeof(RestoreScripts), "find-tool");

    /// <summary>Takes a snapshot from standard input.</summary>
    public static string Receive => ShellScript.Of(typeof(RestoreScripts), "receive-snapshot");

    /// <summary>Makes the data of a member from a snapshot.</summary>
    public static string Restore => ShellScript.Of(typeof(RestoreScripts), "restore-snapshot");

    /// <summary>Removes the leftovers of an attempt.</summary>
    public static string Discard => ShellScript.Of(typeof(RestoreScripts), "discard");

    /// <summary>Puts new folders in place of old ones.</summary>
    public static string Switch => ShellScript.Of(typeof(RestoreScripts), "switch-folders");

    /// <summary>Puts old folders back in their place.</summary>
    public static string SwitchBack => ShellScript.Of(typeof(RestoreScripts), "switch-folders-back");

    /// <summary>Puts a copy of the configuration with the old data.</summary>
    public static string KeepConfig => ShellScript.Of(typeof(RestoreScripts), "keep-configuration");

    /// <summary>Puts the configuration that came back with the data in its place.</summary>
    public static string ConfigBack => ShellScript.Of(typeof(RestoreScripts), "put-configuration-back");

    /// <summary>Prints <c>yes</c> if old data is there.</summary>
    public static string AnyKept => ShellScript.Of(typeof(RestoreScripts), "any-kept");

    /// <summary>Prints a line for each kept database.</summary>
    public static string Describe => ShellScript.Of(typeof(RestoreScripts), "describe-kept");

    /// <summary>Keeps the files of a member that leaves the cluster with its data.</summary>
    public static string KeepFiles => ShellScript.Of(typeof(RestoreScripts), "keep-files");

    /// <summary>Deletes old data.</summary>
    public static string DeleteKept => ShellScript.Of(typeof(RestoreScripts), "delete-kept");
}
