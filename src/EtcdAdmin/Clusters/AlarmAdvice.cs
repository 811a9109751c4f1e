using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters;

/// <summary>What is said about alarms wherever they are met.</summary>
internal static class AlarmAdvice
{
    /// <summary>An alarm as etcdctl calls it.</summary>
    public static string Name(AlarmType type) => type.ToString().ToUpperInvariant();

    /// <summary>What the cluster does not do while an alarm is armed, whoever's it is.</summary>
    /// <remarks>Source: etcd server/etcdserver/apply.go (applierV3Capped) and corrupt.go (applierV3Corrupt), 3.5.</remarks>
    public static string Effect(AlarmType type) => type == AlarmType.NoSpace ? "refuses every write" : "refuses every read and write that is agreed on";

    /// <summary>That an alarm stays, and what to do, as sentences.</summary>
    public static string Next(AlarmType type) => type == AlarmType.NoSpace
        ? "The alarm NOSPACE stays, and the cluster refuses every write, until it is disarmed. Compact old revisions (etcdctl compact), defragment all members (etcdctl defrag), then run 'etcdctl alarm disarm'."
        : "The alarm CORRUPT stays until it is disarmed. Find out which member's data is damaged (Get-EtcdHealth -CheckHash), rebuild it (Repair-EtcdMember), then run 'etcdctl alarm disarm'.";
}
