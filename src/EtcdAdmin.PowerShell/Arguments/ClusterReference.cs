using EtcdAdmin.Clusters;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>A cluster: an object, or the name of a saved cluster.</summary>
/// <remarks>
/// PowerShell uses a constructor only if its type matches exactly, so no other object is taken for a cluster. A name is looked up
/// when the command runs, not when parameters are bound, so an unknown name is reported like any other error.
/// </remarks>
public sealed class ClusterReference
{
    private readonly EtcdCluster? _cluster;

    /// <summary>Refers to a cluster object.</summary>
    /// <param name="cluster">The cluster.</param>
    public ClusterReference(EtcdCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
        Name = cluster.Name;
    }

    /// <summary>Refers to a saved cluster.</summary>
    /// <param name="name">Its name.</param>
    public ClusterReference(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The cluster's name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal Task<EtcdCluster> ResolveAsync(SessionClusters saved, IProgress<EtcdEvent>? events, CancellationToken stop) =>
        _cluster is null ? saved.LoadAsync(Name, events, stop) : Task.FromResult(_cluster);
}
