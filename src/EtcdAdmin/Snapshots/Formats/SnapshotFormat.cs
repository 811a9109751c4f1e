namespace EtcdAdmin.Snapshots.Formats;

/// <summary>The format of a snapshot file, recognized by its first bytes, not by its name.</summary>
/// <param name="Compression">How the file is compressed.</param>
/// <param name="Encryption">How the file is encrypted.</param>
public sealed record SnapshotFormat(SnapshotCompression Compression, SnapshotEncryption Encryption)
{
    /// <summary>The format of a database file as etcd's own tools write and read it.</summary>
    public static SnapshotFormat Plain { get; } = new(SnapshotCompression.None, SnapshotEncryption.None);

    /// <summary>Whether the file is encrypted.</summary>
    public bool IsEncrypted => Encryption != SnapshotEncryption.None;

    /// <summary>True for a database file that needs no unpacking.</summary>
    public bool IsPlain => this == Plain;

    /// <summary>
    /// The extension of the file: <c>.db</c>, <c>.db.gz</c>, <c>.zip</c>, <c>.tar.gz</c> or <c>.tar</c>, followed by <c>.enc</c> if encrypted.
    /// </summary>
    public string Extension => Packed + (IsEncrypted ? ".enc" : "");

    private string Packed => Compression switch
    {
        SnapshotCompression.None => ".db",
        SnapshotCompression.Gzip => ".db.gz",
        SnapshotCompression.Zip => ".zip",
        SnapshotCompression.TarGz => ".tar.gz",
        _ => ".tar",
    };

    /// <summary>The format as text for a table.</summary>
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
        return (Encryption, Compression) switch
        {
            (SnapshotEncryption.None, _) => packed,
            (SnapshotEncryption.Cms, SnapshotCompression.None) => "encrypted (CMS)",
            (SnapshotEncryption.Cms, _) => packed + ", encrypted (CMS)",
            (_, SnapshotCompression.None) => "encrypted",
            _ => packed + ", encrypted",
        };
    }
}
