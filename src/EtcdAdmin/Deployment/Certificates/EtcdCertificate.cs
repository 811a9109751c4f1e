using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>A certificate, where it was found, and what is wrong with it.</summary>
public sealed record EtcdCertificate
{
    /// <summary>The name of the cluster; null for one that was read from a file or an endpoint.</summary>
    public string? Cluster { get; init; }

    /// <summary>The member that has it; null for authorities, and for the operator's client certificate.</summary>
    public string? Member { get; init; }

    /// <summary>What it is for.</summary>
    public required CertificateUse Use { get; init; }

    /// <summary>The file or, for a certificate as it is served, the URL.</summary>
    public required string Place { get; init; }

    /// <summary>Whether it was read from a connection. Otherwise it was read from a file, which etcd may not use yet.</summary>
    public bool IsServed { get; init; }

    /// <summary>The distinguished name of its holder.</summary>
    public required string Subject { get; init; }

    /// <summary>The distinguished name of the authority that signed it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The host names and addresses that it is valid for.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary><c>serverAuth</c>, <c>clientAuth</c> or an object identifier; empty if it does not restrict its use.</summary>
    public required IReadOnlyList<string> Usages { get; init; }

    /// <summary>The first second of its validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The last second of its validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Full days until it expires, rounded down; negative once it has expired.</summary>
    public required int DaysLeft { get; init; }

    /// <summary>The type and size of its key, for instance <c>ECDSA 256</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The serial number, upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>SHA-256 of the certificate, lower-case hexadecimal.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>What is wrong with it, as sentences; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Subject} in {Place}";

    /// <summary>Describes a certificate.</summary>
    /// <exception cref="Errors.EtcdException">CertificateInvalid: it is damaged.</exception>
    internal static EtcdCertificate From(X509Certificate2 certificate, CertificateUse use, string place, TimeProvider clock)
    {
        var info = CertificateInfo.From(certificate, place);
        return new EtcdCertificate
        {
            Use = use,
            Place = place,
            Subject = info.Subject,
            Issuer = info.Issuer,
            Names = info.SubjectAlternativeNames,
            Usages = info.ExtendedKeyUsages,
            NotBefore = info.NotBefore,
            NotAfter = info.NotAfter,
            DaysLeft = info.DaysLeft(clock),
            Key = KeyOf(certificate),
            SerialNumber = info.SerialNumber,
            Thumbprint = info.Thumbprint,
        };
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using RSA? rsa = certificate.GetRSAPublicKey();
        if (rsa is not null) return string.Create(CultureInfo.InvariantCulture, $"RSA {rsa.KeySize}");
        using ECDsa? ecdsa = certificate.GetECDsaPublicKey();
        return ecdsa is not null
            ? string.Create(CultureInfo.InvariantCulture, $"ECDSA {ecdsa.KeySize}")
            : certificate.PublicKey.Oid.FriendlyName ?? certificate.PublicKey.Oid.Value ?? "unknown";
    }
}
