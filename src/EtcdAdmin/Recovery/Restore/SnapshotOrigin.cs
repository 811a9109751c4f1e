using EtcdAdmin.Clusters;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The cluster that a snapshot's manifest names.</summary>
/// <param name="Name">Its name; null if not recorded.</param>
/// <param name="Id">Its id, hexadecimal; null if not recorded.</param>
internal sealed record SnapshotOrigin(string? Name, string? Id)
{
    /// <summary>Whether the manifest names a cluster.</summary>
    public bool IsKnown => Name is not null || Id is not null;

    /// <summary>
    /// Whether it is this cluster: by name, because a restore gives a new id; or by the id of its founding members, whatever its name was.
    /// </summary>
    public bool IsOf(EtcdCluster cluster) =>
        Name == cluster.Name || (Id is not null && cluster.Spec is { } spec && Id == RestoredIdentity.ClusterId(spec).ToString());

    /// <inheritdoc/>
    public override string ToString() => Name ?? Id ?? "";
}
