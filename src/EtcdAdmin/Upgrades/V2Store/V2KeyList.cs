using System.Text;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.KeyFiles;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>The keys of a v2 store as records of a key file.</summary>
/// <remarks>
/// The path of a key is its v3 key, byte for byte. A key that expires, or that is in a directory that expires, gets a lease with the time that is
/// left; keys that expire together share a lease. The indexes of API 2 are written as the revisions of the record; an import gives new ones.
/// </remarks>
internal sealed record V2KeyList
{
    /// <summary>The records, in key order.</summary>
    public required IReadOnlyList<ExportedKey> Keys { get; init; }

    /// <summary>Number of directories.</summary>
    public required int Directories { get; init; }

    /// <summary>Number of directories without content; v3 has no directories, so nothing is written for them.</summary>
    public required int EmptyDirectories { get; init; }

    /// <summary>Number of keys that have expired, but that etcd has not deleted yet.</summary>
    public required int Expired { get; init; }

    /// <summary>Number of keys that API 2 does not list.</summary>
    public int Hidden => Keys.Count(key => key.KeyValue.Key.Span.IndexOf("/_"u8) >= 0);

    /// <summary>Number of different leases.</summary>
    public int Leases => Keys.Select(key => key.KeyValue.Lease).Where(lease => !lease.IsNone).Distinct().Count();

    /// <summary>Lists the keys below a node.</summary>
    /// <param name="root">The root of the users' keys.</param>
    /// <param name="prefix">Only keys with this prefix.</param>
    /// <param name="now">The time.</param>
    public static V2KeyList Of(V2Node root, string prefix, DateTimeOffset now)
    {
        var keys = new List<ExportedKey>();
        (int directories, int empty, int expired, long leases) = (0, 0, 0, 0);
        var open = new Stack<(string Path, V2Node Node, Expiry? Expiry)>([("", root, null)]);
        while (open.TryPop(out (string Path, V2Node Node, Expiry? Expiry) next))
        {
            Expiry? expiry = next.Node.ExpireTime is { } own && !(next.Expiry?.Time <= own)
                ? new Expiry(own, new LeaseId(++leases))
                : next.Expiry;
            if (next.Node.Children is { } children)
            {
                if (next.Path.Length > 0 && next.Path.StartsWith(prefix, StringComparison.Ordinal))
                {
                    directories++;
                    if (children.Count == 0) empty++;
                }

                foreach (V2Node child in children.Values) open.Push(($"{next.Path}/{child.Name}", child, expiry));
            }
            else if (!next.Path.StartsWith(prefix, StringComparison.Ordinal)) continue;
            else if (expiry?.Time <= now) expired++;
            else keys.Add(Record(next.Path, next.Node, expiry, now));
        }

        keys.Sort((one, other) => one.KeyValue.Key.Span.SequenceCompareTo(other.KeyValue.Key.Span));
        return new V2KeyList { Keys = keys, Directories = directories, EmptyDirectories = empty, Expired = expired };
    }

    private static ExportedKey Record(string path, V2Node node, Expiry? expiry, DateTimeOffset now) => new(
        new EtcdKeyValue(
            Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(node.Value), (long)node.CreatedIndex, (long)node.ModifiedIndex, Version: 1,
            expiry?.Lease ?? default),
        expiry is null ? null : TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((expiry.Time - now).TotalSeconds))));

    private sealed record Expiry(DateTimeOffset Time, LeaseId Lease);
}
