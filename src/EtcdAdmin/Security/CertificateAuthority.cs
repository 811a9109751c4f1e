using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>The certificate authority of a cluster: issues server, peer and client certificates.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>Ten years (3650 days): the default lifetime of an authority.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(3650);

    /// <summary>Five minutes: certificates are dated back by this much, so that hosts with slow clocks accept them at once.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const string Source = "certificate authority";

    private readonly IReadOnlyList<X509Certificate2> _path;
    private readonly PrivateKey _key;
    private readonly TimeProvider _clock;
    private readonly Lock _signing = new();

    private CertificateAuthority(IReadOnlyList<X509Certificate2> path, PrivateKey key, TimeProvider clock)
    {
        _path = path;
        _key = key;
        _clock = clock;
        Path = [.. path.Select(one => CertificateInfo.From(one, Source))];
        CertificatePem = path[^1].ExportCertificatePem() + "\n";
        ChainPem = string.Concat(path.SkipLast(1).Select(one => one.ExportCertificatePem() + "\n"));
    }

    /// <summary>The content of the certificate that it signs with.</summary>
    public CertificateInfo Certificate => Path[0];

    /// <summary>The certificate that members and clients trust: its own, or that of the root above an intermediate authority.</summary>
    public string CertificatePem { get; }

    /// <summary>The intermediate authorities that are sent with each certificate: its own and those above it, without the root. Empty for a
    /// root.</summary>
    public string ChainPem { get; }

    /// <summary>Its certificate, those above it, and the root.</summary>
    internal IReadOnlyList<CertificateInfo> Path { get; }

    /// <summary>Whether an authority that it issues is trusted: no certificate on its path forbids one more below it.</summary>
    internal bool AllowsIntermediate => _path.Select((one, below) => one.Extensions.OfType<X509BasicConstraintsExtension>()
        .All(constraints => !constraints.HasPathLengthConstraint || constraints.PathLengthConstraint > below)).All(allows => allows);

    private X509Certificate2 Own => _path[0];

    /// <summary>Makes a new authority with a self-signed certificate that may sign certificates but no further authorities.</summary>
    /// <param name="commonName">Its common name, 1 to 64 characters, for instance <c>prod etcd CA</c>.</param>
    /// <param name="algorithm">The type of its key.</param>
    /// <param name="validity">Its lifetime from now on; null is <see cref="DefaultValidity"/>.</param>
    /// <param name="clock">Null means the system clock.</param>
    /// <exception cref="ArgumentException">The name is empty or too long, or the lifetime is not positive.</exception>
    public static CertificateAuthority Create(
        string commonName,
        KeyAlgorithm algorithm = KeyAlgorithm.EcdsaP256,
        TimeSpan? validity = null,
        TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(commonName);
        var spec = new AuthoritySpec { Subject = commonName, KeyAlgorithm = algorithm, Validity = validity ?? DefaultValidity };
        return Create(SubjectName.FromCommonName(commonName), spec, clock);
    }

    /// <summary>Makes a new authority with a self-signed certificate.</summary>
    /// <param name="spec">Its content.</param>
    /// <param name="clock">Null means the system clock.</param>
    /// <exception cref="ArgumentException">The subject is not a name, or the lifetime is not positive.</exception>
    public static CertificateAuthority Create(AuthoritySpec spec, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Create(SubjectName.Parse(spec.Subject), spec, clock);
    }

    private static CertificateAuthority Create(X500DistinguishedName subject, AuthoritySpec spec, TimeProvider? clock)
    {
        ValidityPeriod period = ValidityPeriod.From(clock ?? TimeProvider.System, spec.Validity, spec.Backdate);
        PrivateKey key = PrivateKey.Create(spec.KeyAlgorithm);
        var request = new CertificateRequest(subject, key.PublicKey, key.SignatureHash);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(
            pathLengthConstraint: spec.AllowsIntermediate ? 1 : 0));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        X509Certificate2 certificate = request.Create(
            subject, key.CreateSigner(), period.NotBefore, period.NotAfter, RandomSerialNumber());
        return new CertificateAuthority([certificate], key, clock ?? TimeProvider.System);
    }

    /// <summary>Loads an existing authority.</summary>
    /// <param name="certificatePem">Its certificate; of several, the first. After that of an intermediate authority, all above it up to the
    /// root.</param>
    /// <param name="keyPem">Its key, not encrypted: PKCS#8, EC or RSA.</param>
    /// <param name="clock">Null means the system clock.</param>
    /// <exception cref="EtcdException">CertificateInvalid: unreadable, not an authority, the root is missing, or the key does not match the
    /// certificate.</exception>
    public static CertificateAuthority Load(string certificatePem, string keyPem, TimeProvider? clock = null) =>
        Load(certificatePem, keyPem, clock, Source);

    internal static CertificateAuthority Load(string certificatePem, string keyPem, TimeProvider? clock, string source)
    {
        X509Certificate2Collection all = PemContent.Certificates(certificatePem, source);
        PrivateKey? key = null;
        try
        {
            key = PrivateKey.FromPem(keyPem, source);
            if (!PemReader.Decode(all[0], source, key.Matches))
            {
                throw CertificateError.Make(source, "its key does not match its certificate",
                    "Restore the certificate and key that belong together.");
            }

            IReadOnlyList<X509Certificate2> path = AuthorityPath.Find(all, source);
            foreach (X509Certificate2 other in all.Where(one => !path.Contains(one))) other.Dispose();
            return new CertificateAuthority(path, key, clock ?? TimeProvider.System);
        }
        catch
        {
            key?.Dispose();
            foreach (X509Certificate2 one in all) one.Dispose();
            throw;
        }
    }

    /// <summary>Signs a list of revoked certificates, DER, valid as long as the authority.</summary>
    /// <param name="number">Its number, higher than that of the list before.</param>
    /// <param name="revoked">The certificates.</param>
    /// <exception cref="EtcdException">CertificateInvalid: the authority has expired.</exception>
    internal byte[] SignRevocationList(long number, IEnumerable<RevokedCertificate> revoked)
    {
        CertificateCheck.IsValidNow(Certificate, Source, _clock);
        var builder = new CertificateRevocationListBuilder();
        foreach (RevokedCertificate one in revoked)
        {
            builder.AddEntry(
                Convert.FromHexString(one.SerialNumber), one.RevokedAt,
                one.Reason == RevocationReason.Unspecified ? null : (X509RevocationReason)one.Reason);
        }

        // The issuer's name and not its certificate: an authority of one's own may lack the usage for lists, which etcd does not look at.
        lock (_signing)
        {
            return builder.Build(
                Own.SubjectName, _key.CreateSigner(), number, Own.NotAfter, _key.SignatureHash, CertificateExtensions.KeyIdentifierOf(Own),
                _clock.GetUtcNow() - ClockSkew);
        }
    }

    /// <summary>Makes a key and issues a certificate for it.</summary>
    /// <param name="spec">The content of the certificate.</param>
    /// <exception cref="ArgumentException">A host name or the common name is not allowed in a certificate, or a required one is missing.</exception>
    /// <exception cref="EtcdException">CertificateInvalid: the authority has expired or is not valid yet, or expires before the certificate would.
    /// </exception>
    public IssuedCertificate Issue(CertificateSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        using PrivateKey key = PrivateKey.Create(spec.KeyAlgorithm);
        return Issue(spec, key.PublicKey) with { KeyPem = key.ExportPem() };
    }

    /// <summary>Issues a certificate for the key of another one, which may be elsewhere.</summary>
    /// <param name="spec">The content of the certificate; its key algorithm does not matter.</param>
    /// <param name="certificatePem">A certificate of the key.</param>
    /// <param name="source">Its origin for messages, usually a path.</param>
    /// <returns>A certificate without a key.</returns>
    /// <exception cref="EtcdException">CertificateInvalid: as above, or the certificate cannot be read.</exception>
    internal IssuedCertificate IssueFor(CertificateSpec spec, string certificatePem, string source)
    {
        X509Certificate2Collection present = PemContent.Certificates(certificatePem, source);
        try
        {
            return Issue(spec, present[0].PublicKey);
        }
        finally
        {
            foreach (X509Certificate2 one in present) one.Dispose();
        }
    }

    /// <summary>Issues an authority that may sign only certificates, and only for certain names.</summary>
    /// <param name="commonName">Its common name; it is cut off after 64 characters.</param>
    /// <param name="names">Host names and IP addresses.</param>
    /// <param name="keys">The algorithm of its key.</param>
    /// <param name="validity">Its lifetime from now on. It is shortened if this authority expires earlier.</param>
    /// <exception cref="EtcdException">CertificateInvalid: this authority has expired or is not valid yet.</exception>
    internal IssuedCertificate IssueAuthority(string commonName, IEnumerable<string> names, KeyAlgorithm keys, TimeSpan validity)
    {
        const int LongestName = 64; // X.520
        ValidityPeriod period = Path.Aggregate(
            ValidityPeriod.From(_clock, validity, ClockSkew), (all, authority) => all.Within(authority, _clock, entire: false));
        byte[] serial = RandomSerialNumber();
        using PrivateKey key = PrivateKey.Create(keys);
        X500DistinguishedName subject =
            SubjectName.FromCommonName(commonName.Length <= LongestName ? commonName : commonName[..LongestName].TrimEnd());
        var request = new CertificateRequest(subject, key.PublicKey, _key.SignatureHash);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(key.PublicKey, critical: false));
        request.CertificateExtensions.Add(CertificateExtensions.KeyIdentifierOf(Own));
        request.CertificateExtensions.Add(NameConstraints.Create(names));
        using X509Certificate2 certificate = Sign(request, period, serial);
        return IssuedCertificate.From(certificate.ExportCertificatePem() + "\n" + ChainPem, key.ExportPem(), Source);
    }

    private IssuedCertificate Issue(CertificateSpec spec, PublicKey key)
    {
        byte[] serial = RandomSerialNumber();
        X500DistinguishedName subject = SubjectName.For(spec, serial);
        HostNameList hostNames = HostNameList.From(spec);
        ValidityPeriod period = Path.Aggregate(
            ValidityPeriod.From(_clock, spec), (all, authority) => all.Within(authority, _clock, spec.RequiresFullValidity));

        var request = new CertificateRequest(subject, key, _key.SignatureHash);
        foreach (X509Extension extension in CertificateExtensions.For(spec.Profile, key, Own))
        {
            request.CertificateExtensions.Add(extension);
        }

        if (!hostNames.IsEmpty) request.CertificateExtensions.Add(hostNames.ToExtension());
        using X509Certificate2 certificate = Sign(request, period, serial);
        return new IssuedCertificate
        {
            CertificatePem = certificate.ExportCertificatePem() + "\n" + ChainPem,
            KeyPem = "",
            Subject = certificate.Subject,
            NotBefore = period.NotBefore,
            NotAfter = period.NotAfter,
            SerialNumber = certificate.SerialNumber,
            Thumbprint = CertificateInfo.ThumbprintOf(certificate),
        };
    }

    /// <summary>The private key, PKCS#8, not encrypted. With this key anyone can issue certificates for members and clients of the cluster.</summary>
    public string ExportKeyPem() => _key.ExportPem();

    /// <summary>The private key, encrypted with a passphrase (PKCS#8).</summary>
    /// <param name="passphrase">Not empty.</param>
    public string ExportKeyPem(string passphrase)
    {
        ArgumentException.ThrowIfNullOrEmpty(passphrase);
        return _key.ExportPem(passphrase);
    }

    /// <summary>The same authority, disposed separately.</summary>
    public CertificateAuthority Copy() => Load(ChainPem + CertificatePem, ExportKeyPem(), _clock);

    /// <summary>Throws if one of its certificates is not valid now.</summary>
    /// <param name="source">Its origin for messages, usually a path.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public void RequireValid(string source)
    {
        foreach (CertificateInfo one in Path) CertificateCheck.IsValidNow(one, source, _clock);
    }

    /// <summary>Disposes the key.</summary>
    public void Dispose()
    {
        _key.Dispose();
        foreach (X509Certificate2 one in _path) one.Dispose();
    }

    private X509Certificate2 Sign(CertificateRequest request, ValidityPeriod period, byte[] serial)
    {
        lock (_signing) // the platform's key objects are not safe for several threads
        {
            return request.Create(Own.SubjectName, _key.CreateSigner(), period.NotBefore, period.NotAfter, serial);
        }
    }

    /// <summary>16 bytes, of which 126 bits are random: never negative and always of the same length, so it prints the same everywhere.</summary>
    private static byte[] RandomSerialNumber()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
