using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Security;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>How a cluster is rebuilt from the data of one member.</summary>
public enum RecoveryMethod
{
    /// <summary>
    /// etcd's <c>--force-new-cluster</c>: goes on with database and log as they are, so nothing that the member has is lost and revisions
    /// continue. Members that were left out find, should they return, that they were removed.
    /// </summary>
    ForceNewCluster,

    /// <summary>
    /// A snapshot restore of its database alone, into a cluster with a new id, with revisions raised where the installed etcd can do it. For
    /// members without a log to rely on; entries that are in the log alone are lost.
    /// </summary>
    Restore,
}

/// <summary>What is asked of the repair of a cluster that has lost its quorum.</summary>
public sealed record RepairClusterRequest
{
    /// <summary>The member to rebuild from, by its name or host; null is the one that is furthest ahead.</summary>
    public string? From { get; init; }

    /// <summary>How; null chooses by the state of the data.</summary>
    public RecoveryMethod? Method { get; init; }

    /// <summary>Where etcd comes from if a host has lost it; the version is the cluster's in any case.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>The kind of new keys, if a host has lost its own.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long each member may take to serve or to catch up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}
