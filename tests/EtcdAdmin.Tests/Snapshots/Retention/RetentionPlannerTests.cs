using EtcdAdmin.Snapshots.Retention;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace EtcdAdmin.Tests.Snapshots.Retention;

/// <summary>Rules that hold for every set of snapshots and rules, and some cases calculated by hand.</summary>
public sealed class RetentionPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero); // a Wednesday

    [Property(MaxTest = 500)]
    public bool Plan_AnyRules_KeepsJustWhatOneOfThemKeepsAlone(
        int[] minutes, PositiveInt keep, PositiveInt daily, PositiveInt weekly, PositiveInt yearly)
    {
        IReadOnlyList<RetentionItem> items = Items(minutes);
        var age = TimeSpan.FromHours(keep.Get * 7);

        HashSet<string> together = Kept(
            items, new RetentionRules { Keep = keep.Get, KeepDaily = daily.Get, KeepWeekly = weekly.Get, KeepYearly = yearly.Get, OlderThan = age });

        HashSet<string> alone =
        [
            .. Kept(items, new RetentionRules { Keep = keep.Get }),
            .. Kept(items, new RetentionRules { KeepDaily = daily.Get }),
            .. Kept(items, new RetentionRules { KeepWeekly = weekly.Get }),
            .. Kept(items, new RetentionRules { KeepYearly = yearly.Get }),
            .. Kept(items, new RetentionRules { OlderThan = age }),
        ];
        return together.SetEquals(alone);
    }

    [Property(MaxTest = 500)]
    public bool Plan_AnyRules_KeepsTheNewestOfEverySeries(int[] minutes, byte keep, byte hourly, byte monthly, NonNegativeInt hours)
    {
        IReadOnlyList<RetentionItem> items = Items(minutes);

        HashSet<string> kept = Kept(items, Rules(keep, hourly, monthly, hours.Get));

        return items.GroupBy(item => item.Series).All(series => kept.Contains(RetentionPlanner.NewestFirst(series)[0].Path));
    }

    [Property(MaxTest = 500)]
    public bool Plan_AppliedToWhatItKept_KeepsAllOfIt(int[] minutes, byte keep, byte hourly, byte monthly, NonNegativeInt hours)
    {
        RetentionRules rules = Rules(keep, hourly, monthly, hours.Get);
        IReadOnlyList<RetentionItem> left =
        [
            .. RetentionPlanner.Plan(Items(minutes), rules, Now).Where(decision => decision.Keep).Select(decision => decision.Item),
        ];

        return RetentionPlanner.Plan(left, rules, Now).All(decision => decision.Keep);
    }

    [Property(MaxTest = 500)]
    public bool Plan_MoreGenerousRules_KeepNoLess(int[] minutes, byte keep, byte hourly, byte monthly, NonNegativeInt hours, byte more)
    {
        IReadOnlyList<RetentionItem> items = Items(minutes);

        HashSet<string> fewer = Kept(items, Rules(keep, hourly, monthly, hours.Get));
        HashSet<string> all = Kept(items, Rules(keep + more, hourly + more, monthly + more, hours.Get + more));

        return fewer.IsSubsetOf(all);
    }

    [Property(MaxTest = 200)]
    public bool Plan_AnyOrder_DecidesTheSameAndOnEachOnce(int[] minutes, byte keep, byte hourly)
    {
        IReadOnlyList<RetentionItem> items = Items(minutes);
        RetentionRules rules = Rules(keep, hourly, 0, 0);

        IReadOnlyList<RetentionDecision> forward = RetentionPlanner.Plan(items, rules, Now);
        IReadOnlyList<RetentionDecision> backward = RetentionPlanner.Plan(items.Reverse(), rules, Now);

        return forward.Count == items.Count
            && forward.OrderBy(decision => decision.Item.Path, StringComparer.Ordinal).SequenceEqual(
                backward.OrderBy(decision => decision.Item.Path, StringComparer.Ordinal));
    }

    [Fact]
    public void Plan_WeeksMonthsAndYears_EndWhereTheCalendarInUtcSays()
    {
        // Monday 2 March starts a week; 29 December 2025 belongs to the first week of 2026.
        RetentionItem[] items =
        [
            At("2026-03-02T00:00:00Z"), At("2026-03-01T23:59:59Z"), At("2026-01-04T10:00:00Z"), At("2025-12-29T10:00:00Z"), At(
                "2025-12-28T10:00:00Z"),
            At("2025-06-01T01:00:00+02:00"),
        ];

        Assert.Equal(["2026-03-02", "2026-03-01", "2026-01-04", "2025-12-28"], Days(items, new RetentionRules { KeepWeekly = 4 }));
        Assert.Equal(["2026-03-02", "2026-01-04", "2025-12-29", "2025-05-31"], Days(items, new RetentionRules { KeepMonthly = 4 }));
        Assert.Equal(["2026-03-02", "2025-12-29"], Days(items, new RetentionRules { KeepYearly = 9 }));
    }

    [Fact]
    public void Plan_PausesInTheSchedule_DoNotUseUpDays()
    {
        RetentionItem[] items = [At("2026-03-04T01:00:00Z"), At("2026-03-04T00:00:00Z"), At("2026-02-01T00:00:00Z"), At("2026-01-01T00:00:00Z")];

        IReadOnlyList<RetentionDecision> decisions = RetentionPlanner.Plan(items, new RetentionRules { KeepDaily = 2, KeepMonthly = 3 }, Now);

        Assert.Equal(
            [
                "newest of day 2026-03-04, 1 of 2; newest of month 2026-03, 1 of 3", "no rule keeps it",
                "newest of day 2026-02-01, 2 of 2; newest of month 2026-02, 2 of 3", "newest of month 2026-01, 3 of 3",
            ],
            decisions.Select(decision => decision.Reason));
    }

    [Fact]
    public void Plan_AllTooOld_KeepsTheNewest()
    {
        IReadOnlyList<RetentionDecision> decisions = RetentionPlanner.Plan(
            [At("2020-01-01T00:00:00Z"), At("2021-01-01T00:00:00Z")], new RetentionRules { OlderThan = TimeSpan.FromDays(1) }, Now);

        Assert.Equal(
            [("the newest of its series", true), ("no rule keeps it", false)], decisions.Select(decision => (decision.Reason, decision.Keep)));
    }

    // At least one rule, as the remover requires; small enough that some snapshots are removed.
    private static RetentionRules Rules(int keep, int hourly, int monthly, int hours) => new()
    {
        Keep = keep == 0 ? null : 1 + (keep / 16),
        KeepHourly = hourly == 0 ? null : 1 + (hourly / 16),
        KeepMonthly = monthly == 0 ? null : 1 + (monthly / 16),
        OlderThan = TimeSpan.FromHours(hours),
    };

    private static HashSet<string> Kept(IReadOnlyList<RetentionItem> items, RetentionRules rules) =>
        [.. RetentionPlanner.Plan(items, rules, Now).Where(decision => decision.Keep).Select(decision => decision.Item.Path)];

    private static string[] Days(RetentionItem[] items, RetentionRules rules) =>
    [
        .. RetentionPlanner.Plan(items, rules, Now).Where(decision => decision.Keep)
            .Select(decision => decision.Item.Created.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)),
    ];

    // Three series; some snapshots at the same moment, spread over some years or within one hour.
    private static IReadOnlyList<RetentionItem> Items(int[] minutes) =>
    [
        .. minutes.Select((minute, index) => new RetentionItem(
            $"/b/{index}.db", new RetentionSeries("/b", $"{index % 3}", null), Now.AddMinutes(-Math.Abs((long)minute) * (1 + (index % 7 * 997))))),
    ];

    private static RetentionItem At(string time) =>
        new($"/b/{time}.db", new RetentionSeries("/b", "", null), DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture));
}
