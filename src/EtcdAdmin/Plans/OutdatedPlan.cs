using EtcdAdmin.Errors;

namespace EtcdAdmin.Plans;

/// <summary>The refusal of a plan that no longer fits.</summary>
internal static class OutdatedPlan
{
    private const int MostNamed = 4;

    /// <summary>PlanOutdated, with what is different; nothing was done.</summary>
    /// <param name="planned">What was agreed to.</param>
    /// <param name="found">What would be done now.</param>
    /// <param name="warnings">What the operator has not been warned of yet.</param>
    public static EtcdException Of(Plan planned, Plan found, IReadOnlyList<string> warnings) => Of(
        planned.Cluster, [.. warnings.Select(warning => $"new warning: {warning.TrimEnd('.')}"), .. Differences(planned.Planned, found.Planned)]);

    /// <summary>PlanOutdated, with what is different; nothing was done.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="differences">What has changed, as parts of one sentence.</param>
    public static EtcdException Of(string clusterName, IReadOnlyList<string> differences)
    {
        string more = differences.Count > MostNamed ? $"; and {differences.Count - MostNamed} more" : "";
        return new EtcdException(EtcdErrorIds.PlanOutdated,
            $"Cluster '{clusterName}' is no longer as it was when this was planned; nothing was done. What changed: {string.Join("; ", differences.Take(MostNamed))}{more}.")
        {
            Target = clusterName,
            NextStep = "Run the command again: it makes a new plan.",
        };
    }

    private static List<string> Differences(IReadOnlyList<PlannedStep> planned, IReadOnlyList<PlannedStep> found)
    {
        List<PlannedStep> gone = [.. planned.Where(step => !found.Any(other => IsSame(other.Text, step.Text)))];
        List<PlannedStep> added = [.. found.Where(step => !planned.Any(other => IsSame(other.Text, step.Text)))];
        var differences = new List<string>();
        foreach (PlannedStep step in gone)
        {
            // The same done to the same in another way is one change, not two.
            PlannedStep? now = added.FirstOrDefault(other => other.Text.Id == step.Text.Id && other.Text.HostName == step.Text.HostName);
            if (now is null)
            {
                differences.Add($"no longer to be done: '{Line(step)}'");
                continue;
            }

            added.Remove(now);
            differences.Add($"'{Line(step)}' is now '{Line(now)}'");
        }

        differences.AddRange(added.Select(step => $"to be done as well: '{Line(step)}'"));
        if (differences.Count == 0) differences.Add("the order of the steps");
        return differences;
    }

    private static bool IsSame(StepText a, StepText b) =>
        a.Id == b.Id && a.HostName == b.HostName && a.Detail == b.Detail && a.Interrupts == b.Interrupts && a.VotersUp == b.VotersUp;

    // Without its number, which the steps before it change.
    private static string Line(PlannedStep planned)
    {
        string line = planned.Step.ToString();
        return line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
    }
}
