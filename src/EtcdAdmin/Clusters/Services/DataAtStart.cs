namespace EtcdAdmin.Clusters.Services;

/// <summary>What a start may find in the data folder of a member.</summary>
/// <remarks>There is no default: whoever starts a member has to say which of the two it is.</remarks>
internal enum DataAtStart
{
    /// <summary>
    /// The member has joined its cluster, so its data must be there. Without it etcd would begin anew under the same name and id, and a
    /// majority of such members could elect a leader that lacks what was acknowledged.
    /// </summary>
    Required,

    /// <summary>The first start of a member that founds or joins a cluster: etcd makes its data.</summary>
    MayBeCreated,
}
