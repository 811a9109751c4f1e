using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Upgrades.Checks;

/// <summary>The newest snapshot of a cluster in a folder, by the manifests there.</summary>
/// <param name="Path">The file.</param>
/// <param name="Created">When it was saved.</param>
internal sealed record NewestSnapshot(string Path, DateTimeOffset Created)
{
    /// <summary>Finds it; null if there is none.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="id">Its id: a former cluster may have had the same name.</param>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<NewestSnapshot?> FindAsync(EtcdCluster cluster, ClusterId id, string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder)) return null;
        NewestSnapshot? newest = null;
        foreach (string file in SnapshotCatalogue.Find(folder))
        {
            SnapshotManifest? manifest;
            try
            {
                manifest = await SnapshotManifest.FindAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException)
            {
                continue; // a snapshot whose manifest cannot be read counts for nothing
            }

            if (manifest?.ClusterName == cluster.Name
                && (manifest.ClusterId ?? id.ToString()) == id.ToString() && (newest is null || manifest.Created > newest.Created))
                newest = new NewestSnapshot(file, manifest.Created);
        }

        return newest;
    }

    /// <summary>Compares the members in it with the cluster's; null if it cannot be read without a key.</summary>
    public async Task<StoredMembers?> CompareMembersAsync(IReadOnlyList<Member> members, CancellationToken cancellationToken)
    {
        try
        {
            return StoredMembers.Compare(
                (await SnapshotCatalogue.ReadAsync(Path, secrets: null, events: null, cancellationToken).ConfigureAwait(false)).Members, members);
        }
        catch (EtcdException)
        {
            return null;
        }
    }
}
