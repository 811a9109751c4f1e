using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Snapshots;

/// <summary>By how much a restore raises revisions, and why.</summary>
/// <param name="Amount">0 raises nothing.</param>
/// <param name="Warning">What the operator should know; null for nothing.</param>
internal sealed record RevisionBump(long Amount, string? Warning)
{
    // etcd's recovery guide: enough for a week at 1,500 writes a second. It has to cover writes that nobody can be asked about any more.
    private const long Margin = 1_000_000_000;

    public static async Task<RevisionBump> ChooseAsync(
        EtcdCluster cluster, SnapshotInfo info, RestoreRequest request, bool toolCanBump, CancellationToken cancellationToken)
    {
        if (request.RevisionBump is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(given, nameof(request));
            return toolCanBump || given == 0 ? new RevisionBump(given, null) : throw CannotBump(cluster);
        }

        long? live = await LiveRevisionAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (live is <= 1) return new RevisionBump(0, null); // never written to, so nobody has seen a revision of it
        if (toolCanBump) return new RevisionBump(Math.Max(0, (live ?? 0) - info.CurrentRevision) + Margin, null);
        return new RevisionBump(0, live > info.CurrentRevision || live is null
            ? GoBack(info.CurrentRevision)
            : null);
    }

    private static string GoBack(long revision) =>
        string.Create(CultureInfo.InvariantCulture, $"The installed etcd cannot raise revisions, so they go back to {revision}: ")
        + "restart clients that watch or cache keys after the restore.";

    /// <summary>Raises revisions past those that members are known to have had, where the tool can.</summary>
    /// <param name="highest">The highest that is known.</param>
    /// <param name="current">That of the data.</param>
    /// <param name="toolCanBump">Whether the installed tool can raise revisions.</param>
    public static RevisionBump Past(long highest, long current, bool toolCanBump) => toolCanBump
        ? new RevisionBump(Math.Max(0, highest - current) + Margin, null)
        : new RevisionBump(0, GoBack(current));

    /// <summary>The highest revision that a living member knows; null where none lives.</summary>
    private static async Task<long?> LiveRevisionAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        MemberStatus?[] answers = await Task.WhenAll(cluster.Endpoints.Select(async endpoint =>
        {
            try
            {
                return await cluster.Client.ForEndpoint(endpoint).WithCalls(TimeSpan.FromSeconds(3), retry: false)
                    .Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdRpcException)
            {
                return null;
            }
        })).ConfigureAwait(false);
        long[] revisions = [.. answers.OfType<MemberStatus>().Select(status => status.Header.Revision)];
        return revisions.Length == 0 ? null : revisions.Max();
    }

    private static EtcdException CannotBump(EtcdCluster cluster) => new(
        EtcdErrorIds.NotSupported, EtcdErrorKind.NotSupported,
        $"The etcd installed for cluster '{cluster.Name}' cannot raise revisions when it restores.")
    {
        Target = cluster.Name,
        NextStep = "Restore without -RevisionBump, or upgrade first; 3.5.16 can.",
    };
}
