using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The specifications that a cluster goes through while it is restored.</summary>
/// <param name="Old">The specification in the profile, without the mark of an interrupted attempt.</param>
/// <param name="Restored">The members that are restored: all at once, or one alone.</param>
/// <param name="Others">The members that are not restored: they join again, or leave the cluster.</param>
internal sealed record RestoreSpecs(ClusterSpec Old, ClusterSpec Restored, IReadOnlyList<MemberSpec> Others)
{
    /// <summary>All members, before and after.</summary>
    public IEnumerable<MemberSpec> All => Restored.Members.Concat(Others);

    /// <summary>For a cluster and its profile.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="member">The name of the one member to restore; null restores all.</param>
    /// <param name="leftOut">The names of members that are removed because their hosts cannot be reached.</param>
    /// <exception cref="EtcdException">MemberNotFound.</exception>
    public static RestoreSpecs Make(EtcdCluster cluster, string? member, IReadOnlySet<string> leftOut)
    {
        ClusterSpec old = cluster.RequireSpec() with { Restore = null };
        // Members that wait to join again after a repair belong to the cluster too.
        MemberSpec[] all = [.. old.Members.Concat(old.Recovery?.Waiting ?? []).DistinctBy(known => known.Name)];
        MemberSpec[] restored = member is null ? all : [.. all.Where(known => known.Name == member)];
        if (restored.Length == 0) throw NotFound(cluster, member!, all); // only if a member was named
        // Another token, so that an overlooked member of the old cluster cannot mix with the new one.
        string token = ClusterSpec.NewToken(cluster.Name);
        return new RestoreSpecs(
            old.Expecting(token),
            all.Where(other => leftOut.Contains(other.Name)).Aggregate(
                SpecChanges.Founded(old with { Members = restored, Recovery = null }).WithToken(token), SpecChanges.NotCleared),
            [.. all.Except(restored).Where(other => !leftOut.Contains(other.Name))]);
    }

    private static EtcdException NotFound(EtcdCluster cluster, string name, MemberSpec[] all) => new(
        EtcdErrorIds.MemberNotFound, $"Cluster '{cluster.Name}' has no member '{name}'.")
    {
        Target = name,
        NextStep = $"Its members are {string.Join(", ", all.Select(member => member.Name))}.",
    };
}
