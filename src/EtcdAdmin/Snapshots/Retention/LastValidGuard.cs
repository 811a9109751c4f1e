using EtcdAdmin.Events;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Finds the snapshot of a series that makes it safe to remove others: one that has been read through and found valid.</summary>
/// <param name="sound">Reads them.</param>
internal sealed class LastValidGuard(SoundSnapshots sound)
{
    /// <summary>The first valid one.</summary>
    /// <param name="decisions">Of one series, in the order in which they are tried.</param>
    /// <param name="events">Progress, and warnings about snapshots that are not valid.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null where none is valid.</returns>
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
        events.Warning($"{item.Path} cannot replace another snapshot: {problem}.");
        return false;
    }
}
