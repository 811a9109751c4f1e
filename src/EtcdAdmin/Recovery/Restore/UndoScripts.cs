using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>What undoing a restore does on a member's host, beyond the renames of a restore.</summary>
internal static class UndoScripts
{
    /// <summary>Prints where older data is, or whether it is back.</summary>
    public static string FindKept => ShellScript.Of(typeof(UndoScripts), "find-kept");

    /// <summary>Brings certificates, keys and unit where there are none.</summary>
    public static string FilesBack => ShellScript.Of(typeof(UndoScripts), "bring-files-back");

    /// <summary>Brings the configuration back.</summary>
    public static string ConfigBack => ShellScript.Of(typeof(UndoScripts), "bring-configuration-back");

    /// <summary>Removes what <see cref="FilesBack"/> brought.</summary>
    public static string FilesAway => ShellScript.Of(typeof(UndoScripts), "remove-files");

    /// <summary>Removes copies that are not needed any more.</summary>
    public static string Forget => ShellScript.Of(typeof(UndoScripts), "forget-kept");
}
