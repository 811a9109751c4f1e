using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters;

/// <summary>The texts about alarms.</summary>
internal static class AlarmAdvice
{
    /// <summary>An alarm in etcdctl's notation.</summary>
    public static string Name(AlarmType type) => type.ToString().ToUpperInvariant();

    /// <summary>What the cluster refuses while an alarm of any member is active.</summary>
    /// <remarks>Source: etcd server/etcdserver/apply.go (applierV3Capped) and corrupt.go (applierV3Corrupt), 3.5.</remarks>
    public static string Effect(AlarmType type) => type == AlarmType.NoSpace ? "refuses puts and new leases" : "refuses every write";

    /// <summary>The next step for an alarm, as sentences.</summary>
    public static string Next(AlarmType type) => type == AlarmType.NoSpace
        ? "Until the NOSPACE alarm is disarmed, the cluster refuses puts and new leases; reads, deletes and compaction still work. "
            + "Repair-EtcdSpace compacts the history, defragments the members one by one and disarms the alarm. "
            + "If the keys themselves need the space, delete some, or raise the quota (Set-EtcdConfiguration -QuotaBytes) and disarm the alarm "
            + "(Clear-EtcdAlarm)."
        : "Until the CORRUPT alarm is disarmed, the cluster refuses every write, also deletes and compaction; reads still work. "
            + "Find the member whose data is damaged (Get-EtcdAlarm, or Get-EtcdHealth -CheckHash). Repair-EtcdMember -Reason Corruption replaces it "
            + "from the others, keeps its data as evidence, and disarms the alarm.";
}
