namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Which snapshots of a series stay: each that any of the rules keeps. At least one rule is given.</summary>
/// <remarks>
/// Periods are those of UTC: hours and days from their first second, weeks from Monday (ISO 8601), months and years from their first
/// day. Of a period the newest snapshot stays, and only periods that have one count: seven days are the last seven days on which a
/// snapshot was taken, so that a pause of the schedule removes nothing. One snapshot may stand for a day, a week and a month at once. All of it as
/// restic's <c>forget --keep-…</c> does.
/// </remarks>
public sealed record RetentionRules
{
    /// <summary>The newest so many; null is no such rule.</summary>
    public int? Keep { get; init; }

    /// <summary>The newest of each of the last so many hours.</summary>
    public int? KeepHourly { get; init; }

    /// <summary>The newest of each of the last so many days.</summary>
    public int? KeepDaily { get; init; }

    /// <summary>The newest of each of the last so many weeks.</summary>
    public int? KeepWeekly { get; init; }

    /// <summary>The newest of each of the last so many months.</summary>
    public int? KeepMonthly { get; init; }

    /// <summary>The newest of each of the last so many years.</summary>
    public int? KeepYearly { get; init; }

    /// <summary>Only older ones go: whatever is younger stays; null is no such rule.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Whether there is a rule at all.</summary>
    public bool IsEmpty => this == new RetentionRules();
}
