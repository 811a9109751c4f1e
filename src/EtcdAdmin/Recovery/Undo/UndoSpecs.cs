using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>The cluster's specification before a restore, adapted to the present cluster.</summary>
internal static class UndoSpecs
{
    /// <summary>For a cluster and its profile.</summary>
    /// <param name="cluster">The cluster now.</param>
    /// <param name="before">Its specification from before the restore.</param>
    /// <param name="isAnew">Whether its database is restored, into a cluster with another id.</param>
    public static RestoreSpecs Make(EtcdCluster cluster, ClusterSpec before, bool isAnew)
    {
        ClusterSpec now = cluster.RequireSpec() with { Restore = null };
        // The present version runs it, and hosts are reached with their present addresses.
        ClusterSpec wanted = before with
        {
            Version = now.Version,
            Installed = true,
            Restore = null,
            Token = now.Token,
            OtherTokens = now.OtherTokens,
            Uncleared = now.Uncleared is null ? null : [.. now.Uncleared.Where(member => before.Named(member.Name) is null)],
            Members =
            [
                .. before.Members.Select(member => member with
                {
                    Connection = now.Named(member.Name)?.Connection ?? member.Connection,
                    Version = now.Named(member.Name)?.Version,
                }),
            ],
        };
        // A member is recognized as this cluster's by either token, however far the undo has come.
        wanted = wanted.WithToken(before.Token);
        if (isAnew) wanted = SpecChanges.Founded(wanted with { Recovery = null }).WithToken(ClusterSpec.NewToken(cluster.Name));
        return new RestoreSpecs(now.Expecting(wanted.Token), wanted, [.. now.Members.Where(member => wanted.Named(member.Name) is null)]);
    }

    /// <summary>Whether a member of the same name is the same member: on the same host, in the same folders, on the same ports.</summary>
    public static bool IsSame(MemberSpec one, MemberSpec other) => Place(one) == Place(other);

    private static MemberSpec Place(MemberSpec member) =>
        member with { Connection = null, Bootstrap = null, Version = null, FormerDirectories = null, BindAddress = null, Volume = null };
}
