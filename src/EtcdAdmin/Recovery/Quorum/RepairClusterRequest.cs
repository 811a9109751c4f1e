using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Security;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>How a cluster is rebuilt from the data of one member.</summary>
public enum RecoveryMethod
{
    /// <summary>
    /// etcd's <c>--force-new-cluster</c>: continues with database and log, so all data of the member is kept and revisions continue. Members
    /// that were left out find out that they were removed if they come back.
    /// </summary>
    ForceNewCluster,

    /// <summary>
    /// Restores the member's database alone, as a snapshot is, into a cluster with a new id. Revisions are raised if the installed etcd can do
    /// it. For members without a usable log; entries that are only in the log are lost.
    /// </summary>
    Restore,
}

/// <summary>The request to repair a cluster that has lost its quorum.</summary>
public sealed record RepairClusterRequest
{
    /// <summary>The member to rebuild from, by name or host; null chooses the member that is furthest ahead.</summary>
    public string? From { get; init; }

    /// <summary>The method; null chooses by the state of the data.</summary>
    public RecoveryMethod? Method { get; init; }

    /// <summary>Where etcd is installed from if a host has lost it. The version is always the cluster's.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>The kind of new keys if a host has lost its keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long each member may take to serve or to catch up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}
