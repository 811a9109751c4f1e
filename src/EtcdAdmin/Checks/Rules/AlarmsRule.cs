using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Armed alarms: the cluster refuses writes while there is one.</summary>
internal static class AlarmsRule
{
    private const string Name = "Alarms";

    /// <summary>One result for each alarm, or one for the cluster.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        if (facts.Health.Alarms is not { } alarms)
        {
            yield return facts.Result(Name, CheckSeverity.Unknown, "Not checked: no member reported its alarms.");
            yield break;
        }

        foreach (MemberAlarm alarm in alarms)
        {
            string? member = facts.Health.Members.FirstOrDefault(known => known.MemberId == alarm.Member)?.Member;
            yield return facts.Result(
                Name, CheckSeverity.Critical, $"The alarm {AlarmAdvice.Name(alarm.Type)} is armed: the cluster {AlarmAdvice.Effect(alarm.Type)}.",
                $"Raised by member {alarm.Member}{(member is null ? ", which is no longer in the cluster" : "")}.",
                AlarmAdvice.Next(alarm.Type), member);
        }

        if (alarms.Count == 0) yield return facts.Result(Name, CheckSeverity.Ok, "No alarm is armed.");
    }
}
