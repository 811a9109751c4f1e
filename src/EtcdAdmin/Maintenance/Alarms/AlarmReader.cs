using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Comparison;
using EtcdAdmin.Maintenance.Facts;

namespace EtcdAdmin.Maintenance.Alarms;

/// <summary>Reads the armed alarms of a cluster, and whether their causes remain.</summary>
/// <param name="context">The context.</param>
public sealed class AlarmReader(AdminContext context)
{
    /// <summary>Reads the alarms.</summary>
    /// <exception cref="EtcdException">NotHealthy: no member reported its alarms. ClusterNotFound, ProfileInvalid.</exception>
    public async Task<IReadOnlyList<EtcdAlarm>> ReadAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        // Whoever looks at this alarm needs to know whose data is damaged, and the cluster accepts no writes that this could slow down.
        DataComparison? data = facts.Alarms.Any(alarm => alarm.Type == AlarmType.Corrupt)
            ? await new DataComparer(context).CompareAsync(facts, cancellationToken).ConfigureAwait(false)
            : null;
        return Of(facts, data);
    }

    /// <summary>The alarms of a cluster.</summary>
    /// <param name="facts">The cluster.</param>
    /// <param name="data">The compared data, for the alarm CORRUPT; null if it was not compared.</param>
    internal static IReadOnlyList<EtcdAlarm> Of(SpaceFacts facts, DataComparison? data) =>
    [
        .. facts.Alarms.Select(alarm =>
        {
            MemberSpace? member = facts.Members.FirstOrDefault(known => known.Id == alarm.Member);
            (bool? remains, string cause) = alarm.Type == AlarmType.NoSpace ? NoSpace(facts, alarm.Member) : CorruptCause.Of(facts, data);
            return new EtcdAlarm
            {
                Cluster = facts.Cluster,
                Member = member?.Name ?? alarm.Member.ToString(),
                MemberId = alarm.Member,
                Alarm = alarm.Type,
                IsMember = member is not null,
                Effect = AlarmAdvice.Effect(alarm.Type),
                CauseRemains = remains,
                Cause = cause,
                NextStep = alarm.Type == AlarmType.Corrupt ? CorruptCause.Next(facts, data) : AlarmAdvice.Next(alarm.Type),
            };
        }).OrderBy(alarm => alarm.Member, StringComparer.Ordinal).ThenBy(alarm => alarm.Alarm),
    ];

    /// <summary>Any member whose database is above its quota raises the alarm with its next write: the one that raised it, or another.</summary>
    private static (bool? Remains, string Cause) NoSpace(SpaceFacts facts, MemberId raisedBy)
    {
        MemberSpace[] known = [.. facts.Members.Where(member => member.Health.DbSizeBytes is not null)];
        if (known.Length == 0) return (null, "No member reported the size of its database.");
        if (known.Where(member => member.IsFull).MaxBy(member => (member.Id == raisedBy, member.DatabaseBytes)) is { } full)
        {
            string assumed = full.KnowsQuota ? "its quota" : "etcd's default quota (its own is not known)";
            return (full.KnowsQuota ? true : null,
                $"The database of member {full.Name} has {ByteSizes.Show(full.DatabaseBytes)}, which uses up {assumed} of "
                    + $"{ByteSizes.Show(full.QuotaBytes)}.");
        }

        MemberSpace largest = known.MaxBy(member => (double)member.DatabaseBytes / member.QuotaBytes)!; // there is at least one
        string limit = largest.KnowsQuota ? $"its quota is {ByteSizes.Show(largest.QuotaBytes)}" : "its quota is not known";
        return (largest.KnowsQuota ? false : null,
            $"The largest database has {ByteSizes.Show(largest.DatabaseBytes)} (member {largest.Name}), and {limit}. "
                + "The alarm returns when it is reached.");
    }
}
