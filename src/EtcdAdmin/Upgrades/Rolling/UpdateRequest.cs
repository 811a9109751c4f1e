using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Upgrades.Checks;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>The request to change the version of a cluster.</summary>
public sealed record UpdateRequest
{
    /// <summary>The version and the place of the programs. A line such as 3.5 is its newest available version.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>Passes all minor versions on the way, one after the other.</summary>
    public bool PassesThrough { get; init; }

    /// <summary>The members to change; null is all.</summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>Stops after this number of members; null does not stop.</summary>
    public int? PauseAfter { get; init; }

    /// <summary>Where the snapshot before the change is saved: a folder; null is <see cref="UpdateSnapshots.DefaultFolder"/>.</summary>
    public string? SnapshotFolder { get; init; }

    /// <summary>The checks whose failure the operator takes responsibility for.</summary>
    public IReadOnlySet<UpgradeGate> IgnoredChecks { get; init; } = new HashSet<UpgradeGate>();

    /// <summary>Whether a cluster of two voters may be unavailable while a member restarts.</summary>
    public bool AllowsInterruption { get; init; }

    /// <summary>How long each member, and the cluster, has to serve again.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The wanted version or line.</summary>
    internal VersionRequest Wanted => Package.Version;
}
