using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>What a survey asks beyond the general facts of a host.</summary>
internal static class SurveyScripts
{
    /// <summary>Prints the facts of a host, its members and the addresses of the cluster.</summary>
    public static string Text => ShellScript.Of(typeof(SurveyScripts), "survey");
}
