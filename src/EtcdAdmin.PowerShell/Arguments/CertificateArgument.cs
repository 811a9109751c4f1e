using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>A certificate as operators name it: the object itself (from <c>Get-PfxCertificate</c>, <c>Cert:</c>), or the path of a PEM file.</summary>
public sealed class CertificateArgument
{
    /// <summary>A certificate at hand.</summary>
    /// <param name="certificate">With its private key, where it is to decrypt.</param>
    public CertificateArgument(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        Certificate = certificate;
    }

    /// <summary>A certificate in a file.</summary>
    /// <param name="path">Counted from PowerShell's location.</param>
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
