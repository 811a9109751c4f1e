using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Security;

/// <summary>The content of a certificate.</summary>
public sealed record CertificateInfo
{
    /// <summary>id-at-commonName, X.520.</summary>
    private const string CommonNameOid = "2.5.4.3";

    /// <summary>The distinguished name, for instance <c>CN=n1</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The common name, which etcd uses as the user name; empty if there is none.</summary>
    public required string CommonName { get; init; }

    /// <summary>The distinguished name of the authority that signed it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The host names, then the IP addresses that it is valid for; empty for most clients.</summary>
    public required IReadOnlyList<string> SubjectAlternativeNames { get; init; }

    /// <summary>The first second of its validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The last second of its validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The allowed uses of the key; none if the certificate does not restrict them.</summary>
    public required X509KeyUsageFlags KeyUsages { get; init; }

    /// <summary><c>serverAuth</c>, <c>clientAuth</c> or an object identifier; empty if the certificate does not restrict its use.</summary>
    public required IReadOnlyList<string> ExtendedKeyUsages { get; init; }

    /// <summary>True if it may sign other certificates.</summary>
    public required bool IsAuthority { get; init; }

    /// <summary>Upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>SHA-256 of the certificate, lower-case hexadecimal.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>Reads the first certificate of a PEM text.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="source">The origin of the text for messages, usually a path.</param>
    /// <exception cref="EtcdException">CertificateInvalid: no certificate, or a damaged one.</exception>
    public static CertificateInfo FromPem(string pem, string source = "certificate")
    {
        ArgumentNullException.ThrowIfNull(pem);
        using X509Certificate2 certificate = PemReader.ReadCertificate(pem, source);
        return From(certificate, source);
    }

    /// <summary>The first certificate of a PEM text; null if there is none, or it cannot be read.</summary>
    internal static CertificateInfo? TryFromPem(string? pem)
    {
        try
        {
            return string.IsNullOrWhiteSpace(pem) ? null : FromPem(pem);
        }
        catch (EtcdException)
        {
            return null;
        }
    }

    /// <summary>Reads the first certificate of a PEM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid: missing, unreadable, no certificate, or a damaged one.</exception>
    public static async Task<CertificateInfo> ReadAsync(string path, CancellationToken cancellationToken) =>
        FromPem(await PemFile.ReadAsync(path, cancellationToken).ConfigureAwait(false), path);

    /// <summary>Full days until it expires, rounded down; negative once it has expired.</summary>
    /// <param name="clock">Null means the system clock.</param>
    public int DaysLeft(TimeProvider? clock = null) => DaysUntil(NotAfter, (clock ?? TimeProvider.System).GetUtcNow());

    /// <summary>Full days until a time, rounded down; negative after it.</summary>
    internal static int DaysUntil(DateTimeOffset end, DateTimeOffset now) => (int)Math.Floor((end - now).TotalDays);

    internal static CertificateInfo From(X509Certificate2 certificate, string source) =>
        PemReader.Decode(certificate, source, Decode);

    internal static string ThumbprintOf(X509Certificate2 certificate) =>
        Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));

    private static CertificateInfo Decode(X509Certificate2 certificate)
    {
        X509KeyUsageFlags usages = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages
            ?? X509KeyUsageFlags.None;
        bool signs = usages is X509KeyUsageFlags.None || usages.HasFlag(X509KeyUsageFlags.KeyCertSign);
        return new CertificateInfo
        {
            Subject = certificate.Subject,
            CommonName = CommonNameOf(certificate.SubjectName),
            Issuer = certificate.Issuer,
            SubjectAlternativeNames = NamesOf(certificate),
            NotBefore = certificate.NotBefore.ToUniversalTime(),
            NotAfter = certificate.NotAfter.ToUniversalTime(),
            KeyUsages = usages,
            ExtendedKeyUsages = PurposesOf(certificate),
            IsAuthority = signs
                && certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(basic => basic.CertificateAuthority),
            SerialNumber = certificate.SerialNumber,
            Thumbprint = ThumbprintOf(certificate),
        };
    }

    // Of several common names the last one counts, as in Go's pkix.Name, which etcd uses.
    private static string CommonNameOf(X500DistinguishedName name) =>
        name.EnumerateRelativeDistinguishedNames(reversed: false)
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid)
            .Select(part => part.GetSingleElementValue())
            .LastOrDefault() ?? "";

    private static string[] NamesOf(X509Certificate2 certificate) =>
    [
        .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()),
        .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateIPAddresses())
            .Select(address => address.ToString()),
    ];

    private static string[] PurposesOf(X509Certificate2 certificate) =>
    [
        .. certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(usage => usage.EnhancedKeyUsages.Cast<Oid>())
            .Select(oid => oid.Value switch
            {
                CertificateExtensions.ServerAuth => "serverAuth",
                CertificateExtensions.ClientAuth => "clientAuth",
                _ => oid.Value ?? "",
            }),
    ];
}
