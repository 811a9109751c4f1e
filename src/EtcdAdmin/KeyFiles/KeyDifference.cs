using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>What became of a key.</summary>
public enum KeyChange
{
    /// <summary>Only the newer side has it.</summary>
    Added,

    /// <summary>Only the older side has it.</summary>
    Removed,

    /// <summary>Both have it, with different values or leases.</summary>
    Changed,
}

/// <summary>A key that two sides do not have alike.</summary>
/// <param name="Change">What became of it.</param>
/// <param name="Before">On the older side; null where that does not have it.</param>
/// <param name="After">On the newer side; null where that does not have it.</param>
public sealed record KeyDifference(KeyChange Change, EtcdKeyValue? Before, EtcdKeyValue? After)
{
    /// <summary>The key.</summary>
    public ReadOnlyMemory<byte> Key => (After ?? Before)!.Key; // one of them is there
}
