namespace EtcdAdmin.Security;

/// <summary>An issued certificate with its private key.</summary>
/// <remarks><see cref="ToString"/> does not print the key.</remarks>
public sealed record IssuedCertificate
{
    /// <summary>The certificate, and after it the intermediate authorities, which are sent with it. Without the root.</summary>
    public required string CertificatePem { get; init; }

    /// <summary>The private key, PKCS#8, not encrypted; empty for a certificate of a key that is elsewhere.</summary>
    public required string KeyPem { get; init; }

    /// <summary>The distinguished name, for instance <c>CN=n1</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>A few minutes before it was issued, see <see cref="CertificateAuthority.ClockSkew"/>.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The last second of its validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Upper-case hexadecimal, 32 digits.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>SHA-256 of the certificate, lower-case hexadecimal.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>One that was signed elsewhere.</summary>
    /// <exception cref="Errors.EtcdException">CertificateInvalid.</exception>
    internal static IssuedCertificate From(string certificatePem, string keyPem, string source)
    {
        var info = CertificateInfo.FromPem(certificatePem, source);
        return new IssuedCertificate
        {
            CertificatePem = certificatePem,
            KeyPem = keyPem,
            Subject = info.Subject,
            NotBefore = info.NotBefore,
            NotAfter = info.NotAfter,
            SerialNumber = info.SerialNumber,
            Thumbprint = info.Thumbprint,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Subject}, serial {SerialNumber}, valid until {NotAfter:u}";
}
