namespace EtcdAdmin.Packages.Archives;

/// <summary>How much an archive may hold before it is taken for an attack on the disk.</summary>
/// <param name="Bytes">Unpacked, everything together. Official releases hold about 70 MB.</param>
/// <param name="Entries">Files, folders and links. Official releases hold about 50.</param>
internal sealed record ArchiveLimits(long Bytes = 2L << 30, int Entries = 20_000);
