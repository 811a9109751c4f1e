namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Where a file is unpacked, and how much may come out of it before it is taken for an attack on the disk.</summary>
/// <param name="Bytes">Of everything in it, unpacked. 256 GiB: far above the 8 GB that etcd advises for a database.</param>
/// <param name="FreeSpace">What must stay free where it is unpacked, in bytes.</param>
/// <param name="Entries">Files and folders of an archive. The older tools' have about ten.</param>
internal sealed record UnpackLimits(long Bytes = 256L << 30, long FreeSpace = 64L << 20, int Entries = 20_000)
{
    /// <summary>Where it is unpacked; null is the folder for temporary files.</summary>
    public string? Folder { get; init; }
}
