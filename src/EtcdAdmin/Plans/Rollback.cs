namespace EtcdAdmin.Plans;

/// <summary>The outcome of a rollback, in words for the operator.</summary>
/// <param name="Undone">Whether any step was rolled back.</param>
/// <param name="Left">The steps that were not rolled back, with the reasons.</param>
/// <param name="Kept">The leftovers of steps that are never rolled back.</param>
/// <param name="IsTidyingUp">Whether only checks and cleanup were left to do. Then nothing is rolled back.</param>
internal sealed record Rollback(bool Undone, IReadOnlyList<NotUndone> Left, IReadOnlyList<string> Kept, bool IsTidyingUp)
{
    /// <summary>The outcome for the steps before the failed one; empty where there is nothing to report.</summary>
    public string Text => string.Join(' ', Sentences());

    /// <summary>What to do about the steps that were not rolled back; null where nothing is known.</summary>
    public string? NextStep
    {
        get
        {
            string[] steps = [.. Left.Select(step => step.NextStep).OfType<string>().Distinct(StringComparer.Ordinal)];
            return steps.Length == 0 ? null : string.Join(' ', steps);
        }
    }

    private IEnumerable<string> Sentences()
    {
        if (IsTidyingUp)
        {
            yield return "All earlier steps are done and are kept.";
            yield break;
        }

        if (Undone)
        {
            yield return Left.Count > 0 ? "The other steps were rolled back."
                : Kept.Count > 0 ? "All steps that can be undone were rolled back." : "All earlier steps were rolled back.";
        }

        foreach (IGrouping<string, NotUndone> same in Left.GroupBy(step => step.Reason, StringComparer.Ordinal))
            yield return $"Not rolled back: {string.Join(", ", same.Select(step => $"'{step.Step.Action}' on {step.Step.HostName}"))}: "
                + $"{same.Key.TrimEnd('.')}.";
        // Where nothing was rolled back, the same command carries on from the present state.
        if (Kept.Count > 0 && (Undone || Left.Count > 0)) yield return $"Kept: {string.Join("; ", Kept)}.";
    }
}

/// <summary>A step that was not rolled back.</summary>
/// <param name="Step">The step.</param>
/// <param name="Reason">The reason, and what is left as it is.</param>
/// <param name="NextStep">What the operator does next; null where that is not known.</param>
internal sealed record NotUndone(PlanStep Step, string Reason, string? NextStep);
