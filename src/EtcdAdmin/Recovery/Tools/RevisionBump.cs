using System.Globalization;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.Tools;

/// <summary>By how much a restore raises revisions, and why.</summary>
/// <param name="Amount">0 raises nothing.</param>
/// <param name="Warning">What the operator should know; null for nothing.</param>
internal sealed record RevisionBump(long Amount, string? Warning)
{
    // etcd's recovery guide: enough for a week at 1,500 writes a second. It has to cover writes that nobody can be asked about any more.
    private const long Margin = 1_000_000_000;

    /// <summary>The highest revision that was known, and from where; null where nothing was, or it does not matter.</summary>
    public string? Reason { get; init; }

    /// <summary>Chooses it from everything that is known.</summary>
    /// <param name="clusterName">The cluster to restore into.</param>
    /// <param name="info">The snapshot.</param>
    /// <param name="known">The revisions that clients may have seen.</param>
    /// <param name="live">The highest that a living member of the cluster has; null where none lives.</param>
    /// <param name="asked">By how much, where the operator says so; null chooses.</param>
    /// <param name="toolCanBump">Whether the installed tool can raise revisions.</param>
    /// <exception cref="EtcdException">NotSupported: it was asked for, and the tool cannot.</exception>
    public static RevisionBump Choose(
        string clusterName, SnapshotInfo info, IReadOnlyList<KnownRevision> known, long? live, long? asked, bool toolCanBump)
    {
        KnownRevision? highest = known.MaxBy(revision => revision.Revision);
        if (asked is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(given, nameof(asked));
            if (!toolCanBump && given != 0) throw CannotBump(clusterName);
            string? warning = highest?.Revision > info.Revision + given ? GoBelow(info.Revision + given, Text(highest)) : null;
            return new RevisionBump(given, warning) { Reason = given == 0 ? null : "as asked" };
        }

        bool isAhead = highest?.Revision > info.CurrentRevision;
        if (live is <= 1 && !isAhead) return new RevisionBump(0, null); // never written to, so nobody has seen a revision of it
        if (toolCanBump) return Past(highest?.Revision ?? 0, info.Revision, toolCanBump) with { Reason = Text(highest) };
        return isAhead || live is null ? new RevisionBump(0, GoBack(info.CurrentRevision, Text(highest))) : new RevisionBump(0, null);
    }

    /// <summary>Raises revisions past those that members are known to have had, where the tool can.</summary>
    /// <param name="highest">The highest that is known.</param>
    /// <param name="current">The highest with a record in the data, from which etcd's tool counts.</param>
    /// <param name="toolCanBump">Whether the installed tool can raise revisions.</param>
    public static RevisionBump Past(long highest, long current, bool toolCanBump) => toolCanBump
        ? new RevisionBump(Math.Max(0, highest - current) + Margin, null)
        : new RevisionBump(0, GoBack(current, null));

    private static string? Text(KnownRevision? highest) =>
        highest is null ? null : string.Create(CultureInfo.InvariantCulture, $"{highest.Where} {highest.Revision}");

    private static string GoBack(long revision, string? reason) => string.Create(CultureInfo.InvariantCulture,
        $"The installed etcd cannot raise revisions, so they go back to {revision}{(reason is null ? "" : $" ({reason})")}: ")
        + "restart clients that watch or cache keys after the restore.";

    private static string GoBelow(long revision, string? reason) =>
        string.Create(CultureInfo.InvariantCulture, $"Revisions go back to {revision}, as asked ({reason}): restart clients that watch or cache keys after the restore.");

    private static EtcdException CannotBump(string clusterName) => new(
        EtcdErrorIds.NotSupported,
        $"The etcd installed for cluster '{clusterName}' cannot raise revisions when it restores.")
    {
        Target = clusterName,
        NextStep = "Restore without -RevisionBump, or upgrade first; 3.5.16 can.",
    };
}

/// <summary>A revision that the clients of a cluster may have seen.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Where">From where it is known, as a beginning of "… 1234": <c>member n2 was at</c>.</param>
internal sealed record KnownRevision(long Revision, string Where);
