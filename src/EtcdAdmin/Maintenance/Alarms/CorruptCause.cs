using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Maintenance.Comparison;
using EtcdAdmin.Maintenance.Facts;

namespace EtcdAdmin.Maintenance.Alarms;

/// <summary>The sentences about the alarm CORRUPT: whose data is damaged, and what to do about it.</summary>
internal static class CorruptCause
{
    /// <summary>Whether the data differs now, and what is known about it.</summary>
    /// <param name="facts">The cluster.</param>
    /// <param name="data">The compared data; null if it was not compared.</param>
    public static (bool? Remains, string Cause) Of(SpaceFacts facts, DataComparison? data) => data switch
    {
        null => (null, "etcd found that the data of the members differs. Get-EtcdHealth -CheckHash compares it again."),
        { Odd: { Count: > 0 } odd } => (true, string.Join(" ", odd.Select(id =>
            $"The data of member {NameOf(facts, id)} differs from that of the majority at {data.Differing(id)}."))),
        { Differs: true } =>
            (true, $"The data of the members differs (compared at {data.Compared}), and no majority of the voters has the same data, so "
                + "etcd cannot tell which is right."),
        { IsEqual: true } => (false, "All members have the same data now. The alarm returns if etcd's next comparison finds a difference."),
        _ => (null, $"The data could not be compared: no hash from {string.Join(", ", data.Silent)}."),
    };

    /// <summary>What to do.</summary>
    /// <param name="facts">The cluster.</param>
    /// <param name="data">The compared data; null if it was not compared.</param>
    public static string Next(SpaceFacts facts, DataComparison? data)
    {
        string name = facts.Cluster.Name;
        return data switch
        {
            { Odd: { Count: > 0 } odd } => $"Repair-EtcdMember {NameOf(facts, odd[0])} -Cluster {name} -Reason Corruption replaces it from the "
                + "others, keeps its data as evidence, and disarms the alarm. Until then, the cluster refuses every write, also deletes and "
                + "compaction; reads still work.",
            { Differs: true } => "Keep a snapshot of each member (Save-EtcdSnapshot -Member), find out with Compare-EtcdSnapshot which one is "
                + "right, and restore that one (Restore-EtcdSnapshot).",
            { IsEqual: true } => $"Clear-EtcdAlarm {name} disarms it.",
            _ => AlarmAdvice.Next(AlarmType.Corrupt),
        };
    }

    /// <summary>The name of a member.</summary>
    public static string NameOf(SpaceFacts facts, MemberId id) => facts.Members.FirstOrDefault(member => member.Id == id)?.Name ?? id.ToString();
}
