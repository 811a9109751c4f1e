using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Health.History;

/// <summary>When a member's database reaches its quota, if it grows on as it did in the recorded history.</summary>
/// <param name="BytesPerDay">The growth: the slope of the line with the least squares through the recorded sizes.</param>
/// <param name="DaysLeft">The days until the quota at this growth; null if it does not grow.</param>
/// <param name="Span">The time that the history covers.</param>
public sealed record SpaceForecast(double BytesPerDay, double? DaysLeft, TimeSpan Span)
{
    /// <summary>The part of the history that counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(14);

    // Shorter histories show a burst, not a trend.
    private static readonly TimeSpan LeastSpan = TimeSpan.FromHours(6);
    private const int LeastRecords = 6;

    /// <summary>Computes it for a member.</summary>
    /// <param name="history">The recorded health, the oldest first.</param>
    /// <param name="member">The member's present health.</param>
    /// <param name="now">The time of the present health.</param>
    /// <returns>Null if the sizes are not known, or for too short a history.</returns>
    /// <remarks>The size in use is measured where it is known. The file does not shrink, and it grows in steps only when the size in use reaches it;
    /// after a defragmentation its growth would be wrong for days.</remarks>
    public static SpaceForecast? Of(IReadOnlyList<EtcdHealthRecord> history, EtcdHealth member, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(member);
        if ((member.DbSizeInUseBytes ?? member.DbSizeBytes) is not { } present) return null;
        (double Days, double Bytes)[] points =
        [
            .. from record in history
               where record.Time > now - Window && record.Time < now
               let known = record.Members.FirstOrDefault(one => one.Member == member.Member)
               let size = known?.DbSizeInUseBytes ?? known?.DbSizeBytes
               where size is not null
               select ((record.Time - now).TotalDays, (double)size!.Value),
            (0, present),
        ];
        TimeSpan span = TimeSpan.FromDays(-points.Min(point => point.Days));
        if (points.Length < LeastRecords || span < LeastSpan) return null;
        double slope = Slope(points);
        long quota = EtcdTuning.EffectiveQuota(member.QuotaBytes);
        double? left = slope <= 0 || quota == long.MaxValue ? null : Math.Max(0, quota - present) / slope;
        return new SpaceForecast(slope, left, span);
    }

    private static double Slope((double Days, double Bytes)[] points)
    {
        double days = points.Average(point => point.Days), bytes = points.Average(point => point.Bytes);
        double spread = points.Sum(point => (point.Days - days) * (point.Days - days));
        return spread == 0 ? 0 : points.Sum(point => (point.Days - days) * (point.Bytes - bytes)) / spread;
    }
}
