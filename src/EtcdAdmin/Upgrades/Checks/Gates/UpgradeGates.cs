namespace EtcdAdmin.Upgrades.Checks.Gates;

/// <summary>All checks before a version change.</summary>
internal static class UpgradeGates
{
    private static readonly Func<UpgradeFacts, IEnumerable<EtcdUpgradeCheck>>[] All =
    [
        HealthGates.Check,
        VersionGates.Check,
        VersionHoldGate.Check,
        MembershipGate.Check,
        StoredMembersGate.Check,
        PackageGate.Check,
        SettingsGate.Check,
        SpaceGate.Check,
        SnapshotGate.Check,
        V2DataGate.Check,
        CertificateGate.Check,
        SupportGate.Check,
    ];

    /// <summary>The results, in the order of <see cref="UpgradeGate"/>.</summary>
    public static IReadOnlyList<EtcdUpgradeCheck> Check(UpgradeFacts facts) => [.. All.SelectMany(gate => gate(facts)).OrderBy(check => check.Gate)];
}
