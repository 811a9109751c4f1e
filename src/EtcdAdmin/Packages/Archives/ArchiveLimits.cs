namespace EtcdAdmin.Packages.Archives;

/// <summary>The limits for unpacking an archive, against archives that would fill the disk.</summary>
/// <param name="Bytes">Unpacked, in total. Official releases have about 70 MB.</param>
/// <param name="Entries">Files, folders and links. Official releases have about 50.</param>
internal sealed record ArchiveLimits(long Bytes = 2L << 30, int Entries = 20_000);
