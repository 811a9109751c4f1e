using Wire = Etcdserverpb;

namespace EtcdAdmin.Client.Records;

/// <summary>Options of a put.</summary>
public sealed record PutOptions
{
    /// <summary>The lease of the key; none by default.</summary>
    public LeaseId Lease { get; init; }

    /// <summary>Also returns the previous version of the key.</summary>
    public bool ReturnPrevious { get; init; }

    /// <summary>Keeps the key's value and sets its lease; the given value must be empty and the key must exist.</summary>
    public bool KeepValue { get; init; }

    /// <summary>Keeps the key's lease; no lease may be given and the key must exist.</summary>
    public bool KeepLease { get; init; }
}

/// <summary>The result of a put.</summary>
/// <param name="Header">Its revision is the put's.</param>
/// <param name="Previous">The previous version of the key; null if the key is new or the version was not requested.</param>
public sealed record PutResult(EtcdHeader Header, EtcdKeyValue? Previous)
{
    internal static PutResult From(Wire.PutResponse response) =>
        new(EtcdHeader.From(response.Header), EtcdKeyValue.FromOptional(response.PrevKv));
}

/// <summary>The result of a deletion.</summary>
/// <param name="Header">Its revision is the deletion's, if keys were deleted.</param>
/// <param name="Deleted">The number of deleted keys.</param>
/// <param name="Previous">The deleted keys; empty if not requested.</param>
public sealed record DeleteResult(EtcdHeader Header, long Deleted, IReadOnlyList<EtcdKeyValue> Previous)
{
    internal static DeleteResult From(Wire.DeleteRangeResponse response) =>
        new(EtcdHeader.From(response.Header), response.Deleted, [.. response.PrevKvs.Select(EtcdKeyValue.From)]);
}
