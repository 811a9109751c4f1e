using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Tests.Support;

/// <summary>What a certificate for a test says; nothing is checked, so that it may be wrong in any way.</summary>
internal sealed record TestCertificateSpec(string Name)
{
    public TestCertificate? Issuer { get; init; }

    /// <summary>Null leaves the basic constraints out.</summary>
    public bool? Authority { get; init; } = false;

    public int? PathLength { get; init; }

    public DateTimeOffset NotBefore { get; init; } = DateTimeOffset.UtcNow.AddDays(-10);

    public DateTimeOffset NotAfter { get; init; } = DateTimeOffset.UtcNow.AddDays(100);

    /// <summary>Object identifiers; empty leaves the extension out.</summary>
    public string[] Purposes { get; init; } = [TestCertificate.ServerAuth, TestCertificate.ClientAuth];

    public string[] DnsNames { get; init; } = [];

    public string[] Addresses { get; init; } = ["127.0.0.1"];

    /// <summary>The key of another certificate, for renewed and cross-signed ones.</summary>
    public ECDsa? Key { get; init; }

    /// <summary>Whether the key identifiers of the issuer and of itself stand in it.</summary>
    public bool Identifiers { get; init; } = true;

    public X509Extension? Extra { get; init; }
}

/// <summary>A certificate and its key, made for a test.</summary>
internal sealed class TestCertificate : IDisposable
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    public TestCertificate(TestCertificateSpec spec)
    {
        Key = spec.Key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedName($"CN={spec.Name}");
        var request = new CertificateRequest(subject, Key, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in Extensions(spec, request)) request.CertificateExtensions.Add(extension);
        byte[] serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = 0x40;
        Certificate = request.Create(
            spec.Issuer?.Certificate.SubjectName ?? subject, X509SignatureGenerator.CreateForECDsa(spec.Issuer?.Key ?? Key),
            spec.NotBefore, spec.NotAfter, serial);
    }

    public X509Certificate2 Certificate { get; }

    public ECDsa Key { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    public string KeyPem => Key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A self-signed authority.</summary>
    public static TestCertificateSpec Root(string name) => new(name) { Authority = true, Purposes = [], Addresses = [] };

    /// <summary>An authority below another.</summary>
    public static TestCertificateSpec Intermediate(string name, TestCertificate issuer) => Root(name) with { Issuer = issuer };

    public void Dispose()
    {
        Certificate.Dispose();
        Key.Dispose();
    }

    private static IEnumerable<X509Extension> Extensions(TestCertificateSpec spec, CertificateRequest request)
    {
        if (spec.Authority is { } authority)
        {
            yield return new X509BasicConstraintsExtension(authority, spec.PathLength is not null, spec.PathLength ?? 0, critical: true);
            yield return new X509KeyUsageExtension(authority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, critical: true);
        }

        if (spec.Purposes.Length > 0)
            yield return new X509EnhancedKeyUsageExtension([.. spec.Purposes.Select(oid => new Oid(oid))], critical: false);
        if (spec.Identifiers)
        {
            var own = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
            yield return own;
            X509SubjectKeyIdentifierExtension issuer =
                spec.Issuer is { } above ? new X509SubjectKeyIdentifierExtension(above.Certificate.PublicKey, critical: false) : own;
            yield return X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuer);
        }

        var names = new SubjectAlternativeNameBuilder();
        foreach (string name in spec.DnsNames) names.AddDnsName(name);
        foreach (string address in spec.Addresses) names.AddIpAddress(IPAddress.Parse(address));
        if (spec.DnsNames.Length + spec.Addresses.Length > 0) yield return names.Build();
        if (spec.Extra is { } extra) yield return extra;
    }
}
