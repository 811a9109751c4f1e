using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Security;

/// <summary>A request for a certificate (PKCS#10), for an authority whose key is elsewhere.</summary>
/// <remarks><see cref="ToString"/> does not print the key.</remarks>
public sealed record SigningRequest
{
    /// <summary>The request.</summary>
    public required string RequestPem { get; init; }

    /// <summary>The private key, PKCS#8, not encrypted.</summary>
    public required string KeyPem { get; init; }

    /// <summary>The distinguished name, for instance <c>CN=n1</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The common name.</summary>
    public required string CommonName { get; init; }

    /// <summary>The host names, then the IP addresses.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Makes a key and the request. The authority decides the lifetime.</summary>
    /// <param name="spec">The content of the certificate.</param>
    /// <exception cref="ArgumentException">A host name or the common name is not allowed in a certificate, or a required one is missing.</exception>
    public static SigningRequest Create(CertificateSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        X500DistinguishedName subject = SubjectName.For(spec, RandomNumberGenerator.GetBytes(16));
        HostNameList hostNames = HostNameList.From(spec);
        using PrivateKey key = PrivateKey.Create(spec.KeyAlgorithm);
        var request = new CertificateRequest(subject, key.PublicKey, key.SignatureHash);
        foreach (X509Extension extension in CertificateExtensions.Requested(spec.Profile, key.PublicKey))
            request.CertificateExtensions.Add(extension);
        if (!hostNames.IsEmpty) request.CertificateExtensions.Add(hostNames.ToExtension());
        return new SigningRequest
        {
            RequestPem = request.CreateSigningRequestPem(key.CreateSigner()) + "\n",
            KeyPem = key.ExportPem(),
            Subject = subject.Name,
            CommonName = subject.EnumerateRelativeDistinguishedNames().First().GetSingleElementValue() ?? "",
            Names = hostNames.All,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"Request for {Subject}";
}
