namespace EtcdAdmin.Snapshots.Forms;

/// <summary>How much may come out of a file before it is taken for an attack on the disk.</summary>
/// <param name="Bytes">Of everything in it, unpacked. 256 GiB: far above the 8 GB that etcd advises for a database.</param>
/// <param name="FreeSpace">What must stay free where it is unpacked, in bytes.</param>
/// <param name="Entries">Files and folders of an archive. The older tools' have about ten.</param>
internal sealed record UnpackLimits(long Bytes = 256L << 30, long FreeSpace = 64L << 20, int Entries = 20_000);
