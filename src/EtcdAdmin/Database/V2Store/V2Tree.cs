using System.Text.Json;

namespace EtcdAdmin.Database.V2Store;

/// <summary>The v2 store: a tree of directories and keys.</summary>
/// <remarks>
/// Sources: etcd <c>server/etcdserver/api/v2store/store.go</c> and <c>node.go</c>, 3.5 (the store is saved as JSON);
/// <c>server/etcdserver/api/membership/storev2.go</c> (IsMetaStoreOnly), 3.5.30 and 3.6.14.
/// </remarks>
internal sealed class V2Tree
{
    /// <summary>The entry for the version of the cluster.</summary>
    public const string ClusterVersionPath = "/0/version";

    /// <summary>The directory for etcd's own entries: members and the version of the cluster.</summary>
    private const string OwnName = "0";

    /// <summary>The directory for the keys of users.</summary>
    private const string KeysName = "1";

    /// <summary>The directory for the users and roles of API 2.</summary>
    private const string AccessName = "2";

    // Each level of the store is two levels of JSON. Go reads at most 10000 levels.
    private const int MostLevels = 10_000;

    private V2Tree(V2Node root, ulong index)
    {
        Root = root;
        Index = index;
    }

    public V2Node Root { get; }

    /// <summary>The index of the last change.</summary>
    public ulong Index { get; set; }

    /// <summary>The directory that API 2 shows as <c>/</c>; null if nothing was ever written.</summary>
    public V2Node? Keys => Root.Children?.GetValueOrDefault(KeysName);

    /// <summary>Number of keys of users, hidden ones included, without their directories.</summary>
    public long UserKeys => Keys?.Walk().LongCount(found => !found.Node.IsDirectory) ?? 0;

    /// <summary>Number of those keys that API 2 does not list, because they are hidden or in a hidden directory.</summary>
    public long HiddenKeys => Keys?.Walk().LongCount(found =>
        !found.Node.IsDirectory && found.Path.Contains("/_", StringComparison.Ordinal)) ?? 0;

    /// <summary>The version of the cluster in the v2 store, for example <c>3.4.0</c>; null if there is none.</summary>
    public string? ClusterVersion => Root.Find(ClusterVersionPath)?.Value;

    /// <summary>Number of users and roles of API 2.</summary>
    public int UsersAndRoles => (Root.Find("/2/users")?.Children?.Count ?? 0) + (Root.Find("/2/roles")?.Children?.Count ?? 0);

    /// <summary>
    /// Whether etcd finds only entries of its own in it. Otherwise 3.6 does not start. As in etcd, a directory without content counts as content,
    /// and hidden keys do not count.
    /// </summary>
    public bool IsOnlyMembership => Shown(Root).All(child => child.Name switch
    {
        OwnName => true,
        AccessName => Shown(child).All(part => !Shown(part).Any()),
        _ => !Shown(child).Any(),
    });

    /// <summary>A store as a new member has it.</summary>
    public static V2Tree Empty()
    {
        V2Node root = V2Node.Directory("");
        foreach (string name in (string[])[OwnName, KeysName]) root.Children![name] = V2Node.Directory(name);
        return new V2Tree(root, 0);
    }

    /// <summary>Reads a saved store.</summary>
    /// <returns>Null if the bytes are not a store.</returns>
    public static V2Tree? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostLevels });
            return Parse(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null; // not JSON, a value of another type, text that is not UTF-16, or an invalid time
        }
    }

    private static IEnumerable<V2Node> Shown(V2Node node) => node.Children?.Values.Where(child => !child.IsHidden) ?? [];

    private static V2Tree? Parse(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        V2Node? root = null;
        ulong index = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("Root"u8)) root = ParseNodes(ref reader);
            else if (reader.ValueTextEquals("CurrentIndex"u8) && reader.Read()) index = reader.GetUInt64();
            else reader.Skip();
        }

        return root is { IsDirectory: true } ? new V2Tree(root, index) : null;
    }

    /// <summary>Reads a node and all below it, without recursion: keys may be nested deeply.</summary>
    private static V2Node? ParseNodes(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        var root = new V2Node("");
        var open = new Stack<V2Node>([root]);
        bool inChildren = false; // whether the next name is that of a child of the top node
        while (open.Count > 0 && reader.Read())
        {
            V2Node top = open.Peek();
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                // Ends the children, or else the node itself; the next name is then that of its sibling.
                if (inChildren) inChildren = false;
                else
                {
                    open.Pop();
                    inChildren = true;
                }
            }
            else if (inChildren)
            {
                string name = reader.GetString()!; // a property name is not null
                if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
                var child = new V2Node(name);
                top.Children![name] = child; // not null: its children are being read
                open.Push(child);
                inChildren = false;
            }
            else inChildren = ParseProperty(ref reader, top);
        }

        return root;
    }

    /// <returns>Whether the children of the node follow.</returns>
    private static bool ParseProperty(ref Utf8JsonReader reader, V2Node node)
    {
        if (reader.ValueTextEquals("Value"u8) && reader.Read()) node.Value = reader.GetString() ?? "";
        else if (reader.ValueTextEquals("CreatedIndex"u8) && reader.Read()) node.CreatedIndex = reader.GetUInt64();
        else if (reader.ValueTextEquals("ModifiedIndex"u8) && reader.Read()) node.ModifiedIndex = reader.GetUInt64();
        else if (reader.ValueTextEquals("ExpireTime"u8) && reader.Read()) node.ExpireTime = Expiry(reader.GetDateTimeOffset());
        else if (reader.ValueTextEquals("Children"u8) && reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Null) return false;
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
            node.Children = new SortedDictionary<string, V2Node>(StringComparer.Ordinal);
            return true;
        }
        else reader.Skip();

        return false;
    }

    // Go's zero time stands for never.
    private static DateTimeOffset? Expiry(DateTimeOffset time) => time.Year <= 1 ? null : time;
}
