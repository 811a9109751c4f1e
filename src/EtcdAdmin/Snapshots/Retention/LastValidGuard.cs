using EtcdAdmin.Events;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Finds a snapshot of a series that makes it safe to remove others: a snapshot that was read completely and is valid.</summary>
/// <param name="sound">Verifies the snapshots.</param>
internal sealed class LastValidGuard(SoundSnapshots sound)
{
    /// <summary>Returns the first valid snapshot.</summary>
    /// <param name="decisions">The decisions of one series, in the order to try.</param>
    /// <param name="events">Receives progress, and warnings about invalid snapshots.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Null if no snapshot is valid.</returns>
    public async Task<RetentionDecision?> FindAsync(
        IEnumerable<RetentionDecision> decisions, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        foreach (RetentionDecision decision in decisions)
        {
            if (await IsSoundAsync(decision.Item, events, cancellationToken).ConfigureAwait(false)) return decision;
        }

        return null;
    }

    private async Task<bool> IsSoundAsync(RetentionItem item, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (await sound.ProblemAsync(item.Path, restorable: true, events, cancellationToken).ConfigureAwait(false) is not { } problem) return true;
        events.Warning($"{item.Path} does not count as a valid snapshot, so the snapshots that it would replace are kept: {problem}.");
        return false;
    }
}
