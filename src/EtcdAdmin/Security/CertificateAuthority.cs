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

    private readonly X509Certificate2 _certificate;
    private readonly PrivateKey _key;
    private readonly TimeProvider _clock;
    private readonly Lock _signing = new();

    private CertificateAuthority(X509Certificate2 certificate, PrivateKey key, TimeProvider clock)
    {
        _certificate = certificate;
        _key = key;
        _clock = clock;
        Certificate = CertificateInfo.From(certificate, Source);
        CertificatePem = certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>The content of its certificate.</summary>
    public CertificateInfo Certificate { get; }

    /// <summary>Its certificate, which members and clients trust.</summary>
    public string CertificatePem { get; }

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
        X500DistinguishedName subject = SubjectName.FromCommonName(commonName);
        ValidityPeriod period = ValidityPeriod.From(clock ?? TimeProvider.System, validity ?? DefaultValidity, ClockSkew);
        PrivateKey key = PrivateKey.Create(algorithm);
        var request = new CertificateRequest(subject, key.PublicKey, key.SignatureHash);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        X509Certificate2 certificate = request.Create(
            subject, key.CreateSigner(), period.NotBefore, period.NotAfter, RandomSerialNumber());
        return new CertificateAuthority(certificate, key, clock ?? TimeProvider.System);
    }

    /// <summary>Loads an existing authority.</summary>
    /// <param name="certificatePem">Its certificate; of several, the first.</param>
    /// <param name="keyPem">Its key, not encrypted: PKCS#8, EC or RSA.</param>
    /// <param name="clock">Null means the system clock.</param>
    /// <exception cref="EtcdException">CertificateInvalid: unreadable, not an authority, or the key does not match the certificate.</exception>
    public static CertificateAuthority Load(string certificatePem, string keyPem, TimeProvider? clock = null)
    {
        X509Certificate2 certificate = PemReader.ReadCertificate(certificatePem, Source);
        PrivateKey? key = null;
        try
        {
            key = PrivateKey.FromPem(keyPem, Source);
            if (!PemReader.Decode(certificate, Source, key.Matches))
            {
                throw CertificateError.Make(Source, "its key does not match its certificate",
                    "Restore the certificate and key that belong together.");
            }

            var authority = new CertificateAuthority(certificate, key, clock ?? TimeProvider.System);
            return authority.Certificate.IsAuthority
                ? authority
                : throw CertificateError.Make(Source, "its certificate is not an authority's (basic constraints, key usage)",
                    "Use a certificate that may sign other certificates (basicConstraints CA:TRUE, keyUsage keyCertSign).");
        }
        catch
        {
            key?.Dispose();
            certificate.Dispose();
            throw;
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
        byte[] serial = RandomSerialNumber();
        X500DistinguishedName subject = SubjectName.For(spec, serial);
        HostNameList hostNames = HostNameList.From(spec);
        ValidityPeriod period = ValidityPeriod.From(_clock, spec).Within(Certificate, _clock, spec.RequiresFullValidity);

        using PrivateKey key = PrivateKey.Create(spec.KeyAlgorithm);
        var request = new CertificateRequest(subject, key.PublicKey, _key.SignatureHash);
        foreach (X509Extension extension in CertificateExtensions.For(spec.Profile, key, _certificate))
        {
            request.CertificateExtensions.Add(extension);
        }

        if (!hostNames.IsEmpty) request.CertificateExtensions.Add(hostNames.ToExtension());
        using X509Certificate2 certificate = Sign(request, period, serial);
        return new IssuedCertificate
        {
            CertificatePem = certificate.ExportCertificatePem() + "\n",
            KeyPem = key.ExportPem(),
            Subject = certificate.Subject,
            NotBefore = period.NotBefore,
            NotAfter = period.NotAfter,
            SerialNumber = certificate.SerialNumber,
            Thumbprint = CertificateInfo.ThumbprintOf(certificate),
        };
    }

    /// <summary>The private key, PKCS#8, not encrypted. With this key anyone can issue certificates for members and clients of the cluster.</summary>
    public string ExportKeyPem() => _key.ExportPem();

    /// <summary>Disposes the key.</summary>
    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }

    private X509Certificate2 Sign(CertificateRequest request, ValidityPeriod period, byte[] serial)
    {
        lock (_signing) // the platform's key objects are not safe for several threads
        {
            return request.Create(_certificate.SubjectName, _key.CreateSigner(), period.NotBefore, period.NotAfter, serial);
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
