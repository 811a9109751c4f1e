using System.Runtime.CompilerServices;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>Compares two sides key by key. Only one key of each side is in memory.</summary>
public static class KeyComparer
{
    /// <summary>Returns the keys that differ, in key order.</summary>
    /// <param name="before">The older side, in key order: a snapshot, or a live cluster at one revision.</param>
    /// <param name="after">The newer side, in key order.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <remarks>Two keys are equal if they have the same value and lease. Revisions are not compared: a restore may raise them.</remarks>
    public static async IAsyncEnumerable<KeyDifference> CompareAsync(
        IAsyncEnumerable<EtcdKeyValue> before, IAsyncEnumerable<EtcdKeyValue> after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        IAsyncEnumerator<EtcdKeyValue> older = before.GetAsyncEnumerator(cancellationToken);
        await using ConfiguredAsyncDisposable endOfOlder = older.ConfigureAwait(false);
        IAsyncEnumerator<EtcdKeyValue> newer = after.GetAsyncEnumerator(cancellationToken);
        await using ConfiguredAsyncDisposable endOfNewer = newer.ConfigureAwait(false);

        // Both start at the same time: each may have to read a complete file before its first key.
        Task<bool> firstOfOlder = older.MoveNextAsync().AsTask();
        bool hasNewer = await newer.MoveNextAsync().ConfigureAwait(false);
        bool hasOlder = await firstOfOlder.ConfigureAwait(false);
        while (hasOlder || hasNewer)
        {
            int order = !hasOlder ? 1 : !hasNewer ? -1 : older.Current.Key.Span.SequenceCompareTo(newer.Current.Key.Span);
            if (order < 0) yield return new KeyDifference(KeyChange.Removed, older.Current, null);
            else if (order > 0) yield return new KeyDifference(KeyChange.Added, null, newer.Current);
            else if (!AreAlike(older.Current, newer.Current)) yield return new KeyDifference(KeyChange.Changed, older.Current, newer.Current);
            if (order <= 0) hasOlder = await older.MoveNextAsync().ConfigureAwait(false);
            if (order >= 0) hasNewer = await newer.MoveNextAsync().ConfigureAwait(false);
        }
    }

    private static bool AreAlike(EtcdKeyValue one, EtcdKeyValue other) =>
        one.Lease == other.Lease && one.Value.Span.SequenceEqual(other.Value.Span);
}
