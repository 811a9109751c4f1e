using System.Text;
using System.Text.RegularExpressions;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Database.V2Store;

/// <summary>A request to the v2 store, as an entry of the raft log contains it.</summary>
/// <remarks>
/// Sources: etcd <c>api/etcdserverpb/etcdserver.proto</c> (Request) and <c>raft_internal.proto</c> (InternalRaftRequest), 3.5. Such entries come
/// from clients of API 2, and from etcd itself: up to 3.5 a member publishes its name and URLs at every start, <c>/health</c> reads a key up to
/// 3.4 (and in 3.5 with enable-v2), and keys with a TTL are expired with SYNC.
/// </remarks>
internal sealed partial record V2Request
{
    // In a request that belongs to the v3 API, a request to the v2 store may be wrapped here. In a plain request, this is the method.
    private const int MethodField = 2;

    /// <summary><c>PUT</c>, <c>POST</c>, <c>DELETE</c>, <c>QGET</c> or <c>SYNC</c>.</summary>
    public string Method { get; private set; } = "";

    public string Path { get; private set; } = "";

    public string Value { get; private set; } = "";

    public bool IsDirectory { get; private set; }

    public string PreviousValue { get; private set; } = "";

    public ulong PreviousIndex { get; private set; }

    /// <summary>Whether the key must exist; null for no condition.</summary>
    public bool? MustExist { get; private set; }

    /// <summary>Nanoseconds since 1970; 0 for no expiry.</summary>
    public long Expiration { get; private set; }

    public bool IsRecursive { get; private set; }

    /// <summary>For SYNC: keys that expire before this are deleted, in nanoseconds since 1970.</summary>
    public long Time { get; private set; }

    /// <summary>Whether only the lifetime is renewed, and the value is kept.</summary>
    public bool IsRefresh { get; private set; }

    /// <summary>Whether the request can change the store.</summary>
    public bool IsWrite => Method is "PUT" or "POST" or "DELETE" or "SYNC";

    /// <summary>
    /// Whether etcd 3.6 can replay the request: it sets a member's name and URLs, or the version of the cluster. At every other request, it
    /// panics with <c>detected disallowed v2 WAL</c>. etcd 3.7 can replay none.
    /// </summary>
    /// <remarks>Source: etcd <c>server/etcdserver/apply_v2.go</c> (v2ToV3Request), 3.6.14.</remarks>
    public bool IsMembership => Method == "PUT" && (Path == V2Tree.ClusterVersionPath || MemberAttributes().IsMatch(Path));

    /// <summary>Parses the data of an entry.</summary>
    /// <returns>Null if it is not a request to the v2 store.</returns>
    public static V2Request? Parse(ReadOnlySpan<byte> data)
    {
        var fields = new WalFields(data);
        while (fields.MoveNext())
        {
            if (fields.Number != MethodField || fields.IsNumber) continue;
            ReadOnlySpan<byte> content = fields.Bytes;
            return IsMethod(content) ? ParsePlain(data) : ParsePlain(content);
        }

        return null;
    }

    private static bool IsMethod(ReadOnlySpan<byte> bytes) =>
        bytes.SequenceEqual("PUT"u8) || bytes.SequenceEqual("POST"u8) || bytes.SequenceEqual("DELETE"u8)
        || bytes.SequenceEqual("QGET"u8) || bytes.SequenceEqual("SYNC"u8) || bytes.SequenceEqual("GET"u8) || bytes.SequenceEqual("HEAD"u8);

    private static V2Request ParsePlain(ReadOnlySpan<byte> message)
    {
        var request = new V2Request();
        var fields = new WalFields(message);
        while (fields.MoveNext())
        {
            if (fields.IsNumber) request.Take(fields.Number, fields.Value);
            else request.Take(fields.Number, Encoding.UTF8.GetString(fields.Bytes));
        }

        return request;
    }

    private void Take(int field, string text)
    {
        switch (field)
        {
            case MethodField: Method = text; break;
            case 3: Path = text; break;
            case 4: Value = text; break;
            case 6: PreviousValue = text; break;
        }
    }

    private void Take(int field, ulong value)
    {
        switch (field)
        {
            case 5: IsDirectory = value != 0; break;
            case 7: PreviousIndex = value; break;
            case 8: MustExist = value != 0; break;
            case 9: Expiration = (long)value; break;
            case 12: IsRecursive = value != 0; break;
            case 15: Time = (long)value; break;
            case 17: IsRefresh = value != 0; break;
        }
    }

    [GeneratedRegex("/0/members/[0-9A-Fa-f]{1,16}/attributes", RegexOptions.CultureInvariant)]
    private static partial Regex MemberAttributes();
}
