using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.PowerShell.Objects;

/// <summary>A version of a key of a live cluster.</summary>
/// <param name="cluster">The cluster that the key was read from.</param>
/// <param name="record">The key and its value.</param>
/// <param name="keysOnly">Whether the key was read without its value.</param>
public sealed class EtcdKey(EtcdCluster cluster, EtcdKeyValue record, bool keysOnly = false) : EtcdKeyRecord(record, keysOnly)
{
    /// <summary>The cluster that the key was read from.</summary>
    public EtcdCluster Cluster { get; } = cluster;
}
