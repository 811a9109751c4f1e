using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>A planned version change of a cluster.</summary>
/// <param name="Operation">The plan. Empty where all members run the version already.</param>
/// <param name="Changes">The changes, in order; more than one where minor versions are passed.</param>
/// <param name="Checks">The results of the checks for the first change.</param>
/// <param name="RollBackAdvice">How to roll the change back, as sentences; null if the plan is empty.</param>
public sealed record ClusterUpdate(
    Operation<EtcdCluster> Operation, IReadOnlyList<VersionChange> Changes, IReadOnlyList<EtcdUpgradeCheck> Checks, string? RollBackAdvice);
