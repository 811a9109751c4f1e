using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>How a key changed.</summary>
public enum KeyChange
{
    /// <summary>Only the newer side has the key.</summary>
    Added,

    /// <summary>Only the older side has the key.</summary>
    Removed,

    /// <summary>Both sides have the key, with different values or leases.</summary>
    Changed,
}

/// <summary>A key that differs between two sides.</summary>
/// <param name="Change">How the key changed.</param>
/// <param name="Before">The key on the older side; null if that side does not have it.</param>
/// <param name="After">The key on the newer side; null if that side does not have it.</param>
public sealed record KeyDifference(KeyChange Change, EtcdKeyValue? Before, EtcdKeyValue? After)
{
    /// <summary>The key.</summary>
    public ReadOnlyMemory<byte> Key => (After ?? Before)!.Key; // one of them is not null
}
