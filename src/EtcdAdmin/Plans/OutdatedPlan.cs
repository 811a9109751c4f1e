using EtcdAdmin.Errors;

namespace EtcdAdmin.Plans;

/// <summary>Makes the error for a plan that no longer matches the cluster.</summary>
internal static class OutdatedPlan
{
    private const int MostNamed = 4;

    /// <summary>PlanOutdated, with the differences between two plans.</summary>
    /// <param name="planned">The agreed plan.</param>
    /// <param name="found">The new plan.</param>
    /// <param name="warnings">New warnings, which the operator has not seen yet.</param>
    public static EtcdException Of(Plan planned, Plan found, IReadOnlyList<string> warnings) => Of(
        planned.Cluster, [.. warnings.Select(warning => $"new warning: {warning.TrimEnd('.')}"), .. Differences(planned.Planned, found.Planned)]);

    /// <summary>PlanOutdated, with the given differences.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="differences">The changes, as parts of one sentence.</param>
    public static EtcdException Of(string clusterName, IReadOnlyList<string> differences)
    {
        string more = differences.Count > MostNamed ? $"; and {differences.Count - MostNamed} more" : "";
        return new EtcdException(EtcdErrorIds.PlanOutdated,
            $"Cluster '{clusterName}' has changed since the plan was made. Nothing was done. "
            + $"Changes: {string.Join("; ", differences.Take(MostNamed))}{more}.")
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
            // A step that is done in another way counts as one change, not two.
            PlannedStep? now = added.FirstOrDefault(other => other.Text.Id == step.Text.Id && other.Text.HostName == step.Text.HostName);
            if (now is null)
            {
                differences.Add($"no longer needed: '{Line(step)}'");
                continue;
            }

            added.Remove(now);
            differences.Add($"'{Line(step)}' is now '{Line(now)}'");
        }

        differences.AddRange(added.Select(step => $"newly needed: '{Line(step)}'"));
        if (differences.Count == 0) differences.Add("the order of the steps");
        return differences;
    }

    private static bool IsSame(StepText a, StepText b) =>
        a.Id == b.Id && a.HostName == b.HostName && a.Detail == b.Detail && a.Interrupts == b.Interrupts && a.VotersUp == b.VotersUp;

    // Without the step number, which depends on the earlier steps.
    private static string Line(PlannedStep planned)
    {
        string line = planned.Step.ToString();
        return line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
    }
}
