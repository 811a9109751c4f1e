using EtcdAdmin.Hosts;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>What moving data looks at and does on a host.</summary>
internal static class MoveScripts
{
    /// <summary>The copy, until it has been compared and taken into use.</summary>
    public const string CopyName = "data.moving";

    /// <summary>How the old data is called once it is superseded; a time follows.</summary>
    public const string AsidePrefix = "data.before-move-";

    /// <summary>The exit code for a copy that is not like its original.</summary>
    public const int Differs = 4;

    /// <summary>Prints the facts of a host, and what moving data has to know.</summary>
    public static string Survey => ShellScript.Of(typeof(MoveScripts), "survey-move");

    /// <summary>Waits until no other of them works on this host.</summary>
    public static string Wait => ShellScript.Of(typeof(MoveScripts), "wait");

    /// <summary>Copies the data of a stopped member.</summary>
    public static string Copy => ShellScript.Of(typeof(MoveScripts), "copy-data");

    /// <summary>Removes the copy.</summary>
    public static string RemoveCopy => ShellScript.Of(typeof(MoveScripts), "remove-copy");

    /// <summary>Ends with <see cref="Differs"/> where data and copy are not alike.</summary>
    public static string Compare => ShellScript.Of(typeof(MoveScripts), "compare-copy");

    /// <summary>Takes the copy into use. Done again it completes.</summary>
    public static string Switch => ShellScript.Of(typeof(MoveScripts), "switch-folders");

    /// <summary>Takes the old folder into use again.</summary>
    public static string PutBack => ShellScript.Of(typeof(MoveScripts), "put-back");

    /// <summary>Removes the old data.</summary>
    public static string RemoveOld => ShellScript.Of(typeof(MoveScripts), "remove-old-data");
}
