using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>What bytes are, by how they begin. In the order in which one lies in the other.</summary>
internal enum ContentKind
{
    Encrypted,
    Gzip,
    Tar,
    Zip,
    Other,
}

/// <summary>Recognises what bytes are.</summary>
internal static class ContentKinds
{
    /// <summary>How many bytes are looked at, at most.</summary>
    public const int HeadSize = 512;

    /// <param name="head">The first bytes, up to <see cref="HeadSize"/>.</param>
    public static ContentKind Of(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(ContainerFormat.Magic)) return ContentKind.Encrypted;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return ContentKind.Gzip;
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8)) return ContentKind.Zip; // the latter is an empty archive
        return head.Length >= 262 && head[257..].StartsWith("ustar"u8) ? ContentKind.Tar : ContentKind.Other;
    }

    /// <summary>Whether the first page of a bolt database begins so.</summary>
    public static bool IsDatabase(ReadOnlySpan<byte> head) =>
        head.Length >= BoltFormat.PageHeaderSize + BoltFormat.MetaSize && BoltMeta.HasMagic(head[BoltFormat.PageHeaderSize..]);

    /// <summary>In words.</summary>
    public static string Describe(ContentKind kind) => kind switch
    {
        ContentKind.Encrypted => "an encrypted file",
        ContentKind.Gzip => "a gzip file",
        ContentKind.Tar => "a tar archive",
        ContentKind.Zip => "a zip archive",
        _ => "a file",
    };
}
