using EtcdAdmin.Client.Records;

namespace EtcdAdmin.PowerShell.Objects;

/// <summary>A version of a key, from a cluster or a snapshot.</summary>
/// <remarks>Text is created when it is read, so a million keys that are only counted are never converted.</remarks>
/// <param name="record">The key and its value.</param>
/// <param name="keysOnly">Whether the key was read without its value.</param>
public abstract class EtcdKeyRecord(EtcdKeyValue record, bool keysOnly)
{
    /// <summary>The key as UTF-8. Bytes that are not valid UTF-8 are replaced by U+FFFD; see <see cref="KeyBytes"/>.</summary>
    public string Key => record.KeyText;

    /// <summary>
    /// The value as UTF-8. Bytes that are not valid UTF-8 are replaced by U+FFFD; see <see cref="ValueBytes"/>. Empty with
    /// -KeysOnly.
    /// </summary>
    public string Value => record.ValueText;

    /// <summary>The revision of this version.</summary>
    public long ModRevision => record.ModRevision;

    /// <summary>The revision at which the key was created.</summary>
    public long CreateRevision => record.CreateRevision;

    /// <summary>The number of writes since the key was created: 1 for a new key.</summary>
    public long Version => record.Version;

    /// <summary>The lease of the key; null if it has none.</summary>
    public LeaseId? Lease => record.Lease.IsNone ? null : record.Lease;

    /// <summary>The key, byte for byte; a copy each time.</summary>
    public byte[] KeyBytes => record.Key.ToArray();

    /// <summary>The value, byte for byte; a copy each time.</summary>
    public byte[] ValueBytes => record.Value.ToArray();

    /// <summary>
    /// Whether the key was read without its value, so that <see cref="Value"/> is empty whatever the key holds.
    /// </summary>
    internal bool IsKeyOnly => keysOnly;

    /// <summary>The key and its value, as the core has them.</summary>
    internal EtcdKeyValue ToKeyValue() => record;

    /// <summary>The key.</summary>
    public override string ToString() => Key;
}
