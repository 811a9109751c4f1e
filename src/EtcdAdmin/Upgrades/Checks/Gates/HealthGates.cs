using EtcdAdmin.Clusters.Health;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks the members' health, and whether the operator may ask for it.</summary>
internal static class HealthGates
{
    /// <summary>One result for each member and gate.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        foreach (EtcdHealth member in facts.Membership.Health.Members)
        {
            yield return Health(facts, member);
            yield return member.Authorized switch
            {
                true => facts.Result(UpgradeGate.Access, UpgradeCheckResult.Pass, "It accepts the user or certificate.", member: member.Member),
                false => facts.Result(
                    UpgradeGate.Access, UpgradeCheckResult.Fail, "It refuses the user or certificate, so the result could not be proved.",
                    "Connect with a user that may read (Connect-EtcdCluster, or -Credential).", member.Member),
                null => facts.Result(UpgradeGate.Access, UpgradeCheckResult.NotChecked, "It does not answer.", member: member.Member),
            };
        }
    }

    private static EtcdUpgradeCheck Health(UpgradeFacts facts, EtcdHealth member)
    {
        // Restarting a member neither needs a healthy certificate nor a disk with room to spare; other checks report these.
        if (member.Serves && member.Alarms is not { Count: > 0 } && member.HashConsistent != false)
        {
            return member.Healthy
                ? facts.Result(UpgradeGate.Health, UpgradeCheckResult.Pass, $"It is healthy ({member.Reason}).", member: member.Member)
                : facts.Result(UpgradeGate.Health, UpgradeCheckResult.Warn, Sentence(member.Reason), "See Get-EtcdHealth.", member.Member);
        }

        if (!member.Serves && facts.Interrupted.Contains(member.Member))
        {
            return facts.Result(
                UpgradeGate.Health, UpgradeCheckResult.Warn, $"An interrupted change left it like this: {member.Reason.TrimEnd('.')}.",
                "Update-EtcdCluster goes on with this member first.", member.Member);
        }

        return facts.Result(UpgradeGate.Health, UpgradeCheckResult.Fail, Sentence(member.Reason),
            "Repair it first: a member that is down or has an alarm can stop the version change halfway (Get-EtcdHealth, Start-EtcdMember).",
            member.Member);
    }

    private static string Sentence(string reason) => char.ToUpperInvariant(reason[0]) + reason[1..].TrimEnd('.') + ".";
}
