using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether the cluster is as its profile has it, and what else its health reports.</summary>
internal static class ProfileRule
{
    private const string Name = "Profile";

    /// <summary>One result for each warning, or one for the cluster.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        if (facts.Cluster.SpecError is { } error)
            return [facts.Result(Name, CheckSeverity.Warning, error.Message, null, error.NextStep)];
        return facts.Health.Warnings.Count == 0
            ? [facts.Result(Name, CheckSeverity.Ok,
                facts.Cluster.IsManaged ? "The cluster is as its profile has it." : "The health of the cluster reports no other problem.")]
            : facts.Health.Warnings.Select(warning => facts.Result(Name, CheckSeverity.Warning, warning));
    }
}
