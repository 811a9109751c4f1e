using EtcdAdmin.Clusters;
using EtcdAdmin.Recovery.Tools;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>What a restore was decided to be.</summary>
/// <param name="Cluster">The cluster as it is.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Info">What the snapshot holds; its path is the file that was given.</param>
/// <param name="DatabasePath">The database on this machine: the snapshot, or what was unpacked of it.</param>
/// <param name="Bump">By how much revisions are raised.</param>
/// <param name="Proof">As whom it is proved.</param>
/// <param name="LeftOut">The members that no longer belong to the cluster, as their hosts cannot be reached.</param>
/// <param name="Warnings">What the operator should know before agreeing.</param>
internal sealed record RestoreInput(
    EtcdCluster Cluster, RestoreRequest Request, EtcdSnapshot Info, string DatabasePath, RevisionBump Bump, ProofIdentity Proof,
    IReadOnlySet<string> LeftOut, IReadOnlyList<string> Warnings)
{
    /// <summary>What is known of the cluster before, for undoing the restore.</summary>
    public RestoreBefore Before { get; init; } = new();

    /// <summary>The cluster's revision right after the restore. etcd's tool raises the highest revision with a record, which an empty or compacted database has below its own.</summary>
    public long Revision => Bump.Amount == 0 ? Info.CurrentRevision : Math.Max(Info.CurrentRevision, Info.Revision + Bump.Amount);
}
