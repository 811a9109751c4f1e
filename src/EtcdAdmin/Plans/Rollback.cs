namespace EtcdAdmin.Plans;

/// <summary>How taking back a plan went, in words for the operator.</summary>
/// <param name="Undone">Whether any step was taken back.</param>
/// <param name="Left">The steps that were not, with the reasons.</param>
/// <param name="Kept">What steps that are never taken back have left.</param>
/// <param name="IsTidyingUp">Whether everything was done but for proving and tidying up, so that nothing was to be taken back.</param>
internal sealed record Rollback(bool Undone, IReadOnlyList<NotUndone> Left, IReadOnlyList<string> Kept, bool IsTidyingUp)
{
    /// <summary>What became of the steps before the one that failed; empty where there is nothing to say.</summary>
    public string Text => string.Join(' ', Sentences());

    /// <summary>What to do about the steps that were not taken back; null where nothing is known.</summary>
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
            yield return "Everything before it is done and stays.";
            yield break;
        }

        if (Undone)
        {
            yield return Left.Count > 0 ? "The other steps were rolled back."
                : Kept.Count > 0 ? "All steps that can be undone were rolled back." : "All earlier steps were rolled back.";
        }

        foreach (IGrouping<string, NotUndone> same in Left.GroupBy(step => step.Reason, StringComparer.Ordinal))
            yield return $"Not rolled back: {string.Join(", ", same.Select(step => $"'{step.Step.Action}' on {step.Step.HostName}"))}: {same.Key.TrimEnd('.')}.";
        // Where nothing was taken back, the same command carries on from all there is.
        if (Kept.Count > 0 && (Undone || Left.Count > 0)) yield return $"Kept: {string.Join("; ", Kept)}.";
    }
}

/// <summary>A step that was not taken back.</summary>
/// <param name="Step">The step.</param>
/// <param name="Reason">Why, and what stays as it is.</param>
/// <param name="NextStep">What the operator does next; null where that is not known.</param>
internal sealed record NotUndone(PlanStep Step, string Reason, string? NextStep);
