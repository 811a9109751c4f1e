namespace EtcdAdmin.Snapshots;

/// <summary>Finds the snapshot of a series that makes it safe to remove others: one that has been read through and found valid.</summary>
/// <param name="sound">Reads them.</param>
internal sealed class LastValidGuard(SoundSnapshots sound)
{
    /// <summary>The newest valid one of those that stay; where none of them is, of those that would go.</summary>
    /// <param name="decisions">Of one series.</param>
    /// <param name="events">Progress, and warnings about snapshots that are not valid.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null where none is valid.</returns>
    public async Task<RetentionDecision?> FindAsync(
        IReadOnlyList<RetentionDecision> decisions, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        foreach (RetentionDecision decision in decisions.OrderByDescending(decision => decision.Keep)
            .ThenByDescending(decision => decision.Item.Created).ThenByDescending(decision => decision.Item.Path, StringComparer.Ordinal))
        {
            if (await IsSoundAsync(decision.Item, events, cancellationToken).ConfigureAwait(false)) return decision;
        }

        return null;
    }

    private async Task<bool> IsSoundAsync(RetentionItem item, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (await sound.ProblemAsync(item.Path, events, cancellationToken).ConfigureAwait(false) is not { } problem) return true;
        events.Warning($"{item.Path} is not valid and stands in for no other: {problem}.");
        return false;
    }
}
