using EtcdAdmin.Clusters;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The cluster that a snapshot is noted to be of.</summary>
/// <param name="Name">Its name; null where that is not noted.</param>
/// <param name="Id">Its id, hexadecimal; null where that is not noted.</param>
internal sealed record SnapshotOrigin(string? Name, string? Id)
{
    /// <summary>Whether any cluster is noted.</summary>
    public bool IsKnown => Name is not null || Id is not null;

    /// <summary>Whether it is that cluster: by name, as a restore gives a new id; or by the id that its founders have, whatever it was called.</summary>
    public bool IsOf(EtcdCluster cluster) =>
        Name == cluster.Name || (Id is not null && cluster.Spec is { } spec && Id == RestoredIdentity.ClusterId(spec).ToString());

    /// <inheritdoc/>
    public override string ToString() => Name ?? Id ?? "";
}
