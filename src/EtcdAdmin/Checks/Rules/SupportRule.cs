using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether the running versions are still repaired, and have published weaknesses.</summary>
internal static class SupportRule
{
    private const string EndOfLife = "EndOfLife";
    private const string Advisories = "Advisories";

    // Older knowledge proves little.
    private const int OldDays = 180;

    /// <summary>Two results for each running version, and one for old knowledge.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        if (facts.Support.Value is not { } support)
        {
            yield return facts.NotKnown(Advisories, facts.Support, remedy: "Give a valid file (Update-EtcdAdvisory -Path).");
            yield break;
        }

        string evidence = string.Create(CultureInfo.InvariantCulture, $"{support}. Source: {support.Source}");
        foreach (EtcdVersion version in facts.Health.Members.Select(member => member.RunningVersion).OfType<EtcdVersion>().Distinct().Order())
        {
            yield return support.IsSupported(version)
                ? facts.Result(EndOfLife, CheckSeverity.Ok, $"The etcd project repairs etcd {MinorLine.Of(version)}.", evidence)
                : facts.Result(EndOfLife, CheckSeverity.Warning, $"The etcd project no longer repairs etcd {MinorLine.Of(version)}; "
                    + $"{support.FirstSupported} is the oldest line that it repairs.", evidence, version.Major < 3 ? ToVersion3(facts)
                        : $"Upgrade, one minor version at a time: Test-EtcdUpgrade {facts.Cluster.Name} -Version {MinorLine.Of(version).Next}.");
            string[] weaknesses = [.. support.WeaknessesOf(version)];
            yield return weaknesses.Length == 0
                ? facts.Result(Advisories, CheckSeverity.Ok, $"No published weakness of etcd {version} is known.", evidence)
                : facts.Result(
                    Advisories, CheckSeverity.Warning, $"etcd {version} has published weaknesses: {string.Join("; ", weaknesses)}.", evidence,
                    version.Major < 3 ? ToVersion3(facts)
                        : $"Update to a newer patch version: Update-EtcdCluster {facts.Cluster.Name} -Version {MinorLine.Of(version)} (the newest "
                            + $"{MinorLine.Of(version)} that is available).");
        }

        int age = DateOnly.FromDateTime(facts.Now.UtcDateTime).DayNumber - support.Known.DayNumber;
        if (age > OldDays)
            yield return facts.Result(
                Advisories, CheckSeverity.Info, string.Create(CultureInfo.InvariantCulture, $"The list of advisories is {age} days old."), evidence,
                "Update EtcdAdmin, or give a newer list (Update-EtcdAdvisory -Path).");
    }

    private static string ToVersion3(CheckFacts facts) =>
        $"Bring it to etcd 3.0, and then further: Get-EtcdMember {facts.Cluster.Name} | Convert-EtcdMember.";
}
