using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.PowerShell.Objects;

/// <summary>One version of one key of a live cluster, as PowerShell shows it and passes it on.</summary>
/// <param name="cluster">Where it was read.</param>
/// <param name="record">What was read.</param>
/// <param name="keysOnly">Whether its value was not asked for.</param>
public sealed class EtcdKey(EtcdCluster cluster, EtcdKeyValue record, bool keysOnly = false) : EtcdKeyRecord(record, keysOnly)
{
    /// <summary>The cluster it was read from.</summary>
    public EtcdCluster Cluster { get; } = cluster;
}
