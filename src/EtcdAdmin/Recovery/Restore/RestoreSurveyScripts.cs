using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The script that surveys a host for a restore.</summary>
internal static class RestoreSurveyScripts
{
    /// <summary>Prints the facts of a host, and the facts that a restore needs.</summary>
    public static string Text => ShellScript.Of(typeof(RestoreSurveyScripts), "survey-restore");
}
