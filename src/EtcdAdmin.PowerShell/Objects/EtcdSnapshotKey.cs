using EtcdAdmin.Client.Records;

namespace EtcdAdmin.PowerShell.Objects;

/// <summary>One version of one key of a snapshot, as PowerShell shows it and passes it on.</summary>
/// <param name="path">Where it was read.</param>
/// <param name="record">What was read.</param>
/// <param name="keysOnly">Whether its value was not asked for.</param>
public sealed class EtcdSnapshotKey(string path, EtcdKeyValue record, bool keysOnly = false) : EtcdKeyRecord(record, keysOnly)
{
    /// <summary>The file it was read from.</summary>
    public string Path { get; } = path;
}
