using EtcdAdmin.Hosts;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>The scripts that a move of data runs on a host.</summary>
internal static class MoveScripts
{
    /// <summary>The name of the copy, until it is taken into use.</summary>
    public const string CopyName = "data.moving";

    /// <summary>The prefix of the name of old data that was moved aside; a time follows.</summary>
    public const string AsidePrefix = "data.before-move-";

    /// <summary>The exit code for a copy that differs from the original.</summary>
    public const int Differs = 4;

    /// <summary>Prints the facts of a host that a move needs.</summary>
    public static string Survey => ShellScript.Of(typeof(MoveScripts), "survey-move");

    /// <summary>Waits until no other script that moves data runs on this host.</summary>
    public static string Wait => ShellScript.Of(typeof(MoveScripts), "wait");

    /// <summary>Copies the data of a stopped member.</summary>
    public static string Copy => ShellScript.Of(typeof(MoveScripts), "copy-data");

    /// <summary>Removes the copy.</summary>
    public static string RemoveCopy => ShellScript.Of(typeof(MoveScripts), "remove-copy");

    /// <summary>Exits with <see cref="Differs"/> where data and copy differ.</summary>
    public static string Compare => ShellScript.Of(typeof(MoveScripts), "compare-copy");

    /// <summary>Takes the copy into use. Running it again completes an interrupted run.</summary>
    public static string Switch => ShellScript.Of(typeof(MoveScripts), "switch-folders");

    /// <summary>Takes the old folder into use again.</summary>
    public static string PutBack => ShellScript.Of(typeof(MoveScripts), "put-back");

    /// <summary>Removes the old data.</summary>
    public static string RemoveOld => ShellScript.Of(typeof(MoveScripts), "remove-old-data");
}
