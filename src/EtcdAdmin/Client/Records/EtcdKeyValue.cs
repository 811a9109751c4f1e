using System.Text;

namespace EtcdAdmin.Client.Records;

/// <summary>One version of one key.</summary>
/// <param name="Key">Any bytes.</param>
/// <param name="Value">Any bytes; empty where only keys were asked for, and in a deletion.</param>
/// <param name="CreateRevision">The revision that made the key.</param>
/// <param name="ModRevision">The revision of this version.</param>
/// <param name="Version">1 for a new key, one more with each change; 0 in a deletion.</param>
/// <param name="Lease">The lease the key goes with; none is <see cref="LeaseId.IsNone"/>.</param>
public sealed record EtcdKeyValue(
    ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long CreateRevision, long ModRevision, long Version, LeaseId Lease)
{
    /// <summary>The key as UTF-8; what is no UTF-8 is replaced by U+FFFD.</summary>
    public string KeyText => Encoding.UTF8.GetString(Key.Span);

    /// <summary>The value as UTF-8; what is no UTF-8 is replaced by U+FFFD.</summary>
    public string ValueText => Encoding.UTF8.GetString(Value.Span);

    /// <summary>The revisions alone: keys and values do not belong into logs.</summary>
    public override string ToString() => $"mod revision {ModRevision}, version {Version}, {Value.Length} bytes";

    internal static EtcdKeyValue From(Wire.KeyValue kv) =>
        new(kv.Key.Memory, kv.Value.Memory, kv.CreateRevision, kv.ModRevision, kv.Version, new LeaseId(kv.Lease));

    internal static EtcdKeyValue? FromOptional(Wire.KeyValue? kv) => kv is null ? null : From(kv);
}
