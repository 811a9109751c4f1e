using EtcdAdmin.Client.Records;

namespace EtcdAdmin.PowerShell.Objects;

/// <summary>A version of a key of a snapshot.</summary>
/// <param name="path">The snapshot file that the key was read from.</param>
/// <param name="record">The key and its value.</param>
/// <param name="keysOnly">Whether the key was read without its value.</param>
public sealed class EtcdSnapshotKey(string path, EtcdKeyValue record, bool keysOnly = false) : EtcdKeyRecord(record, keysOnly)
{
    /// <summary>The snapshot file that the key was read from.</summary>
    public string Path { get; } = path;
}
