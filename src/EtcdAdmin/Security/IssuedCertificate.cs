namespace EtcdAdmin.Security;

/// <summary>A certificate just issued, with its private key.</summary>
/// <remarks><see cref="ToString"/> leaves the key out.</remarks>
public sealed record IssuedCertificate
{
    /// <summary>The certificate alone, without its authority's.</summary>
    public required string CertificatePem { get; init; }

    /// <summary>The private key, PKCS#8, not encrypted.</summary>
    public required string KeyPem { get; init; }

    /// <summary>The distinguished name, for instance <c>CN=n1</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Some minutes before it was issued, see <see cref="CertificateAuthority.ClockSkew"/>.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The last second it is valid in.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Upper-case hexadecimal, 32 digits.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>SHA-256 of the certificate, lower-case hexadecimal.</summary>
    public required string Thumbprint { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Subject}, serial {SerialNumber}, valid until {NotAfter:u}";
}
