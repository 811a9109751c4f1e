using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Security.Cms;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>The type of data, recognized by its first bytes. The values are ordered from the outer to the inner layer.</summary>
internal enum ContentKind
{
    Encrypted,
    Gzip,
    Tar,
    Zip,
    Other,
}

/// <summary>Recognizes the type of data.</summary>
internal static class ContentKinds
{
    /// <summary>The maximum number of bytes that are needed.</summary>
    public const int HeadSize = 512;

    /// <param name="head">The first bytes, up to <see cref="HeadSize"/>.</param>
    public static ContentKind Of(ReadOnlySpan<byte> head)
    {
        if (EncryptionOf(head) != SnapshotEncryption.None) return ContentKind.Encrypted;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return ContentKind.Gzip;
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8)) return ContentKind.Zip; // the second is an empty archive
        return head.Length >= 262 && head[257..].StartsWith("ustar"u8) ? ContentKind.Tar : ContentKind.Other;
    }

    /// <summary>Returns how data is encrypted.</summary>
    /// <param name="head">As above.</param>
    public static SnapshotEncryption EncryptionOf(ReadOnlySpan<byte> head) => head.StartsWith(ContainerFormat.Magic)
        ? SnapshotEncryption.Container
        : CmsFormat.IsMessage(head) ? SnapshotEncryption.Cms : SnapshotEncryption.None;

    /// <summary>Whether the bytes are the start of the first page of a bbolt database.</summary>
    public static bool IsDatabase(ReadOnlySpan<byte> head) =>
        head.Length >= BoltFormat.PageHeaderSize + BoltFormat.MetaSize && BoltMeta.HasMagic(head[BoltFormat.PageHeaderSize..]);

    /// <summary>The type as a noun phrase.</summary>
    public static string Describe(ContentKind kind) => kind switch
    {
        ContentKind.Encrypted => "an encrypted file",
        ContentKind.Gzip => "a gzip file",
        ContentKind.Tar => "a tar archive",
        ContentKind.Zip => "a zip archive",
        _ => "a file",
    };
}
