namespace EtcdAdmin.Text.Pem;

/// <summary>One block of a PEM text, from its BEGIN line to its END line.</summary>
/// <param name="Label">The label of the block, for instance <c>CERTIFICATE</c>.</param>
/// <param name="Text">The block with both lines; up to the end of the text if it is cut off.</param>
/// <param name="Content">The decoded content; null if it cannot be decoded.</param>
/// <param name="IsCut">True if the END line is missing.</param>
internal sealed record PemBlock(string Label, string Text, byte[]? Content, bool IsCut)
{
    /// <summary>Whether the block is a private key, by the rule of Go's <c>tls.X509KeyPair</c>.</summary>
    public bool IsKey => Label == "PRIVATE KEY" || Label.EndsWith(" PRIVATE KEY", StringComparison.Ordinal);

    /// <summary>Whether the key needs a passphrase: by PKCS#8's label, or by the header of the older format (RFC 1421).</summary>
    public bool IsEncrypted =>
        Label == "ENCRYPTED PRIVATE KEY" || Text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);
}
