using System.Globalization;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>Deletes v2 keys that have been converted.</summary>
/// <param name="api">API 2 of the cluster.</param>
/// <param name="cluster">The cluster's name.</param>
/// <param name="prefix">Only keys with this prefix; empty is all.</param>
/// <param name="events">Receives progress; null for none.</param>
internal sealed class V2Cleaner(V2ApiClient api, string cluster, string prefix, IProgress<EtcdEvent>? events)
{
    private const int ReportEvery = 200;
    private const int MostNamed = 3;

    private readonly string _activity = $"Deleting the v2 keys of cluster {cluster}";

    /// <summary>Deletes the keys and directories of a store, then reads what is left.</summary>
    /// <param name="store">The store as it was converted.</param>
    /// <param name="cancellationToken">Cancels the deletion.</param>
    /// <exception cref="EtcdException">RequestRefused: keys or directories are left.</exception>
    public async Task ClearAsync(V2Node store, CancellationToken cancellationToken)
    {
        var kept = new List<string>();
        (string Path, V2Node Node)[] all = [.. store.Walk().Where(found => IsWanted(found.Path))];
        try
        {
            int done = 0;
            foreach ((string path, V2Node node) in all.Where(found => !found.Node.IsDirectory))
            {
                if (!await api.DeleteKeyAsync(path, node.ModifiedIndex, cancellationToken).ConfigureAwait(false)) kept.Add(path);
                if (done++ % ReportEvery == 0) events.Progress(_activity, string.Create(CultureInfo.InvariantCulture, $"{done} keys"));
            }

            // The deepest first: parents come before their children in the walk.
            foreach ((string path, _) in all.Where(found => found.Node.IsDirectory).Reverse())
                await api.DeleteDirectoryAsync(path, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            events.Progress(_activity, "Done", 1);
        }

        await ProveAsync(kept, cancellationToken).ConfigureAwait(false);
        if (prefix.Length == 0) await ClearAccessAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool IsWanted(string path) => path.Length > 0 && path.StartsWith(prefix, StringComparison.Ordinal);

    private async Task ProveAsync(IReadOnlyList<string> kept, CancellationToken cancellationToken)
    {
        V2Node? now = await api.ReadAsync("", cancellationToken).ConfigureAwait(false);
        (string Path, V2Node Node)[] left = [.. now?.Walk().Where(found => IsWanted(found.Path)) ?? []];
        if (left.Length == 0 && kept.Count == 0) return;
        // API 2 does not list hidden keys that were changed meanwhile.
        string[] keys = [.. left.Where(found => !found.Node.IsDirectory).Select(found => found.Path).Union(kept, StringComparer.Ordinal)];
        string[] named = keys.Length > 0 ? keys : [.. left.Select(found => found.Path)];
        string names = string.Join(", ", named.Take(MostNamed)) + (named.Length > MostNamed ? ", …" : "");
        throw new EtcdException(EtcdErrorIds.RequestRefused, keys.Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{keys.Length} v2 keys were changed or created while the others were converted: {names}. ")
                + "They are kept."
            : string.Create(CultureInfo.InvariantCulture, $"{named.Length} v2 directories are not empty, but list no keys: {names}. ")
                + "They hold hidden keys, whose names begin with an underscore, and are kept.")
        {
            Target = cluster,
            NextStep = keys.Length > 0
                ? "Stop the clients of API 2, then run the same command again with another -ExportPath."
                : "If EtcdAdmin manages the hosts, run the same command again with another -ExportPath. Otherwise convert a copy of a member's data "
                    + "directory (-Path), which contains them, and delete the directories with 'etcdctl rm --recursive' of API 2.",
        };
    }

    /// <summary>Deletes the users and roles of API 2; they keep etcd 3.6 from starting too.</summary>
    private async Task ClearAccessAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> users = await api.ListAccessAsync("users", cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> roles = await api.ListAccessAsync("roles", cancellationToken).ConfigureAwait(false);
        if (users.Count == 0 && roles.Count == 0) return;
        await api.DeleteAccessAsync("enable", cancellationToken).ConfigureAwait(false);
        foreach (string user in users) await api.DeleteAccessAsync("users/" + Uri.EscapeDataString(user), cancellationToken).ConfigureAwait(false);
        foreach (string role in roles) await api.DeleteAccessAsync("roles/" + Uri.EscapeDataString(role), cancellationToken).ConfigureAwait(false);
    }
}
