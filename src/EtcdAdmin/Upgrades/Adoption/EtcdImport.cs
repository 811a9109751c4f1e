using EtcdAdmin.Clusters;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>An imported cluster, and what can be done with it.</summary>
/// <param name="Cluster">The cluster, as its profile has it.</param>
/// <param name="Capabilities">What works and what does not, by groups of commands.</param>
public sealed record EtcdImport(EtcdCluster Cluster, IReadOnlyList<EtcdImportCapability> Capabilities)
{
    /// <summary>The etcds that its members run from.</summary>
    public IReadOnlyList<EtcdInstallation> Installations { get; init; } = [];

    /// <summary>Where the operator's client certificate comes from; null if the cluster needs none.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>What the operator should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Whether a group of commands works with an imported cluster.</summary>
/// <param name="Group">What the commands do.</param>
/// <param name="Works">Whether they work.</param>
/// <param name="Commands">The commands.</param>
/// <param name="Reason">Why they do not work, and what to do next; null if they work.</param>
public sealed record EtcdImportCapability(string Group, bool Works, IReadOnlyList<string> Commands, string? Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Group}: {(Works ? "yes" : "no")}";
}
