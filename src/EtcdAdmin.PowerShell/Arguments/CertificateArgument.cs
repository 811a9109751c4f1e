using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>A certificate: an object (from <c>Get-PfxCertificate</c> or <c>Cert:</c>), or the path of a PEM file.</summary>
public sealed class CertificateArgument
{
    /// <summary>A certificate object.</summary>
    /// <param name="certificate">To decrypt, it must have its private key.</param>
    public CertificateArgument(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        Certificate = certificate;
    }

    /// <summary>A certificate in a file.</summary>
    /// <param name="path">Relative to PowerShell's location.</param>
    public CertificateArgument(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = path;
    }

    internal X509Certificate2? Certificate { get; }

    internal string? Path { get; }

    /// <inheritdoc/>
    public override string ToString() => Path ?? Certificate?.Subject ?? "";
}
