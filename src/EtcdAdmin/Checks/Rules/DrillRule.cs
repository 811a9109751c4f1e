using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How long ago a snapshot was restored for a test.</summary>
internal static class DrillRule
{
    private const string Name = "Drill";

    /// <summary>One result for the cluster.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        const string Remedy = "Test-restore a snapshot: Test-EtcdSnapshot -Drill -AuditPath.";
        if (facts.Drills.Value is not { } search) yield return facts.NotKnown(Name, facts.Drills);
        else if (search.Last is not { } last)
            yield return facts.Result(Name, CheckSeverity.Warning, "No test restore of a snapshot of this cluster is recorded.", search.Path, Remedy);
        else
        {
            double days = (facts.Now - last.Started).TotalDays;
            string finding =
                string.Create(CultureInfo.InvariantCulture, $"The last test restore {(last.Passed ? "passed" : "failed")} {days:0.#} days ago.");
            yield return !last.Passed
                ? facts.Result(Name, CheckSeverity.Critical, finding, last.Path, "Save a new snapshot, and test-restore it: this one may not help.")
                : days > facts.Options.DrillAge.TotalDays ? facts.Result(Name, CheckSeverity.Warning, finding, last.Path, Remedy)
                : facts.Result(Name, CheckSeverity.Ok, finding, last.Path);
        }
    }
}
