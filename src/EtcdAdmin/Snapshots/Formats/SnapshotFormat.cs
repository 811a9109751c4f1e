namespace EtcdAdmin.Snapshots.Formats;

/// <summary>In what form a snapshot lies in its file; known from its first bytes, not from its name.</summary>
/// <param name="Compression">How it is packed.</param>
/// <param name="IsEncrypted">Whether it is encrypted, in the container that docs/design/encrypted-snapshots.md describes.</param>
public sealed record SnapshotFormat(SnapshotCompression Compression, bool IsEncrypted)
{
    /// <summary>A database file as etcd's own tools write and read it.</summary>
    public static SnapshotFormat Plain { get; } = new(SnapshotCompression.None, IsEncrypted: false);

    /// <summary>True for a database file that needs no unpacking.</summary>
    public bool IsPlain => this == Plain;

    /// <summary>How its file's name ends: <c>.db</c>, <c>.db.gz</c>, <c>.zip</c>, <c>.tar.gz</c>, <c>.tar</c>, with <c>.enc</c> where encrypted.</summary>
    public string Extension => Packed + (IsEncrypted ? ".enc" : "");

    private string Packed => Compression switch
    {
        SnapshotCompression.None => ".db",
        SnapshotCompression.Gzip => ".db.gz",
        SnapshotCompression.Zip => ".zip",
        SnapshotCompression.TarGz => ".tar.gz",
        _ => ".tar",
    };

    /// <summary>In words, for a table.</summary>
    public override string ToString()
    {
        string packed = Compression switch
        {
            SnapshotCompression.None => "plain",
            SnapshotCompression.Gzip => "gzip",
            SnapshotCompression.Zip => "zip",
            SnapshotCompression.TarGz => "tar.gz",
            _ => "tar",
        };
        return (IsEncrypted, Compression) switch
        {
            (false, _) => packed,
            (true, SnapshotCompression.None) => "encrypted",
            _ => packed + ", encrypted",
        };
    }
}
