using System.Globalization;
using System.Text.RegularExpressions;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules;

/// <summary>When the hosts are started, as systemd's timers say it (systemd.time(7), calendar events).</summary>
/// <param name="Calendars">One expression for each time.</param>
public sealed partial record ScheduleTimes(IReadOnlyList<string> Calendars)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The shortest time from one start to the next; null where only systemd can tell.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Up to how much later each host starts, so that they do not all come at once; null is a quarter of the interval, at most ten minutes.</summary>
    public TimeSpan? RandomizedDelay { get; init; }

    /// <summary>Every day at some times of the day, in UTC, whatever the hosts' time zones are.</summary>
    /// <exception cref="EtcdException">SpecInvalid: none, or two that are less than five minutes apart.</exception>
    public static ScheduleTimes At(IReadOnlyList<TimeOnly> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        if (times.Count == 0) throw Invalid("no time of the day is given");
        TimeOnly[] ordered = [.. times.Select(time => new TimeOnly(time.Hour, time.Minute)).Distinct().Order()];
        TimeSpan shortest = Day;
        for (int i = 0; i < ordered.Length; i++)
        {
            TimeSpan gap = ordered[(i + 1) % ordered.Length] - ordered[i]; // a TimeOnly goes round the clock
            if (ordered.Length > 1 && gap < shortest) shortest = gap;
        }

        return new ScheduleTimes([.. ordered.Select(time => string.Create(CultureInfo.InvariantCulture, $"*-*-* {time:HH\\:mm}:00 UTC"))])
        {
            Interval = Checked(shortest),
        };
    }

    /// <summary>Again and again, counted from midnight UTC.</summary>
    /// <param name="interval">Whole minutes that divide an hour, whole hours that divide a day, or a day; at least five minutes.</param>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
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
            ? throw Invalid($"{interval} does not divide an hour into whole minutes or a day into whole hours; OnCalendar says any other time")
            : new ScheduleTimes([calendar]) { Interval = interval };
    }

    /// <summary>As systemd itself is told; the hosts say whether they understand it. Without a time zone at its end it is each host's own time.</summary>
    /// <exception cref="EtcdException">SpecInvalid: no expression, or one with characters that none has.</exception>
    public static ScheduleTimes OnCalendar(IReadOnlyList<string> expressions)
    {
        ArgumentNullException.ThrowIfNull(expressions);
        if (expressions.Count == 0) throw Invalid("no calendar expression is given");
        // What comes into the unit must not be able to begin a line of its own.
        return expressions.FirstOrDefault(text => !CalendarText().IsMatch(text)) is { } other
            ? throw Invalid($"'{other}' is not a calendar expression")
            : new ScheduleTimes([.. expressions]);
    }

    /// <summary>How long after a snapshot the others take it for done, and how much each start may be delayed.</summary>
    /// <param name="interval">The shortest time between two starts.</param>
    /// <remarks>
    /// The mark must outlive the delay, or a late host would take a second one, and be gone at the next start, or that would be left out:
    /// half an interval, with delays of at most a quarter, does both.
    /// </remarks>
    /// <exception cref="EtcdException">SpecInvalid: too short, or the delay is more than a quarter of it.</exception>
    internal (TimeSpan Done, TimeSpan Delay) Windows(TimeSpan interval)
    {
        Checked(interval);
        TimeSpan most = interval / 4;
        if (RandomizedDelay > most) throw Invalid($"hosts that start up to {RandomizedDelay} late do not fit into an interval of {interval}: at most a quarter, {most}, does");
        return (interval / 2, RandomizedDelay ?? (most < TimeSpan.FromMinutes(10) ? most : TimeSpan.FromMinutes(10)));
    }

    private static TimeSpan Checked(TimeSpan interval) => interval >= TimeSpan.FromMinutes(5)
        ? interval
        : throw Invalid($"snapshots {interval} apart are too many; at least five minutes are between them");

    private static EtcdException Invalid(string reason) =>
        new(EtcdErrorIds.SpecInvalid, $"These times cannot be used: {reason}.")
        {
            NextStep = "Give times of the day in UTC (-At), an interval (-Every 6 is every six hours), or what `systemd-analyze calendar` takes (-OnCalendar); at least five minutes apart, with -RandomizedDelay a quarter of that at most.",
        };

    [GeneratedRegex(@"\A[A-Za-z0-9*.,:/~ _+-]{1,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CalendarText();
}
