using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>What an undo was decided to be.</summary>
/// <param name="Cluster">The cluster as it is.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Record">The restore that is undone.</param>
/// <param name="Before">The specification from before it.</param>
/// <param name="Proof">As whom it is proved.</param>
/// <param name="Warnings">What the operator should know before agreeing.</param>
internal sealed record UndoInput(
    EtcdCluster Cluster, UndoRequest Request, RestoreRecord Record, ClusterSpec Before, ProofIdentity Proof, IReadOnlyList<string> Warnings)
{
    /// <summary>The restore of a kept database to all members, where revisions are raised; null where the data is put back as it was.</summary>
    public RestoreInput? Anew { get; init; }

    /// <summary>How the cluster is now, for undoing the undo.</summary>
    public RestoreBefore Now { get; init; } = new();
}
