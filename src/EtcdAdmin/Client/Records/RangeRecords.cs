using Wire = Etcdserverpb;

namespace EtcdAdmin.Client.Records;

/// <summary>Options for reading a range in pages.</summary>
public sealed record RangeOptions
{
    /// <summary>The revision to read at; 0, the default, is the revision of the first page, used for all pages.</summary>
    public long Revision { get; init; }

    /// <summary>Leaves the values out.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>The most keys to read; 0, the default, is no limit.</summary>
    public long Limit { get; init; }

    /// <summary>The most keys per page; default 50,000. Pages with large values are smaller, to bound memory.</summary>
    public int PageSize { get; init; } = 50_000;

    /// <summary>The member answers from its own copy without asking the leader: faster, works without quorum, but may be outdated.</summary>
    public bool Serializable { get; init; }
}

/// <summary>The field to sort by.</summary>
public enum SortTarget
{
    /// <summary>The key.</summary>
    Key = 0,

    /// <summary>The version.</summary>
    Version = 1,

    /// <summary>The create revision.</summary>
    CreateRevision = 2,

    /// <summary>The mod revision.</summary>
    ModRevision = 3,

    /// <summary>The value.</summary>
    Value = 4,
}

/// <summary>The sort order.</summary>
public enum SortOrder
{
    /// <summary>The server's order: by key.</summary>
    None = 0,

    /// <summary>Lowest first.</summary>
    Ascending = 1,

    /// <summary>Highest first.</summary>
    Descending = 2,
}

/// <summary>One request for a range, with all options of etcd. The answer is one message, so set a limit.</summary>
public sealed record RangeQuery
{
    /// <summary>The most keys in the answer; 0, the default, is no limit.</summary>
    public long Limit { get; init; }

    /// <summary>The revision to read at; 0, the default, is the current one.</summary>
    public long Revision { get; init; }

    /// <summary>The field to sort by; used only together with an order.</summary>
    public SortTarget SortTarget { get; init; }

    /// <summary>The sort order.</summary>
    public SortOrder SortOrder { get; init; }

    /// <summary>The member answers from its own copy; see <see cref="RangeOptions.Serializable"/>.</summary>
    public bool Serializable { get; init; }

    /// <summary>Leaves the values out.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>Leaves keys and values out: only <see cref="RangeResult.Count"/> is returned.</summary>
    public bool CountOnly { get; init; }

    /// <summary>Leaves out keys with a lower mod revision; 0 means no limit.</summary>
    public long MinModRevision { get; init; }

    /// <summary>Leaves out keys with a higher mod revision; 0 means no limit.</summary>
    public long MaxModRevision { get; init; }

    /// <summary>Leaves out keys with a lower create revision; 0 means no limit.</summary>
    public long MinCreateRevision { get; init; }

    /// <summary>Leaves out keys with a higher create revision; 0 means no limit.</summary>
    public long MaxCreateRevision { get; init; }

    internal Wire.RangeRequest ToWire(KeyRange range) => new()
    {
        Key = range.WireStart,
        RangeEnd = range.WireEnd,
        Limit = Limit,
        Revision = Revision,
        SortTarget = (Wire.RangeRequest.Types.SortTarget)SortTarget,
        SortOrder = (Wire.RangeRequest.Types.SortOrder)SortOrder,
        Serializable = Serializable,
        KeysOnly = KeysOnly,
        CountOnly = CountOnly,
        MinModRevision = MinModRevision,
        MaxModRevision = MaxModRevision,
        MinCreateRevision = MinCreateRevision,
        MaxCreateRevision = MaxCreateRevision,
    };
}

/// <summary>The answer to a <see cref="RangeQuery"/>.</summary>
/// <param name="Header">The header of the answer, with its revision.</param>
/// <param name="KeyValues">The keys found.</param>
/// <param name="More">The limit shortened the answer.</param>
/// <param name="Count">The number of keys in the range, including those beyond the limit.</param>
public sealed record RangeResult(EtcdHeader Header, IReadOnlyList<EtcdKeyValue> KeyValues, bool More, long Count)
{
    internal static RangeResult From(Wire.RangeResponse response) =>
        new(EtcdHeader.From(response.Header), [.. response.Kvs.Select(EtcdKeyValue.From)], response.More, response.Count);
}
