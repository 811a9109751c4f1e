using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>The decisions of an undo.</summary>
/// <param name="Cluster">The cluster before the undo.</param>
/// <param name="Request">The request.</param>
/// <param name="Record">The restore that is undone.</param>
/// <param name="Before">The specification from before the restore.</param>
/// <param name="Proof">The user that proves the result.</param>
/// <param name="Warnings">What the operator should know before confirming.</param>
internal sealed record UndoInput(
    EtcdCluster Cluster, UndoRequest Request, RestoreRecord Record, ClusterSpec Before, ProofIdentity Proof, IReadOnlyList<string> Warnings)
{
    /// <summary>The restore of a kept database to all members if revisions are raised; null if the data is put back as it was.</summary>
    public RestoreInput? Anew { get; init; }

    /// <summary>The cluster before the undo, for undoing the undo.</summary>
    public RestoreBefore Now { get; init; } = new();
}
