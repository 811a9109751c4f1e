using EtcdAdmin.Clusters;
using EtcdAdmin.Maintenance.Alarms;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Maintenance.History;

namespace EtcdAdmin.Maintenance.Space;

/// <summary>The result of a repair of a cluster that had run out of space.</summary>
public sealed record EtcdSpaceRepair
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The compaction of the history; null if nothing had to be repaired.</summary>
    public EtcdCompaction? Compaction { get; init; }

    /// <summary>What was done to each member.</summary>
    public IReadOnlyList<EtcdDefragmentation> Members { get; init; } = [];

    /// <summary>The alarms that were disarmed.</summary>
    public IReadOnlyList<EtcdAlarm> Disarmed { get; init; } = [];

    /// <summary>The bytes that were released, of all members.</summary>
    public long FreedBytes => Members.Sum(member => member.FreedBytes);

    /// <summary>How to keep it from happening again, as sentences.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];
}
