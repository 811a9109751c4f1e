namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Where a file is unpacked, and its limits. A larger file counts as an attack on the disk.</summary>
/// <param name="Bytes">Unpacked bytes of all contents. 256 GiB: far above the 8 GB that etcd recommends for a database.</param>
/// <param name="FreeSpace">Bytes that must stay free on the disk of the unpacked file.</param>
/// <param name="Entries">Files and folders of an archive. Archives of the older tools have about ten.</param>
internal sealed record UnpackLimits(long Bytes = 256L << 30, long FreeSpace = 64L << 20, int Entries = 20_000)
{
    /// <summary>The folder for the unpacked file; null for the folder for temporary files.</summary>
    public string? Folder { get; init; }
}
