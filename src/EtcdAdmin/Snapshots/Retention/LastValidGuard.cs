namespace EtcdAdmin.Snapshots;

/// <summary>Finds the snapshot of a series that makes it safe to remove others: one that has been read through and found valid.</summary>
/// <param name="verifier">Reads them.</param>
internal sealed class LastValidGuard(SnapshotVerifier verifier)
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
            if (await IsValidAsync(decision.Item, events, cancellationToken).ConfigureAwait(false)) return decision;
        }

        return null;
    }

    private async Task<bool> IsValidAsync(RetentionItem item, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        string why;
        try
        {
            SnapshotVerdict verdict = await verifier.VerifyAsync(item.Path, events, cancellationToken).ConfigureAwait(false);
            if (verdict.Passed) return true;
            why = string.Join("; ", verdict.Checks.Where(check => check.Passed == false).Select(check => check.Detail));
        }
        catch (EtcdException e)
        {
            why = e.Message; // what cannot be read cannot be restored either
        }

        events.Warning($"{item.Path} is not valid and stands in for no other: {why.TrimEnd('.')}.");
        return false;
    }
}
