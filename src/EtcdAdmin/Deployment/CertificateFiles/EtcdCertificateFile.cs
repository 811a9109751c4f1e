using EtcdAdmin.Deployment.Certificates;

namespace EtcdAdmin.Deployment.CertificateFiles;

/// <summary>A certificate, or a request for one, that was written to files on this machine.</summary>
public sealed record EtcdCertificateFile
{
    /// <summary>What it is for.</summary>
    public required CertificateUse Use { get; init; }

    /// <summary>The member that it is for; null for clients and authorities.</summary>
    public string? Member { get; init; }

    /// <summary>The distinguished name of its holder.</summary>
    public required string Subject { get; init; }

    /// <summary>The host names and addresses that it is valid for.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>When it expires; null for a request.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>SHA-256 of the certificate, lower-case hexadecimal; null for a request.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>The file with the certificate, or the request.</summary>
    public required string Path { get; init; }

    /// <summary>The file with its private key, readable by its owner only.</summary>
    public required string KeyFile { get; init; }

    /// <summary>Whether <see cref="Path"/> is a request, which an authority must sign.</summary>
    public bool IsRequest { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
