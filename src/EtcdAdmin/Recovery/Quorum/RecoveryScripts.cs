using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The scripts that repair a cluster on its hosts.</summary>
internal static class RecoveryScripts
{
    /// <summary>Lists the data of a member.</summary>
    public static string List => ShellScript.Of(typeof(RecoveryScripts), "list-data");

    /// <summary>Copies the data of a member, completely or not at all.</summary>
    public static string Copy => ShellScript.Of(typeof(RecoveryScripts), "copy-data");

    /// <summary>Writes standard input into a file.</summary>
    public static string Append => ShellScript.Of(typeof(RecoveryScripts), "append-to-log");

    /// <summary>Puts new folders in place of old ones.</summary>
    public static string Switch => ShellScript.Of(typeof(RecoveryScripts), "switch-folders");
}
