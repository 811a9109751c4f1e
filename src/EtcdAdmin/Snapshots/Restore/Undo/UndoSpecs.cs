using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;

namespace EtcdAdmin.Snapshots;

/// <summary>The cluster before a restore, as it is to be again.</summary>
internal static class UndoSpecs
{
    /// <summary>For a cluster as its profile has it.</summary>
    /// <param name="cluster">The cluster now.</param>
    /// <param name="before">Its specification from before the restore.</param>
    /// <param name="isAnew">Whether its database is restored anew, into a cluster with another id.</param>
    public static RestoreSpecs Make(EtcdCluster cluster, ClusterSpec before, bool isAnew)
    {
        ClusterSpec now = cluster.RequireSpec() with { Restore = null };
        // The version that is installed now runs it, and hosts are reached as they are now.
        ClusterSpec wanted = before with
        {
            Version = now.Version,
            Installed = true,
            Restore = null,
            Members = [.. before.Members.Select(member => member with { Connection = Present(now, member)?.Connection ?? member.Connection })],
        };
        if (isAnew) wanted = SpecChanges.Founded(wanted with { Recovery = null }) with { Token = SpecBuilder.NewToken(cluster.Name) };
        return new RestoreSpecs(now, wanted, [.. now.Members.Where(member => Present(wanted, member) is null)]);
    }

    /// <summary>A member of the same name; null where there is none.</summary>
    public static MemberSpec? Present(ClusterSpec spec, MemberSpec member) => spec.Members.FirstOrDefault(known => known.Name == member.Name);

    /// <summary>Whether a member of the same name is the same member: on the same host, in the same folders, on the same ports.</summary>
    public static bool IsSame(MemberSpec one, MemberSpec other) => Place(one) == Place(other);

    private static MemberSpec Place(MemberSpec member) => member with { Connection = null, Bootstrap = null, FormerDirectories = null, BindAddress = null, Volume = null };
}
