namespace EtcdAdmin.Client.Records;

/// <summary>How a key is put.</summary>
public sealed record PutOptions
{
    /// <summary>The lease the key goes with; none is the default.</summary>
    public LeaseId Lease { get; init; }

    /// <summary>Asks for what the key was before.</summary>
    public bool ReturnPrevious { get; init; }

    /// <summary>Keeps the key's value and gives it the lease; the value given must be empty and the key must exist.</summary>
    public bool KeepValue { get; init; }

    /// <summary>Keeps the key's lease; none may be given and the key must exist.</summary>
    public bool KeepLease { get; init; }
}

/// <summary>A key was put.</summary>
/// <param name="Header">Its revision is the put's.</param>
/// <param name="Previous">What the key was before; null if it is new or was not asked for.</param>
public sealed record PutResult(EtcdHeader Header, EtcdKeyValue? Previous)
{
    internal static PutResult From(Wire.PutResponse response) =>
        new(EtcdHeader.From(response.Header), EtcdKeyValue.FromOptional(response.PrevKv));
}

/// <summary>Keys were deleted.</summary>
/// <param name="Header">Its revision is the deletion's, if anything was deleted.</param>
/// <param name="Deleted">How many.</param>
/// <param name="Previous">What they were; empty if not asked for.</param>
public sealed record DeleteResult(EtcdHeader Header, long Deleted, IReadOnlyList<EtcdKeyValue> Previous)
{
    internal static DeleteResult From(Wire.DeleteRangeResponse response) =>
        new(EtcdHeader.From(response.Header), response.Deleted, [.. response.PrevKvs.Select(EtcdKeyValue.From)]);
}
