namespace EtcdAdmin.Snapshots.Formats;

/// <summary>How a snapshot file is packed.</summary>
public enum SnapshotCompression
{
    /// <summary>Not at all: the database as it came.</summary>
    None,

    /// <summary>By gzip: <c>.gz</c>.</summary>
    Gzip,

    /// <summary>As the only database of a zip archive: <c>.zip</c>.</summary>
    Zip,

    /// <summary>In a tar archive compressed by gzip, as the older tools wrote it: <c>.tar.gz</c>.</summary>
    TarGz,

    /// <summary>In a tar archive that is not compressed: <c>.tar</c>. Read, never written.</summary>
    Tar,
}
