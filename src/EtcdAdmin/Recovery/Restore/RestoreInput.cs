using EtcdAdmin.Clusters;
using EtcdAdmin.Recovery.Tools;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The decisions of a restore.</summary>
/// <param name="Cluster">The cluster before the restore.</param>
/// <param name="Request">The request.</param>
/// <param name="Info">What the snapshot holds; its path is the given file.</param>
/// <param name="DatabasePath">The database on this machine: the snapshot file, or the database unpacked from it.</param>
/// <param name="Bump">By how much revisions are raised.</param>
/// <param name="Proof">The user that proves the result.</param>
/// <param name="LeftOut">The members that are removed from the cluster because their hosts cannot be reached.</param>
/// <param name="Warnings">What the operator should know before confirming.</param>
internal sealed record RestoreInput(
    EtcdCluster Cluster, RestoreRequest Request, EtcdSnapshot Info, string DatabasePath, RevisionBump Bump, ProofIdentity Proof,
    IReadOnlySet<string> LeftOut, IReadOnlyList<string> Warnings)
{
    /// <summary>What is known of the cluster before the restore, for an undo.</summary>
    public RestoreBefore Before { get; init; } = new();

    /// <summary>
    /// The cluster's revision right after the restore. etcd's tool counts from the highest revision that has a record, which in an empty or
    /// compacted database is lower than the current one.
    /// </summary>
    public long Revision => Bump.Amount == 0 ? Info.CurrentRevision : Math.Max(Info.CurrentRevision, Info.Revision + Bump.Amount);
}
