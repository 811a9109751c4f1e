using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Text.Pem;

/// <summary>Splits a PEM text into blocks, so that an error can say what is wrong with it.</summary>
internal static partial class PemContent
{
    public const string CertificateLabel = "CERTIFICATE";

    /// <summary>The blocks of a text. Other text before, between and after them is allowed, as openssl writes it.</summary>
    public static IReadOnlyList<PemBlock> Blocks(string text)
    {
        var blocks = new List<PemBlock>();
        MatchCollection starts = Begin().Matches(text);
        for (int i = 0; i < starts.Count; i++)
        {
            string label = starts[i].Groups["label"].Value;
            int limit = i + 1 < starts.Count ? starts[i + 1].Index : text.Length;
            string endLine = $"-----END {label}-----";
            int end = text.IndexOf(endLine, starts[i].Index, limit - starts[i].Index, StringComparison.Ordinal);
            string block = text[starts[i].Index..(end < 0 ? limit : end + endLine.Length)];
            blocks.Add(new PemBlock(label, block, end < 0 ? null : Decode(block), IsCut: end < 0));
        }

        return blocks;
    }

    /// <summary>All certificates of a text, at least one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">The origin of the text for messages, usually a path.</param>
    /// <exception cref="EtcdException">CertificateInvalid: no certificate, or a damaged one.</exception>
    public static X509Certificate2Collection Certificates(string text, string source)
    {
        IReadOnlyList<PemBlock> blocks = Blocks(text);
        PemBlock[] found = [.. blocks.Where(block => block.Label == CertificateLabel)];
        if (found.Length == 0) throw PemMistake.NoCertificate(text, blocks, source);
        var certificates = new X509Certificate2Collection();
        for (int i = 0; i < found.Length; i++)
        {
            string which = found.Length == 1 ? "its certificate" : $"certificate {i + 1} of {found.Length} in it";
            if (found[i].IsCut) throw PemMistake.Cut(source, which, CertificateLabel);
            certificates.Add(Load(found[i], source, which));
        }

        return certificates;
    }

    /// <summary>The text without the private keys beside its certificates. A text without a certificate stays as it is.</summary>
    public static string WithoutKeys(string text)
    {
        IReadOnlyList<PemBlock> blocks = Blocks(text);
        return !blocks.Any(block => block.Label == CertificateLabel) ? text
            : blocks.Where(block => block.IsKey).Aggregate(text, (rest, block) => rest.Replace(block.Text, "", StringComparison.Ordinal));
    }

    /// <summary>Whether the text has a private key.</summary>
    public static bool HasKey(string text) => Blocks(text).Any(block => block.IsKey);

    private static X509Certificate2 Load(PemBlock block, string source, string which)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(
                block.Content ?? throw new CryptographicException("The text between the BEGIN and END lines is not base64."));
        }
        catch (CryptographicException e)
        {
            throw PemMistake.Damaged(block, source, which, e);
        }
    }

    private static byte[]? Decode(string block)
    {
        if (!PemEncoding.TryFind(block, out PemFields fields)) return null;
        var content = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(block.AsSpan()[fields.Base64Data], content, out int written) && written == content.Length
            ? content
            : null;
    }

    [GeneratedRegex("-----BEGIN (?<label>[^\r\n-]+)-----", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Begin();
}
