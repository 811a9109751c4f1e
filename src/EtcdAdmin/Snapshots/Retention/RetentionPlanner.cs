using System.Globalization;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Decides which snapshots are kept. It does not access files: the same snapshots, rules and time give the same decisions.</summary>
internal static class RetentionPlanner
{
    /// <summary>Decides on all snapshots, series by series.</summary>
    /// <param name="items">Snapshots in any order, of any number of series.</param>
    /// <param name="rules">The rules. If no rule keeps a snapshot of a series, its newest snapshot is kept.</param>
    /// <param name="now">The current time, for the ages.</param>
    /// <returns>One decision for each snapshot, series by series, newest first.</returns>
    public static IReadOnlyList<RetentionDecision> Plan(IEnumerable<RetentionItem> items, RetentionRules rules, DateTimeOffset now) =>
        [.. items.GroupBy(item => item.Series).SelectMany(series => PlanSeries(NewestFirst(series), rules, now))];

    /// <summary>Orders the snapshots of a series, newest first; snapshots of the same time are ordered by name.</summary>
    public static IReadOnlyList<RetentionItem> NewestFirst(IEnumerable<RetentionItem> items) =>
        [.. items.OrderByDescending(item => item.Created).ThenByDescending(item => item.Path, StringComparer.Ordinal)];

    private static IEnumerable<RetentionDecision> PlanSeries(IReadOnlyList<RetentionItem> series, RetentionRules rules, DateTimeOffset now)
    {
        var reasons = series.ToDictionary(item => item, _ => new List<string>());
        foreach ((RetentionItem item, int index) in series.Take(rules.Keep ?? 0).Select((item, index) => (item, index)))
            reasons[item].Add(string.Create(CultureInfo.InvariantCulture, $"number {index + 1} of the newest {rules.Keep}"));
        AddPeriods(rules.KeepHourly, "hour", time => time.ToString("yyyy-MM-dd HH'h'", CultureInfo.InvariantCulture));
        AddPeriods(rules.KeepDaily, "day", time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        AddPeriods(rules.KeepWeekly, "week", Week);
        AddPeriods(rules.KeepMonthly, "month", time => time.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        AddPeriods(rules.KeepYearly, "year", time => time.ToString("yyyy", CultureInfo.InvariantCulture));
        if (rules.OlderThan is { } age)
        {
            foreach (RetentionItem item in series.Where(item => now - item.Created <= age)) reasons[item].Add($"not older than {Text(age)}");
        }

        if (reasons.Values.All(found => found.Count == 0)) reasons[series[0]].Add("the newest of its series");
        return series.Select(item => reasons[item] is { Count: > 0 } found
            ? new RetentionDecision(item, Keep: true, string.Join("; ", found))
            : new RetentionDecision(item, Keep: false, "no rule keeps it"));

        void AddPeriods(int? count, string unit, Func<DateTime, string> nameOf)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (RetentionItem item in series)
            {
                if (seen.Count >= (count ?? 0)) return;
                string name = nameOf(item.Created.UtcDateTime);
                if (seen.Add(name))
                    reasons[item].Add(string.Create(CultureInfo.InvariantCulture, $"newest of {unit} {name}, {seen.Count} of {count}"));
            }
        }
    }

    private static string Week(DateTime time) =>
        string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(time):0000}-W{ISOWeek.GetWeekOfYear(time):00}");

    private static string Text(TimeSpan age) => age >= TimeSpan.FromDays(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0.##} days")
        : age.ToString("c", CultureInfo.InvariantCulture);
}
