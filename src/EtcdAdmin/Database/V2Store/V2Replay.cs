using System.Globalization;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Database.V2Store;

/// <summary>Applies entries of the raft log to a v2 store, as etcd does.</summary>
/// <remarks>
/// Sources: etcd <c>server/etcdserver/apply_v2.go</c>, <c>api/v2store/store.go</c> and <c>api/membership/storev2.go</c>, 3.5. A request that etcd
/// refuses changes nothing, as in etcd. In one thing 3.5 differs, and the versions before are followed: it refuses new lifetimes for directories.
/// </remarks>
internal static class V2Replay
{
    private const int AddsMember = 0;
    private const int RemovesMember = 1;
    private const int AddsLearner = 3;

    // Names of keys in order have 20 digits.
    private const string OrderFormat = "D20";

    private static readonly string[] ReadOnly = ["/", "/0", "/1"];

    /// <summary>Applies a request.</summary>
    public static void Apply(V2Tree store, V2Request request)
    {
        switch (request.Method)
        {
            case "POST":
                Create(store, $"{request.Path}/{(store.Index + 1).ToString(OrderFormat, CultureInfo.InvariantCulture)}", request, replaces: false);
                break;
            case "PUT":
                Put(store, request);
                break;
            case "DELETE":
                Delete(store, request);
                break;
            case "SYNC":
                if (Time(request.Time) is { } cutoff) Expire(store, cutoff);
                break;
        }
    }

    /// <summary>Counts the changes that a change of the membership makes to etcd's own entries. Names of keys in order depend on the count.</summary>
    public static void ApplyMembership(V2Tree store, ReadOnlySpan<byte> change)
    {
        var fields = new WalFields(change);
        ulong kind = AddsMember;
        while (fields.MoveNext())
        {
            if (fields.Number == 2 && fields.IsNumber) kind = fields.Value;
        }

        if (kind == RemovesMember) store.Index += 2; // the member goes, and is noted as removed
        else if (kind <= AddsLearner) store.Index++;
    }

    private static void Put(V2Tree store, V2Request request)
    {
        bool compares = request.PreviousIndex > 0 || request.PreviousValue.Length > 0;
        switch (request.MustExist)
        {
            case false:
                Create(store, request.Path, request, replaces: false);
                break;
            case true when !compares:
                Update(store, request);
                break;
            case null when !compares:
                Set(store, request);
                break;
            default:
                if (Matches(store, request)) Update(store, request);
                break;
        }
    }

    private static void Set(V2Tree store, V2Request request)
    {
        if (request.IsRefresh && store.Root.Find(Clean(request.Path)) is null) return;
        Create(store, request.Path, request, replaces: true);
    }

    private static void Create(V2Tree store, string given, V2Request request, bool replaces)
    {
        string path = Clean(given);
        if (ReadOnly.Contains(path)) return;
        ulong index = store.Index + 1;
        string[] parts = path[1..].Split('/');
        V2Node parent = store.Root;
        foreach (string part in parts[..^1])
        {
            if (parent.Children!.TryGetValue(part, out V2Node? next)) // not null: checked below
            {
                if (!next.IsDirectory) return;
            }
            else
            {
                next = V2Node.Directory(part);
                (next.CreatedIndex, next.ModifiedIndex) = (index, index);
                parent.Children[part] = next;
            }

            parent = next;
        }

        V2Node? present = parent.Children!.GetValueOrDefault(parts[^1]);
        if (present is not null && (!replaces || present.IsDirectory)) return;
        V2Node node = request.IsDirectory ? V2Node.Directory(parts[^1]) : new V2Node(parts[^1]);
        if (!request.IsDirectory) node.Value = request.IsRefresh ? present?.Value ?? "" : request.Value;
        (node.CreatedIndex, node.ModifiedIndex, node.ExpireTime) = (index, index, Time(request.Expiration));
        parent.Children![parts[^1]] = node;
        store.Index = index;
    }

    private static void Update(V2Tree store, V2Request request)
    {
        string path = Clean(request.Path);
        if (ReadOnly.Contains(path) || store.Root.Find(path) is not { } node) return;
        if (node.IsDirectory && request.Value.Length > 0) return;
        ulong index = ++store.Index;
        if (!node.IsDirectory)
        {
            if (!request.IsRefresh) node.Value = request.Value;
            node.ModifiedIndex = index;
        }

        node.ExpireTime = Time(request.Expiration);
    }

    private static void Delete(V2Tree store, V2Request request)
    {
        string path = Clean(request.Path);
        if (ReadOnly.Contains(path) || store.Root.Find(path) is not { } node) return;
        if (request.PreviousIndex > 0 || request.PreviousValue.Length > 0)
        {
            if (!Matches(store, request)) return;
        }
        else if (node.IsDirectory && !request.IsRecursive && (!request.IsDirectory || node.Children!.Count > 0))
        {
            return;
        }

        Remove(store, path);
        store.Index++;
    }

    private static void Expire(V2Tree store, DateTimeOffset cutoff)
    {
        foreach ((string path, _) in store.Root.Walk().Where(found => found.Node.ExpireTime <= cutoff).ToArray())
        {
            if (store.Root.Find(path) is null) continue; // below a directory that has expired too
            Remove(store, path);
            store.Index++;
        }
    }

    private static bool Matches(V2Tree store, V2Request request) =>
        store.Root.Find(Clean(request.Path)) is { IsDirectory: false } node
        && (request.PreviousIndex == 0 || request.PreviousIndex == node.ModifiedIndex)
        && (request.PreviousValue.Length == 0 || request.PreviousValue == node.Value);

    private static void Remove(V2Tree store, string path)
    {
        int slash = path.LastIndexOf('/');
        store.Root.Find(path[..slash])?.Children?.Remove(path[(slash + 1)..]);
    }

    private static DateTimeOffset? Time(long nanoseconds) =>
        nanoseconds == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);

    /// <summary>The path as etcd cleans it.</summary>
    private static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }

        return "/" + string.Join('/', parts);
    }
}
