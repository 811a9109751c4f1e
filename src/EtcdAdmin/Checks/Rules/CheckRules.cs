using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>All checks, in the order in which their results are shown.</summary>
internal static class CheckRules
{
    private static readonly Func<CheckFacts, IEnumerable<EtcdCheck>>[] All =
    [
        MembersRule.Check,
        QuorumRule.Check,
        AlarmsRule.Check,
        ProfileRule.Check,
        LearnersRule.Check,
        StrangersRule.Check,
        VersionsRule.Check,
        SupportRule.Check,
        SpaceRule.Check,
        FragmentationRule.Check,
        DisksRule.Check,
        DiskLatencyRule.Check,
        SlowAppliesRule.Check,
        LeaderChangesRule.Check,
        RoundTripRule.Check,
        ClocksRule.Check,
        CertificatesRule.Check,
        CertificateRenewalRule.Check,
        AuthenticationRule.Check,
        SnapshotsRule.Check,
        MaintenanceScheduleRule.Check,
        DrillRule.Check,
        ConfigurationRule.Check,
        FileModesRule.Check,
        HardeningRule.Check,
        CisRule.Check,
    ];

    /// <summary>The results of all checks.</summary>
    public static IReadOnlyList<EtcdCheck> Check(CheckFacts facts) => [.. All.SelectMany(rule => Run(rule, facts))];

    /// <summary>The results of one check. A check that fails is a result: it must not hide those of the others.</summary>
    internal static IReadOnlyList<EtcdCheck> Run(Func<CheckFacts, IEnumerable<EtcdCheck>> rule, CheckFacts facts)
    {
        try
        {
            return [.. rule(facts)];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            string name =
                rule.Method.DeclaringType?.Name is { } type && type.EndsWith("Rule", StringComparison.Ordinal) ? type[..^"Rule".Length] : "Check";
            return [facts.Result(name, CheckSeverity.Unknown, $"Not checked: {e.Message}", e.GetType().Name, "Report this as a fault of EtcdAdmin.")];
        }
    }
}
