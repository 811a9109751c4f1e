namespace EtcdAdmin.Text.Pem;

/// <summary>One block of a PEM text, from its BEGIN line to its END line.</summary>
/// <param name="Label">What the block says it is, for instance <c>CERTIFICATE</c>.</param>
/// <param name="Text">The block with both lines; up to the end of the text where it is cut off.</param>
/// <param name="Content">What it holds; null where that cannot be decoded.</param>
/// <param name="IsCut">True where the END line is missing.</param>
internal sealed record PemBlock(string Label, string Text, byte[]? Content, bool IsCut)
{
    /// <summary>A private key of any kind, as Go's <c>tls.X509KeyPair</c> decides it.</summary>
    public bool IsKey => Label == "PRIVATE KEY" || Label.EndsWith(" PRIVATE KEY", StringComparison.Ordinal);

    /// <summary>A key that needs a passphrase: PKCS#8's own label, or the header of the older form (RFC 1421).</summary>
    public bool IsEncrypted =>
        Label == "ENCRYPTED PRIVATE KEY" || Text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);
}
