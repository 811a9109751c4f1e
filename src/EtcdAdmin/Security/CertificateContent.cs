using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>Converts the content of certificate and key files to PEM text.</summary>
internal static class CertificateContent
{
    private const int Enough = 64; // characters that show whether a text is UTF-16

    /// <summary>The content as PEM text; blocks of a text are not checked.</summary>
    /// <param name="content">PEM (UTF-8, or UTF-16 as Windows PowerShell writes it), DER or PKCS#12.</param>
    /// <param name="source">The origin of the content for messages, usually a path.</param>
    /// <param name="passphrase">Decrypts PKCS#12 and keys; null for none. Without it, encrypted keys in PEM texts stay encrypted.</param>
    /// <exception cref="EtcdException">CertificateInvalid: another kind of file, a wrong passphrase, or a missing one.</exception>
    public static string ToPem(byte[] content, string source, string? passphrase) => DerContent.KindOf(content) switch
    {
        DerKind.Certificate or DerKind.Key => DerContent.ToPem(content),
        DerKind.EncryptedKey => EncryptedKey.Decrypt(content, source, passphrase ?? throw PemMistake.Encrypted(source, isDer: true)),
        DerKind.Pkcs12 => Pkcs12Content.ToPem(content, source, passphrase),
        DerKind.Other => throw DerContent.Explain(content, source),
        _ when passphrase is null => Decode(content),
        _ => EncryptedKey.DecryptAll(Decode(content), source, passphrase),
    };

    private static string Decode(byte[] content)
    {
        using var reader = new StreamReader(new MemoryStream(content), Guess(content), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    // PEM is ASCII, so in UTF-16 every other byte is 0. Some editors omit the byte order mark.
    private static Encoding Guess(byte[] content)
    {
        ReadOnlySpan<byte> start = content.AsSpan(0, Math.Min(content.Length, 2 * Enough) & ~1);
        bool little = start.Length > 0, big = start.Length > 0;
        for (int i = 0; i < start.Length; i += 2)
        {
            little &= start[i] != 0 && start[i + 1] == 0;
            big &= start[i] == 0 && start[i + 1] != 0;
        }

        return little ? Encoding.Unicode : big ? Encoding.BigEndianUnicode : Encoding.UTF8;
    }
}
