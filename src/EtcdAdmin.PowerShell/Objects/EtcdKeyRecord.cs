using EtcdAdmin.Client.Records;

namespace EtcdAdmin.PowerShell.Objects;

/// <summary>One version of one key, wherever it was read.</summary>
/// <remarks>Text is made when it is looked at, so a million keys that are only counted stay bytes.</remarks>
/// <param name="record">What was read.</param>
/// <param name="keysOnly">Whether its value was not asked for.</param>
public abstract class EtcdKeyRecord(EtcdKeyValue record, bool keysOnly)
{
    /// <summary>The key as UTF-8; what is no UTF-8 is replaced by U+FFFD, see <see cref="KeyBytes"/>.</summary>
    public string Key => record.KeyText;

    /// <summary>The value as UTF-8; what is no UTF-8 is replaced by U+FFFD, see <see cref="ValueBytes"/>. Empty with -KeysOnly.</summary>
    public string Value => record.ValueText;

    /// <summary>The revision of this version.</summary>
    public long ModRevision => record.ModRevision;

    /// <summary>The revision that made the key.</summary>
    public long CreateRevision => record.CreateRevision;

    /// <summary>1 for a new key, one more with each change.</summary>
    public long Version => record.Version;

    /// <summary>The lease the key goes with; null for none.</summary>
    public LeaseId? Lease => record.Lease.IsNone ? null : record.Lease;

    /// <summary>The key, byte for byte; a copy each time.</summary>
    public byte[] KeyBytes => record.Key.ToArray();

    /// <summary>The value, byte for byte; a copy each time.</summary>
    public byte[] ValueBytes => record.Value.ToArray();

    /// <summary>Whether its value was not asked for, so that the empty one is not what the key has.</summary>
    internal bool IsKeyOnly => keysOnly;

    /// <summary>What was read, as the core has it.</summary>
    internal EtcdKeyValue ToKeyValue() => record;

    /// <summary>The key.</summary>
    public override string ToString() => Key;
}
