using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Recovery.Tools;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Finds the revisions that the clients of a cluster may have seen.</summary>
internal static class KnownRevisions
{
    /// <summary>
    /// Collects all known revisions: of the running members, of the profiles of this cluster and of the snapshot's cluster, and of later
    /// snapshots in the same folder.
    /// </summary>
    /// <param name="context">The environment.</param>
    /// <param name="cluster">The cluster to restore into.</param>
    /// <param name="live">What the members answer.</param>
    /// <param name="snapshotPath">The snapshot path as given.</param>
    /// <param name="warnings">Receives what could not be read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<IReadOnlyList<KnownRevision>> FindAsync(
        AdminContext context, EtcdCluster cluster, IReadOnlyList<LiveMember> live, string snapshotPath, List<string> warnings,
            CancellationToken cancellationToken)
    {
        var known = new List<KnownRevision>();
        if (live.Where(member => member.Revision is not null).MaxBy(member => member.Revision) is { } ahead)
        {
            known.Add(new KnownRevision(ahead.Revision!.Value, $"member {ahead.Name} was at")); // members that answered
            await new LastSeenStore(context).NoteAsync(cluster.Name, ahead.Revision.Value, ahead.Name, cancellationToken).ConfigureAwait(false);
        }

        SnapshotManifest? manifest = await SnapshotManifest.FindAsync(snapshotPath, cancellationToken).ConfigureAwait(false);
        foreach (string name in new[] { cluster.Name, manifest?.ClusterName }.OfType<string>().Where(ClusterName.IsAllowed).Distinct(
            StringComparer.Ordinal))
        {
            if (await new LastSeenStore(context).FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } seen) continue;
            string day = seen.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            known.Add(new KnownRevision(seen.Revision, $"cluster {name} was seen on {day} at"));
        }

        known.AddRange(await FindBesideAsync(cluster, snapshotPath, manifest, warnings, cancellationToken).ConfigureAwait(false));
        return known;
    }

    /// <summary>Snapshots in the same folder whose manifest names the same cluster, or the cluster to restore into.</summary>
    private static async Task<IReadOnlyList<KnownRevision>> FindBesideAsync(
        EtcdCluster cluster, string snapshotPath, SnapshotManifest? own, List<string> warnings, CancellationToken cancellationToken)
    {
        var known = new List<KnownRevision>();
        string folder = Path.GetDirectoryName(Path.GetFullPath(snapshotPath)) ?? "/";
        foreach (string path in Files(folder, warnings))
        {
            string snapshot = path[..^SnapshotManifest.PathFor("").Length];
            if (await SnapshotManifest.FindAsync(snapshot, cancellationToken).ConfigureAwait(false) is not { } manifest) continue;
            bool isSame = manifest.ClusterName == cluster.Name
                || (own?.ClusterId is not null && manifest.ClusterId == own.ClusterId)
                || (own?.ClusterName is not null && manifest.ClusterName == own.ClusterName);
            if (isSame) known.Add(new KnownRevision(manifest.Revision, $"{Path.GetFileName(snapshot)} is at"));
        }

        return known;
    }

    private static IReadOnlyList<string> Files(string folder, List<string> warnings)
    {
        try
        {
            return Directory.GetFiles(folder, "*" + SnapshotManifest.PathFor(""));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not a reason to refuse: the snapshot itself is readable.
            warnings.Add($"Cannot list the folder '{folder}' ({e.Message.TrimEnd('.')}), so the revisions of later snapshots in it are not known. "
                + "Make the folder readable and run the command again. Or, if clients may have seen higher revisions, use -RevisionBump with more "
                + "than the number of revisions since this snapshot.");
            return [];
        }
    }
}
