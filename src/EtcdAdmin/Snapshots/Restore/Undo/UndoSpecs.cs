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
            Token = now.Token,
            OtherTokens = now.OtherTokens,
            Uncleared = now.Uncleared is null ? null : [.. now.Uncleared.Where(member => Present(before, member) is null)],
            Members = [.. before.Members.Select(member => member with { Connection = Present(now, member)?.Connection ?? member.Connection })],
        };
        // By either token a member is known as this cluster's, whatever the undo has come to.
        wanted = wanted.WithToken(before.Token);
        if (isAnew) wanted = SpecChanges.Founded(wanted with { Recovery = null }).WithToken(SpecBuilder.NewToken(cluster.Name));
        return new RestoreSpecs(now.Expecting(wanted.Token), wanted, [.. now.Members.Where(member => Present(wanted, member) is null)]);
    }

    /// <summary>A member of the same name; null where there is none.</summary>
    public static MemberSpec? Present(ClusterSpec spec, MemberSpec member) => spec.Members.FirstOrDefault(known => known.Name == member.Name);

    /// <summary>Whether a member of the same name is the same member: on the same host, in the same folders, on the same ports.</summary>
    public static bool IsSame(MemberSpec one, MemberSpec other) => Place(one) == Place(other);

    private static MemberSpec Place(MemberSpec member) => member with { Connection = null, Bootstrap = null, FormerDirectories = null, BindAddress = null, Volume = null };
}
