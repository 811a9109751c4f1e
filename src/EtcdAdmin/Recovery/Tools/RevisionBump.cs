using System.Globalization;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.Tools;

/// <summary>By how much a restore raises revisions, and why.</summary>
/// <param name="Amount">0 does not raise revisions.</param>
/// <param name="Warning">What the operator should know; null for nothing.</param>
internal sealed record RevisionBump(long Amount, string? Warning)
{
    // etcd's recovery guide: enough for a week at 1,500 writes a second. It must cover writes of members that cannot be asked any more.
    private const long Margin = 1_000_000_000;

    /// <summary>The highest known revision and its source; null if not known or not needed.</summary>
    public string? Reason { get; init; }

    /// <summary>Chooses the amount from all known revisions.</summary>
    /// <param name="clusterName">The cluster to restore into.</param>
    /// <param name="info">The snapshot.</param>
    /// <param name="known">The revisions that clients may have seen.</param>
    /// <param name="live">The highest revision of a running member of the cluster; null if no member runs.</param>
    /// <param name="asked">The requested amount; null chooses.</param>
    /// <param name="toolCanBump">Whether the installed tool can raise revisions.</param>
    /// <exception cref="EtcdException">NotSupported: an amount was requested, and the tool cannot raise revisions.</exception>
    public static RevisionBump Choose(
        string clusterName, SnapshotInfo info, IReadOnlyList<KnownRevision> known, long? live, long? asked, bool toolCanBump)
    {
        KnownRevision? highest = known.MaxBy(revision => revision.Revision);
        if (asked is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(given, nameof(asked));
            if (!toolCanBump && given != 0) throw CannotBump(clusterName);
            string? warning = highest?.Revision > info.Revision + given ? GoBelow(info.Revision + given, Text(highest)) : null;
            return new RevisionBump(given, warning) { Reason = given == 0 ? null : "as requested" };
        }

        bool isAhead = highest?.Revision > info.CurrentRevision;
        if (live is <= 1 && !isAhead) return new RevisionBump(0, null); // never written to, so no client has seen a revision
        if (toolCanBump) return Past(highest?.Revision ?? 0, info.Revision, toolCanBump) with { Reason = Text(highest) };
        return isAhead || live is null ? new RevisionBump(0, GoBack(info.CurrentRevision, Text(highest))) : new RevisionBump(0, null);
    }

    /// <summary>Raises revisions past the highest known revision, if the tool can.</summary>
    /// <param name="highest">The highest known revision.</param>
    /// <param name="current">The highest revision with a record in the data, from which etcd's tool counts.</param>
    /// <param name="toolCanBump">Whether the installed tool can raise revisions.</param>
    public static RevisionBump Past(long highest, long current, bool toolCanBump) => toolCanBump
        ? new RevisionBump(Math.Max(0, highest - current) + Margin, null)
        : new RevisionBump(0, GoBack(current, null));

    private static string? Text(KnownRevision? highest) =>
        highest is null ? null : string.Create(CultureInfo.InvariantCulture, $"{highest.Where} {highest.Revision}");

    private static string GoBack(long revision, string? reason) => string.Create(CultureInfo.InvariantCulture,
        $"The installed etcd cannot raise revisions, so they go back to {revision}{(reason is null ? "" : $" ({reason})")}: ")
        + $"restart clients that watch or cache keys after the restore.";

    private static string GoBelow(long revision, string? reason) =>
        string.Create(CultureInfo.InvariantCulture, $"Revisions go back to {revision}, as requested ({reason}): "
            + $"restart clients that watch or cache keys after the restore.");

    private static EtcdException CannotBump(string clusterName) => new(
        EtcdErrorIds.NotSupported,
        $"The etcd installed for cluster '{clusterName}' cannot raise revisions when it restores.")
    {
        Target = clusterName,
        NextStep =
            "Upgrade etcd first (3.5.16 or later). Or restore without -RevisionBump: revisions then go back, and you must restart clients that "
                + "watch or cache keys.",
    };
}

/// <summary>A revision that the clients of a cluster may have seen.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Where">The source of the revision, to be followed by the number: <c>member n2 was at</c>.</param>
internal sealed record KnownRevision(long Revision, string Where);
