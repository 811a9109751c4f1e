namespace EtcdAdmin.Security.Cms;

/// <summary>The numbers and limits of our CMS messages (AuthEnvelopedData, RFC 5083), and how a message is recognized.</summary>
internal static class CmsFormat
{
    /// <summary>Of AES-256-GCM. The tag has the full length; RFC 5084 allows shorter ones.</summary>
    public const int KeySize = 32, NonceSize = 12, TagSize = 16, MinTagSize = 12;

    public const int SaltSize = 32;

    /// <summary>Bytes of the content in one part. At this size, the overhead of a part does not matter.</summary>
    public const int PartSize = 1 << 20;

    /// <summary>Iterations of PBKDF2 with HMAC-SHA-512: about half a second. OWASP recommended 210,000 in 2023.</summary>
    public const int Iterations = 600_000;

    // They limit the work and memory that a hostile file can cause.
    public const int MaxIterations = 10_000_000, MaxRecipients = 64, MaxHeaderSize = 256 << 10;

    // The encoded object identifiers. Recognizing a file must not load the library.
    private static ReadOnlySpan<byte> AuthEnvelopedData => [0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17];

    private static ReadOnlySpan<byte> EnvelopedData => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];

    /// <summary>Whether the bytes begin an encrypted CMS message in DER or BER, authenticated or not.</summary>
    /// <param name="head">The first bytes.</param>
    public static bool IsMessage(ReadOnlySpan<byte> head)
    {
        const byte Sequence = 0x30, Indefinite = 0x80;
        if (head.Length < 2 || head[0] != Sequence) return false;
        int lengthBytes = head[1] <= Indefinite ? 0 : head[1] - Indefinite;
        ReadOnlySpan<byte> content = lengthBytes <= sizeof(long) && head.Length > 2 + lengthBytes ? head[(2 + lengthBytes)..] : default;
        return content.StartsWith(AuthEnvelopedData) || content.StartsWith(EnvelopedData);
    }
}
