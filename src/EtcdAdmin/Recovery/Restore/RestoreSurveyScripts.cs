using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The part of a survey that is about a restore; follows the facts of the host.</summary>
internal static class RestoreSurveyScripts
{
    /// <summary>Prints the facts of a host, and what a restore has to know.</summary>
    public static string Text => ShellScript.Of(typeof(RestoreSurveyScripts), "survey-restore");
}
