using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The scripts that undo a restore on a member's host, besides renames.</summary>
internal static class UndoScripts
{
    /// <summary>Prints where old data is, or whether it is back.</summary>
    public static string FindKept => ShellScript.Of(typeof(UndoScripts), "find-kept");

    /// <summary>Brings certificates, keys and unit back if they are missing.</summary>
    public static string FilesBack => ShellScript.Of(typeof(UndoScripts), "bring-files-back");

    /// <summary>Brings the configuration back.</summary>
    public static string ConfigBack => ShellScript.Of(typeof(UndoScripts), "bring-configuration-back");

    /// <summary>Removes what <see cref="FilesBack"/> brought back.</summary>
    public static string FilesAway => ShellScript.Of(typeof(UndoScripts), "remove-files");

    /// <summary>Removes copies that are no longer needed.</summary>
    public static string Forget => ShellScript.Of(typeof(UndoScripts), "forget-kept");
}
