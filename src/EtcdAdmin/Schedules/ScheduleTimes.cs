using System.Globalization;
using System.Text.RegularExpressions;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules;

/// <summary>The times when hosts run a schedule, as systemd calendar expressions (systemd.time(7), calendar events).</summary>
/// <param name="Calendars">One expression for each time.</param>
public sealed partial record ScheduleTimes(IReadOnlyList<string> Calendars)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The shortest time from one start to the next; null if only systemd can calculate it.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>
    /// The maximum random delay of each host's start, so that hosts do not all start at once; null means a quarter of the interval, at most ten
    /// minutes.
    /// </summary>
    public TimeSpan? RandomizedDelay { get; init; }

    /// <summary>Every day at the given times of the day in UTC, independent of the hosts' time zones.</summary>
    /// <exception cref="EtcdException">SpecInvalid: no time, or two times that are less than five minutes apart.</exception>
    public static ScheduleTimes At(IReadOnlyList<TimeOnly> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        if (times.Count == 0) throw Invalid("no time of the day is given");
        TimeOnly[] ordered = [.. times.Select(time => new TimeOnly(time.Hour, time.Minute)).Distinct().Order()];
        TimeSpan shortest = Day;
        for (int i = 0; i < ordered.Length; i++)
        {
            TimeSpan gap = ordered[(i + 1) % ordered.Length] - ordered[i]; // TimeOnly wraps around midnight
            if (ordered.Length > 1 && gap < shortest) shortest = gap;
        }

        return new ScheduleTimes([.. ordered.Select(time => string.Create(CultureInfo.InvariantCulture, $"*-*-* {time:HH\\:mm}:00 UTC"))])
        {
            Interval = Checked(shortest),
        };
    }

    /// <summary>Once every interval, counted from midnight UTC.</summary>
    /// <param name="interval">At least five minutes: whole minutes that divide an hour, whole hours that divide a day, or one day.</param>
    /// <exception cref="EtcdException">SpecInvalid: another interval.</exception>
    public static ScheduleTimes Every(TimeSpan interval)
    {
        Checked(interval);
        string? calendar = interval switch
        {
            _ when interval == Day => "*-*-* 00:00:00 UTC",
            _ when interval < Day && Day.Ticks % interval.Ticks == 0 && interval.Ticks % Hour.Ticks == 0 =>
                string.Create(CultureInfo.InvariantCulture, $"*-*-* 00/{(int)interval.TotalHours}:00:00 UTC"),
            _ when interval < Hour && Hour.Ticks % interval.Ticks == 0 && interval.Ticks % TimeSpan.TicksPerMinute == 0 =>
                string.Create(CultureInfo.InvariantCulture, $"*-*-* *:00/{(int)interval.TotalMinutes}:00 UTC"),
            _ => null,
        };
        return calendar is null
            ? throw Invalid($"{interval} does not divide an hour into whole minutes or a day into whole hours; use -OnCalendar for other times")
            : new ScheduleTimes([calendar]) { Interval = interval };
    }

    /// <summary>
    /// systemd calendar expressions, which the hosts check. Without a time zone at its end, an expression is in each host's own time.
    /// </summary>
    /// <exception cref="EtcdException">SpecInvalid: no expression, or invalid characters.</exception>
    public static ScheduleTimes OnCalendar(IReadOnlyList<string> expressions)
    {
        ArgumentNullException.ThrowIfNull(expressions);
        if (expressions.Count == 0) throw Invalid("no calendar expression is given");
        // An expression becomes part of a unit file, so it must not contain a line break.
        return expressions.FirstOrDefault(text => !CalendarText().IsMatch(text)) is { } other
            ? throw Invalid($"'{other}' is not a calendar expression")
            : new ScheduleTimes([.. expressions]);
    }

    /// <summary>How long other hosts take a snapshot as done, and the maximum random delay of a start.</summary>
    /// <param name="interval">The shortest time between two starts.</param>
    /// <remarks>
    /// The mark of a snapshot must outlive the delay, or a late host would take a second one. It must end before the next start, or that start
    /// would be skipped. Half an interval, with delays of at most a quarter, satisfies both.
    /// </remarks>
    /// <exception cref="EtcdException">SpecInvalid: the interval is too short, or the delay is more than a quarter of it.</exception>
    internal (TimeSpan Done, TimeSpan Delay) Windows(TimeSpan interval)
    {
        Checked(interval);
        TimeSpan most = interval / 4;
        if (RandomizedDelay > most) throw Invalid($"a random delay of {RandomizedDelay} is too long for an interval of {interval}: "
            + $"the maximum is a quarter, {most}");
        return (interval / 2, RandomizedDelay ?? (most < TimeSpan.FromMinutes(10) ? most : TimeSpan.FromMinutes(10)));
    }

    private static TimeSpan Checked(TimeSpan interval) => interval >= TimeSpan.FromMinutes(5)
        ? interval
        : throw Invalid($"runs {interval} apart are too close; the minimum is five minutes");

    private static EtcdException Invalid(string reason) =>
        new(EtcdErrorIds.SpecInvalid, $"These times cannot be used: {reason}.")
        {
            NextStep = "Use times of the day in UTC (-At), an interval (-Every 6 is every six hours), "
                + "or a `systemd-analyze calendar` expression (-OnCalendar). "
                + "Times must be at least five minutes apart, and -RandomizedDelay at most a quarter of that.",
        };

    [GeneratedRegex(@"\A[A-Za-z0-9*.,:/~ _+-]{1,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CalendarText();
}
