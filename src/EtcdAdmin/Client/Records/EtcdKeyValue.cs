using System.Text;
using Wire = Mvccpb;

namespace EtcdAdmin.Client.Records;

/// <summary>One version of a key.</summary>
/// <param name="Key">Any bytes.</param>
/// <param name="Value">Any bytes; empty if only keys were requested, and in a deletion.</param>
/// <param name="CreateRevision">The revision that created the key.</param>
/// <param name="ModRevision">The revision of this version.</param>
/// <param name="Version">1 for a new key, increased by each change; 0 in a deletion.</param>
/// <param name="Lease">The lease of the key; <see cref="LeaseId.IsNone"/> without a lease.</param>
public sealed record EtcdKeyValue(
    ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long CreateRevision, long ModRevision, long Version, LeaseId Lease)
{
    /// <summary>The key as UTF-8; invalid bytes are replaced by U+FFFD.</summary>
    public string KeyText => Encoding.UTF8.GetString(Key.Span);

    /// <summary>The value as UTF-8; invalid bytes are replaced by U+FFFD.</summary>
    public string ValueText => Encoding.UTF8.GetString(Value.Span);

    /// <summary>Only the revisions: keys and values must not be logged.</summary>
    public override string ToString() => $"mod revision {ModRevision}, version {Version}, {Value.Length} bytes";

    internal static EtcdKeyValue From(Wire.KeyValue kv) =>
        new(kv.Key.Memory, kv.Value.Memory, kv.CreateRevision, kv.ModRevision, kv.Version, new LeaseId(kv.Lease));

    internal static EtcdKeyValue? FromOptional(Wire.KeyValue? kv) => kv is null ? null : From(kv);
}
