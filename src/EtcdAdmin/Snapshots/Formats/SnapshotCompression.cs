namespace EtcdAdmin.Snapshots.Formats;

/// <summary>How a snapshot file is compressed.</summary>
public enum SnapshotCompression
{
    /// <summary>Not compressed: the plain database.</summary>
    None,

    /// <summary>Compressed with gzip: <c>.gz</c>.</summary>
    Gzip,

    /// <summary>The only database in a zip archive: <c>.zip</c>.</summary>
    Zip,

    /// <summary>In a tar archive compressed with gzip, as the older tools wrote it: <c>.tar.gz</c>.</summary>
    TarGz,

    /// <summary>In an uncompressed tar archive: <c>.tar</c>. Can be read but not written.</summary>
    Tar,
}
