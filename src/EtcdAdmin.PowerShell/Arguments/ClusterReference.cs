using EtcdAdmin.Clusters;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>A cluster as operators name it: the object itself, or the name of a saved one.</summary>
/// <remarks>
/// PowerShell makes it with the constructor that fits exactly, so nothing else is taken for a cluster. A name is looked up when
/// the command runs, not when its parameters are bound: that one is not known is then an error like any other.
/// </remarks>
public sealed class ClusterReference
{
    private readonly EtcdCluster? _cluster;

    /// <summary>Refers to a cluster at hand.</summary>
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
