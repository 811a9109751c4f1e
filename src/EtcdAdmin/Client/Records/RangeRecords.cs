namespace EtcdAdmin.Client.Records;

/// <summary>How a range is read in pages.</summary>
public sealed record RangeOptions
{
    /// <summary>The revision to read at; 0, the default, is that of the first page, and all pages keep to it.</summary>
    public long Revision { get; init; }

    /// <summary>Leaves the values out.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>The most keys to read; 0, the default, is no limit.</summary>
    public long Limit { get; init; }

    /// <summary>The most keys per page; default 50,000. Pages of large values are smaller by themselves, to bound memory.</summary>
    public int PageSize { get; init; } = 50_000;

    /// <summary>Lets the member answer from its own copy, without asking the leader: faster, works without quorum, may be old.</summary>
    public bool Serializable { get; init; }
}

/// <summary>By what a query sorts.</summary>
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

/// <summary>In which order a query sorts.</summary>
public enum SortOrder
{
    /// <summary>As the server has them: by key.</summary>
    None = 0,

    /// <summary>Lowest first.</summary>
    Ascending = 1,

    /// <summary>Highest first.</summary>
    Descending = 2,
}

/// <summary>One request for a range, with everything etcd can do. The answer comes whole, so bound it.</summary>
public sealed record RangeQuery
{
    /// <summary>The most keys in the answer; 0, the default, is no limit.</summary>
    public long Limit { get; init; }

    /// <summary>The revision to read at; 0, the default, is now.</summary>
    public long Revision { get; init; }

    /// <summary>By what to sort; counts only with an order.</summary>
    public SortTarget SortTarget { get; init; }

    /// <summary>In which order to sort.</summary>
    public SortOrder SortOrder { get; init; }

    /// <summary>Lets the member answer from its own copy; see <see cref="RangeOptions.Serializable"/>.</summary>
    public bool Serializable { get; init; }

    /// <summary>Leaves the values out.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>Leaves keys and values out: only <see cref="RangeResult.Count"/> is asked for.</summary>
    public bool CountOnly { get; init; }

    /// <summary>Leaves out keys whose mod revision is lower; 0 is no bound.</summary>
    public long MinModRevision { get; init; }

    /// <summary>Leaves out keys whose mod revision is higher; 0 is no bound.</summary>
    public long MaxModRevision { get; init; }

    /// <summary>Leaves out keys whose create revision is lower; 0 is no bound.</summary>
    public long MinCreateRevision { get; init; }

    /// <summary>Leaves out keys whose create revision is higher; 0 is no bound.</summary>
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
/// <param name="Header">Who answered, at which revision.</param>
/// <param name="KeyValues">What was found.</param>
/// <param name="More">The limit cut the answer.</param>
/// <param name="Count">How many keys the range has, also those beyond the limit.</param>
public sealed record RangeResult(EtcdHeader Header, IReadOnlyList<EtcdKeyValue> KeyValues, bool More, long Count)
{
    internal static RangeResult From(Wire.RangeResponse response) =>
        new(EtcdHeader.From(response.Header), [.. response.Kvs.Select(EtcdKeyValue.From)], response.More, response.Count);
}
