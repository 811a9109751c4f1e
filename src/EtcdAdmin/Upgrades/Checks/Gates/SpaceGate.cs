using System.Globalization;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Facts;

namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>Checks whether there is room for the programs and the start of etcd, and below the quota.</summary>
internal static class SpaceGate
{
    // etcd, etcdctl and etcdutl of 3.7 are 70 MB unpacked; twice, because files are written beside their targets.
    private const long ProgramBytes = 160L << 20;

    // The step by which bbolt extends its file (AllocSize), and a new segment of the log.
    private const long StartBytes = 80L << 20;

    private const double QuotaShare = 0.95;

    /// <summary>One result for each problem, or one for the cluster.</summary>
    public static IEnumerable<EtcdUpgradeCheck> Check(UpgradeFacts facts)
    {
        bool isFine = true;
        foreach (MemberSpec member in facts.Hosts?.Wanted.Members ?? [])
        {
            SpaceNeed[] needs =
            [
                SpaceNeed.When(!facts.Hosts!.FactsOf(member).HasBinary, member.BinDirectory, ProgramBytes), // its members are enumerated
                new SpaceNeed(member.Layout.DataDirectory, StartBytes),
                new SpaceNeed(member.WalFolder, StartBytes),
            ];
            foreach (EtcdException problem in SpaceGuard.Check(
                facts.Hosts.SurveyOf(member).Host, needs, "Free some space there, never by deleting files of etcd's data."))
            {
                isFine = false;
                yield return facts.Result(UpgradeGate.Space, UpgradeCheckResult.Fail, problem.Message, problem.NextStep, member.Name);
            }
        }

        foreach (EtcdHealth member in facts.Membership.Health.Members)
        {
            if (member is not { DbSizeBytes: { } size, QuotaBytes: > 0 and var quota } || size < quota * QuotaShare) continue;
            isFine = false;
            yield return facts.Result(UpgradeGate.Space, UpgradeCheckResult.Warn,
                string.Create(CultureInfo.InvariantCulture, $"Its database has {size} of {quota} bytes: it is about to refuse writes."),
                "Compact and defragment it, or raise the quota (Set-EtcdConfiguration -QuotaBytes).", member.Member);
        }

        if (isFine)
        {
            yield return facts.Hosts is null
                ? facts.Result(UpgradeGate.Space, UpgradeCheckResult.NotChecked, "EtcdAdmin does not manage the hosts of this cluster.")
                : facts.Result(UpgradeGate.Space, UpgradeCheckResult.Pass, "There is room on all hosts.");
        }
    }
}
