using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.X509;

namespace EtcdAdmin.Security.Cms;

/// <summary>How a message names the certificate of a recipient: by issuer and serial number, or by its subject key identifier.</summary>
internal sealed class CertificateName
{
    private readonly byte[]? _identifier;
    private readonly IssuerAndSerialNumber? _issued;

    /// <param name="name">The name in the message.</param>
    /// <exception cref="ArgumentException">It is neither of the two.</exception>
    public CertificateName(Asn1Encodable name)
    {
        if (name is Asn1TaggedObject tagged) name = Asn1OctetString.GetInstance(tagged, false);
        if (name is Asn1OctetString identifier) _identifier = identifier.GetOctets();
        else _issued = IssuerAndSerialNumber.GetInstance(name);
    }

    /// <summary>Issuer and serial number.</summary>
    public static IssuerAndSerialNumber Of(X509Certificate2 certificate) => new(
        X509Name.GetInstance(Asn1Object.FromByteArray(certificate.IssuerName.RawData)), new DerInteger(certificate.SerialNumberBytes.ToArray()));

    /// <summary>Whether this is the name of a certificate.</summary>
    public bool IsOf(X509Certificate2 certificate) => _issued is not null
        ? _issued.GetDerEncoded().AsSpan().SequenceEqual(Of(certificate).GetDerEncoded())
        : certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>()
            .Any(own => own.SubjectKeyIdentifierBytes.Span.SequenceEqual(_identifier));

    /// <summary>The name for a message.</summary>
    public override string ToString() => _issued is not null
        ? $"the serial number {Convert.ToHexStringLower(_issued.SerialNumber.Value.ToByteArrayUnsigned())} issued by {Issuer(_issued)}"
        : $"the subject key identifier {Convert.ToHexStringLower(_identifier!)}"; // one of the two is there

    private static string Issuer(IssuerAndSerialNumber issued)
    {
        try
        {
            return TerminalText.Line(new X500DistinguishedName(issued.Issuer.GetDerEncoded()).Name)!; // null only for null
        }
        catch (CryptographicException)
        {
            return "an issuer whose name cannot be read";
        }
    }
}
