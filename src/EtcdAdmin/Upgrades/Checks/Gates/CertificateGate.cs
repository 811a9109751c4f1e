using System.Globalization;
using EtcdAdmin.Clusters.Health;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks whether a member's certificate ends within the window of the change: it would look like a failed change.</summary>
internal static class CertificateGate
{
    private const int LeastDays = 1;

    /// <summary>One result for each member with TLS.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        foreach (EtcdHealth member in facts.Membership.Health.Members.Where(member => member.CertificateDaysLeft is not null))
        {
            int days = member.CertificateDaysLeft!.Value; // see above
            string reason = string.Create(CultureInfo.InvariantCulture, $"Its certificate is valid for {days} more day(s).");
            yield return days < LeastDays
                ? facts.Result(UpgradeGate.Certificate, UpgradeCheckResult.Fail, reason, "Renew it first.", member.Member)
                : days < HealthOptions.DefaultWarnDays
                    ? facts.Result(UpgradeGate.Certificate, UpgradeCheckResult.Warn, reason, "Renew it soon.", member.Member)
                    : facts.Result(UpgradeGate.Certificate, UpgradeCheckResult.Pass, reason, member: member.Member);
        }
    }
}
