namespace EtcdAdmin.Clusters.Services;

/// <summary>Whether a member's data must exist when it is started.</summary>
/// <remarks>There is no default: each start of a member must state it.</remarks>
internal enum DataAtStart
{
    /// <summary>The member has joined its cluster, so its data must exist. Without it etcd would start empty under the same name and id, and a
    /// majority of such members could elect a leader without the acknowledged writes.</summary>
    Required,

    /// <summary>The first start of a member of a new cluster, or of a joining member: etcd creates its data.</summary>
    MayBeCreated,
}
