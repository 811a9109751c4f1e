namespace EtcdAdmin.Snapshots.Formats;

/// <summary>How a snapshot file is encrypted.</summary>
public enum SnapshotEncryption
{
    /// <summary>Not encrypted.</summary>
    None,

    /// <summary>
    /// A CMS message (AuthEnvelopedData with AES-256-GCM), which <c>openssl cms -decrypt</c> opens too. Openssl reads files up to about
    /// 1.6 GB.
    /// </summary>
    Cms,

    /// <summary>
    /// The container of EtcdAdmin, described in docs/design/encrypted-snapshots.md: for files of any size. Only EtcdAdmin opens it.
    /// </summary>
    Container,
}
