using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How full each database is, and when it will be.</summary>
internal static class SpaceRule
{
    private const string Name = "Space";
    private const string Forecast = "SpaceForecast";
    private const double WarningShare = 0.80;
    private const double CriticalShare = 0.95;
    private const double WarningDays = 14;
    private const double CriticalDays = 3;

    /// <summary>Two results for each member that reports its size.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        string remedy = $"Compact and defragment (Repair-EtcdSpace {facts.Cluster.Name}), or raise the quota (Set-EtcdConfiguration "
            + $"{facts.Cluster.Name} -QuotaBytes).";
        foreach (EtcdHealth member in facts.Health.Members.Where(member => member.DbSizeBytes is not null))
        {
            long size = member.DbSizeBytes!.Value, quota = EtcdTuning.EffectiveQuota(member.QuotaBytes); // see above
            double share = (double)size / quota;
            string evidence = string.Create(CultureInfo.InvariantCulture,
                $"{ByteSizes.Show(size)} of {(member.QuotaBytes is null ? "etcd's default quota of " : "")}{ByteSizes.Show(quota)}.");
            string finding = string.Create(CultureInfo.InvariantCulture, $"Its database uses {share * 100:0} % of its quota.");
            EtcdCheck result = share >= CriticalShare ? facts.Result(Name, CheckSeverity.Critical, finding, evidence, remedy, member.Member)
                : share >= WarningShare ? facts.Result(Name, CheckSeverity.Warning, finding, evidence, remedy, member.Member)
                : facts.Result(Name, CheckSeverity.Ok, finding, evidence, member: member.Member);
            yield return result with { Measure = new CheckMeasure("db_share", share * 100, "%", "80", "95") };
            yield return Predict(facts, member, remedy);
        }
    }

    private static EtcdCheck Predict(CheckFacts facts, EtcdHealth member, string remedy)
    {
        if (facts.History.Value is not { } history) return facts.NotKnown(Forecast, facts.History, member.Member);
        if (SpaceForecast.Of(history, member, facts.Now) is not { } forecast)
        {
            return facts.Result(Forecast, CheckSeverity.NotApplicable, "Not checked: the recorded history is too short.", null,
                "Get-EtcdHealth records the sizes each time it runs; let it run regularly (Get-EtcdHealth -Watch).", member.Member);
        }

        string evidence = string.Create(CultureInfo.InvariantCulture,
            $"{(forecast.BytesPerDay < 0 ? "-" : "")}{ByteSizes.Show((long)Math.Abs(forecast.BytesPerDay))} a day over "
                + $"{forecast.Span.TotalDays:0.#} days.");
        if (forecast.DaysLeft is not { } days)
            return facts.Result(Forecast, CheckSeverity.Ok, "Its database does not grow.", evidence, member: member.Member);
        string finding = string.Create(CultureInfo.InvariantCulture, $"At its present growth, its database reaches the quota in {days:0.#} days.");
        return days < CriticalDays ? facts.Result(Forecast, CheckSeverity.Critical, finding, evidence, remedy, member.Member)
            : days < WarningDays ? facts.Result(Forecast, CheckSeverity.Warning, finding, evidence, remedy, member.Member)
            : facts.Result(Forecast, CheckSeverity.Ok, finding, evidence, member: member.Member);
    }
}
