namespace EtcdAdmin.Plans;

/// <summary>Compares the plan that was made again under the lock with the agreed plan.</summary>
internal static class AgreedSteps
{
    /// <summary>
    /// Finds the agreed steps that the new plan leaves out because they are already done. Every step of the new plan must have been agreed to,
    /// in the same order and beside the same steps, and must not interrupt more.
    /// </summary>
    /// <param name="agreed">The agreed plan.</param>
    /// <param name="found">The new plan.</param>
    /// <returns>The steps left out; null where the new plan does something that was not agreed to.</returns>
    public static IReadOnlyList<PlanStep>? FindDropped(Plan agreed, Plan found)
    {
        var dropped = new List<PlanStep>();
        int next = 0;
        PlannedStep? before = null, agreedBefore = null;
        foreach (PlannedStep candidate in agreed.Planned)
        {
            PlannedStep? step = next < found.Planned.Count ? found.Planned[next] : null;
            if (step is null || !Covers(candidate.Text, step.Text))
            {
                dropped.Add(candidate.Step);
                continue;
            }

            // Steps agreed as one after the other must not run at once: two restarts side by side interrupt more than two in turn.
            bool isBeside = before is not null && before.Step.Stage == step.Step.Stage;
            if (isBeside != (agreedBefore is not null && agreedBefore.Step.Stage == candidate.Step.Stage)) return null;
            (before, agreedBefore) = (step, candidate);
            next++;
        }

        return next == found.Planned.Count ? dropped : null;
    }

    // The wording is not compared: it may contain changing values. More voters up than expected do no harm; fewer do.
    private static bool Covers(StepText agreed, StepText found) =>
        agreed.Id == found.Id && agreed.HostName == found.HostName && agreed.Detail == found.Detail
        && found.Interrupts <= agreed.Interrupts
        && (found.VotersUp == agreed.VotersUp || found.VotersUp > agreed.VotersUp);
}
