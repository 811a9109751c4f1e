using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// What the cmdlets for clusters and for single members are given: the version, where its programs are, and where the snapshot goes.
/// </summary>
internal sealed record VersionArguments(string? Version, string? Package, Uri? PackageUrl, string? SnapshotDestination)
{
    /// <summary>The request of the core for a check.</summary>
    public UpdateRequest ToRequest() => new()
    {
        Package = new PackageRequest { Version = PackageArguments.Version(Version), Path = Package, BaseUrl = PackageUrl },
        SnapshotFolder = SnapshotDestination,
    };

    /// <summary>The request for a change.</summary>
    public static UpdateRequest ForChange(UpdateRequest request, UpgradeGate[]? ignored, TimeSpan? timeout) => request with
    {
        IgnoredChecks = new HashSet<UpgradeGate>(ignored ?? []),
        HealthTimeout = timeout ?? request.HealthTimeout,
    };
}
