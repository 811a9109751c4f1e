using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>
/// Finds keys that API 2 serves but does not list: a part of their path begins with an underscore. Their names are read from a member's raft data,
/// their values from API 2.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="api">API 2 of the cluster.</param>
internal sealed class V2HiddenKeys(AdminContext context, EtcdCluster cluster, V2ApiClient api)
{
    /// <summary>Adds them to what API 2 lists.</summary>
    /// <param name="root">The root of the users' keys.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Whether the names could be read.</returns>
    public async Task<bool> AddToAsync(V2Node root, CancellationToken cancellationToken)
    {
        if (await ReadStoredAsync(cancellationToken).ConfigureAwait(false) is not { } stored) return false;
        foreach ((string path, V2Node node) in stored.Walk().Where(found => found.Path.Contains("/_", StringComparison.Ordinal)).ToArray())
        {
            V2Node parent = Parent(root, stored, path);
            if (node.IsDirectory) _ = Directory(parent, node);
            // Since the log was written, the key may have been changed or deleted.
            else if (await api.ReadAsync(path, cancellationToken).ConfigureAwait(false) is { IsDirectory: false } now)
                parent.Children![node.Name] = Named(node.Name, now); // a directory has children
        }

        return true;
    }

    private async Task<V2Node?> ReadStoredAsync(CancellationToken cancellationToken)
    {
        foreach (MemberSpec member in cluster.Spec?.Members ?? [])
        {
            try
            {
                if (await V2Scanner.ReadKeysAsync(context, member, cancellationToken).ConfigureAwait(false) is { } keys) return keys;
            }
            catch (EtcdException)
            {
                // All members have the same keys; the next one is asked.
            }
        }

        return null;
    }

    private static V2Node Parent(V2Node root, V2Node stored, string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        V2Node parent = root, origin = stored;
        foreach (string part in parts[..^1])
        {
            origin = origin.Children![part]; // the path was found there
            parent = Directory(parent, origin);
        }

        return parent;
    }

    private static V2Node Directory(V2Node parent, V2Node origin)
    {
        SortedDictionary<string, V2Node> children = parent.Children!; // a directory has them
        if (children.GetValueOrDefault(origin.Name) is { IsDirectory: true } known) return known;
        V2Node made = V2Node.Directory(origin.Name);
        (made.ExpireTime, made.CreatedIndex, made.ModifiedIndex) = (origin.ExpireTime, origin.CreatedIndex, origin.ModifiedIndex);
        children[origin.Name] = made;
        return made;
    }

    // API 2 answers with the node as the root of the answer, without its name.
    private static V2Node Named(string name, V2Node node) => new(name)
    {
        Value = node.Value,
        ExpireTime = node.ExpireTime,
        CreatedIndex = node.CreatedIndex,
        ModifiedIndex = node.ModifiedIndex,
    };
}
