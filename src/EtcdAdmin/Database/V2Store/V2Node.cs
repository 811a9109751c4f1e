namespace EtcdAdmin.Database.V2Store;

/// <summary>A key or a directory of the v2 store.</summary>
/// <param name="name">The last part of its path; empty for the root.</param>
internal sealed class V2Node(string name)
{
    public string Name { get; } = name;

    /// <summary>The value of a key; empty for a directory.</summary>
    public string Value { get; set; } = "";

    /// <summary>The content of a directory, in the order of the names; null for a key.</summary>
    public SortedDictionary<string, V2Node>? Children { get; set; }

    /// <summary>The time at which it expires, with all that is below it; null for never.</summary>
    public DateTimeOffset? ExpireTime { get; set; }

    public ulong CreatedIndex { get; set; }

    public ulong ModifiedIndex { get; set; }

    public bool IsDirectory => Children is not null;

    /// <summary>API 2 does not list it in its directory.</summary>
    public bool IsHidden => Name.StartsWith('_');

    public static V2Node Directory(string name) => new(name) { Children = new SortedDictionary<string, V2Node>(StringComparer.Ordinal) };

    /// <summary>The node at a path below this one; null if there is none.</summary>
    /// <param name="path">With a slash before each name.</param>
    public V2Node? Find(string path)
    {
        V2Node? node = this;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries)) node = node?.Children?.GetValueOrDefault(part);
        return node;
    }

    /// <summary>This node and all below it, parents first, with their paths below this one (this one's is empty).</summary>
    public IEnumerable<(string Path, V2Node Node)> Walk()
    {
        var open = new Stack<(string Path, V2Node Node)>();
        open.Push(("", this));
        while (open.TryPop(out (string Path, V2Node Node) next))
        {
            yield return next;
            if (next.Node.Children is not { } children) continue;
            foreach (V2Node child in children.Values.Reverse()) open.Push(($"{next.Path}/{child.Name}", child));
        }
    }
}
