namespace EtcdAdmin.Plans;

/// <summary>Compares a plan that was made again under the lock with the one that was agreed to.</summary>
internal static class AgreedSteps
{
    /// <summary>
    /// The agreed steps that a new plan leaves out, because what they do is done by now; none where it does everything. Each step that it has
    /// was agreed to, in the same order and beside the same steps, and costs no more.
    /// </summary>
    /// <param name="agreed">What was agreed to.</param>
    /// <param name="found">The new plan.</param>
    /// <returns>Null where the new plan does something that was not agreed to.</returns>
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

            // What was to be done one after the other is not done at once: two restarts side by side interrupt more than two in turn.
            bool isBeside = before is not null && before.Step.Stage == step.Step.Stage;
            if (isBeside != (agreedBefore is not null && agreedBefore.Step.Stage == candidate.Step.Stage)) return null;
            (before, agreedBefore) = (step, candidate);
            next++;
        }

        return next == found.Planned.Count ? dropped : null;
    }

    // Never by its wording, which may say what changes all the time. More voters up than expected are no harm, fewer are.
    private static bool Covers(StepText agreed, StepText found) =>
        agreed.Id == found.Id && agreed.HostName == found.HostName && agreed.Detail == found.Detail
        && found.Interrupts <= agreed.Interrupts
        && (found.VotersUp == agreed.VotersUp || found.VotersUp > agreed.VotersUp);
}
