using System.Text;
using EtcdAdmin.Client.Records;
using Google.Protobuf;
using Wire = Etcdserverpb;

namespace EtcdAdmin.Client;

/// <summary>The operators of a comparison.</summary>
public enum TxnComparison
{
    /// <summary>The same.</summary>
    Equal = 0,

    /// <summary>The field of the key is greater.</summary>
    Greater = 1,

    /// <summary>The field of the key is less.</summary>
    Less = 2,

    /// <summary>Different.</summary>
    NotEqual = 3,
}

/// <summary>One condition of a transaction; for a range (since etcd 3.3) every key in it must meet the condition.</summary>
public sealed record TxnCondition
{
    private readonly Wire.Compare _wire;

    private TxnCondition(KeyRange keys, TxnComparison comparison, Wire.Compare wire)
    {
        wire.Key = keys.WireStart;
        wire.RangeEnd = keys.WireEnd;
        wire.Result = (Wire.Compare.Types.CompareResult)comparison;
        _wire = wire;
    }

    /// <summary>The key exists.</summary>
    public static TxnCondition Exists(KeyRange key) => CreateRevision(key, TxnComparison.Greater, 0);

    /// <summary>The key does not exist.</summary>
    public static TxnCondition Missing(KeyRange key) => CreateRevision(key, TxnComparison.Equal, 0);

    /// <summary>Compares the version; 0 means a key that does not exist.</summary>
    public static TxnCondition Version(KeyRange keys, TxnComparison comparison, long version) =>
        new(keys, comparison, new Wire.Compare { Target = Wire.Compare.Types.CompareTarget.Version, Version = version });

    /// <summary>Compares the create revision; 0 means a key that does not exist.</summary>
    public static TxnCondition CreateRevision(KeyRange keys, TxnComparison comparison, long revision) =>
        new(keys, comparison, new Wire.Compare { Target = Wire.Compare.Types.CompareTarget.Create, CreateRevision = revision });

    /// <summary>Compares the mod revision; 0 means a key that does not exist.</summary>
    public static TxnCondition ModRevision(KeyRange keys, TxnComparison comparison, long revision) =>
        new(keys, comparison, new Wire.Compare { Target = Wire.Compare.Types.CompareTarget.Mod, ModRevision = revision });

    /// <summary>Compares the value, byte by byte; false for a key that does not exist.</summary>
    public static TxnCondition Value(KeyRange keys, TxnComparison comparison, ReadOnlyMemory<byte> value) =>
        new(keys, comparison, new Wire.Compare
        {
            Target = Wire.Compare.Types.CompareTarget.Value,
            Value = ByteString.CopyFrom(value.Span),
        });

    /// <summary>Compares the value as UTF-8; false for a key that does not exist.</summary>
    public static TxnCondition Value(KeyRange keys, TxnComparison comparison, string value) =>
        Value(keys, comparison, Encoding.UTF8.GetBytes(value));

    /// <summary>Compares the lease; since etcd 3.3.</summary>
    public static TxnCondition Lease(KeyRange keys, TxnComparison comparison, LeaseId lease) =>
        new(keys, comparison, new Wire.Compare { Target = Wire.Compare.Types.CompareTarget.Lease, Lease = lease.Value });

    /// <summary>The compared field and operator, without key and value.</summary>
    public override string ToString() => $"{_wire.Target} {_wire.Result}";

    internal Wire.Compare ToWire() => _wire;
}

/// <summary>One operation of a transaction.</summary>
public sealed record TxnOperation
{
    private readonly Wire.RequestOp _wire;

    private TxnOperation(Wire.RequestOp wire) => _wire = wire;

    /// <summary>Reads a range.</summary>
    public static TxnOperation Get(KeyRange range, RangeQuery? query = null) =>
        new(new Wire.RequestOp { RequestRange = (query ?? new RangeQuery()).ToWire(range) });

    /// <summary>Puts a key.</summary>
    public static TxnOperation Put(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, PutOptions? options = null) =>
        new(new Wire.RequestOp { RequestPut = KvClient.PutRequest(key, value, options) });

    /// <summary>Puts a key, key and value as UTF-8.</summary>
    public static TxnOperation Put(string key, string value, PutOptions? options = null) =>
        Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), options);

    /// <summary>Deletes a range.</summary>
    public static TxnOperation Delete(KeyRange range, bool returnPrevious = false) =>
        new(new Wire.RequestOp { RequestDeleteRange = KvClient.DeleteRequest(range, returnPrevious) });

    /// <summary>A transaction within the transaction; since etcd 3.3.</summary>
    public static TxnOperation Nested(EtcdTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new TxnOperation(new Wire.RequestOp { RequestTxn = transaction.ToWire() });
    }

    /// <summary>The type of operation, without keys and values.</summary>
    public override string ToString() => _wire.RequestCase.ToString();

    internal Wire.RequestOp ToWire() => _wire;

    internal bool IsRead => _wire.RequestCase == Wire.RequestOp.RequestOneofCase.RequestRange;
}

/// <summary>Conditions, operations if all conditions hold, and operations otherwise; all at one revision.</summary>
public sealed record EtcdTransaction
{
    /// <summary>All of them must hold; an empty list always holds.</summary>
    public IReadOnlyList<TxnCondition> Conditions { get; init; } = [];

    /// <summary>The operations if the conditions hold.</summary>
    public IReadOnlyList<TxnOperation> Success { get; init; } = [];

    /// <summary>The operations otherwise.</summary>
    public IReadOnlyList<TxnOperation> Failure { get; init; } = [];

    internal bool IsRead => Success.All(operation => operation.IsRead) && Failure.All(operation => operation.IsRead);

    internal Wire.TxnRequest ToWire()
    {
        var request = new Wire.TxnRequest();
        request.Compare.AddRange(Conditions.Select(condition => condition.ToWire()));
        request.Success.AddRange(Success.Select(operation => operation.ToWire()));
        request.Failure.AddRange(Failure.Select(operation => operation.ToWire()));
        return request;
    }
}

/// <summary>The answer to one operation; exactly one property is not null.</summary>
/// <param name="Range">Of a read.</param>
/// <param name="Put">Of a put.</param>
/// <param name="Delete">Of a deletion.</param>
/// <param name="Nested">Of a nested transaction.</param>
public sealed record TxnOperationResult(RangeResult? Range, PutResult? Put, DeleteResult? Delete, TxnResult? Nested)
{
    internal static TxnOperationResult From(Wire.ResponseOp response) => new(
        response.ResponseRange is { } range ? RangeResult.From(range) : null,
        response.ResponsePut is { } put ? PutResult.From(put) : null,
        response.ResponseDeleteRange is { } delete ? DeleteResult.From(delete) : null,
        response.ResponseTxn is { } nested ? TxnResult.From(nested) : null);
}

/// <summary>The answer to a transaction.</summary>
/// <param name="Header">Its revision is the transaction's.</param>
/// <param name="Succeeded">Whether all conditions held.</param>
/// <param name="Results">The results of the executed operations, in their order.</param>
public sealed record TxnResult(EtcdHeader Header, bool Succeeded, IReadOnlyList<TxnOperationResult> Results)
{
    internal static TxnResult From(Wire.TxnResponse response) =>
        new(EtcdHeader.From(response.Header), response.Succeeded, [.. response.Responses.Select(TxnOperationResult.From)]);
}
