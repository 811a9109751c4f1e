namespace EtcdAdmin.Snapshots.Retention;

/// <summary>The rules for the snapshots of a series to keep. A snapshot is kept if any rule keeps it. At least one rule is set.</summary>
/// <remarks>
/// Periods are in UTC: hours and days from their first second, weeks from Monday (ISO 8601), months and years from their first day. The newest
/// snapshot of a period is kept. Only periods with a snapshot count: seven days are the last seven days with a snapshot, so a pause of
/// the schedule removes nothing. One snapshot can count for a day, a week and a month at once. The rules are those of restic's
/// <c>forget --keep-…</c>.
/// </remarks>
public sealed record RetentionRules
{
    /// <summary>Keeps this number of newest snapshots; null for no such rule.</summary>
    public int? Keep { get; init; }

    /// <summary>Keeps the newest snapshot of each of this number of hours.</summary>
    public int? KeepHourly { get; init; }

    /// <summary>Keeps the newest snapshot of each of this number of days.</summary>
    public int? KeepDaily { get; init; }

    /// <summary>Keeps the newest snapshot of each of this number of weeks.</summary>
    public int? KeepWeekly { get; init; }

    /// <summary>Keeps the newest snapshot of each of this number of months.</summary>
    public int? KeepMonthly { get; init; }

    /// <summary>Keeps the newest snapshot of each of this number of years.</summary>
    public int? KeepYearly { get; init; }

    /// <summary>Keeps all snapshots that are not older than this; null for no such rule.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Whether no rule is set.</summary>
    public bool IsEmpty => this == new RetentionRules();
}
