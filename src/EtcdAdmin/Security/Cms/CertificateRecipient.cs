using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;

namespace EtcdAdmin.Security.Cms;

/// <summary>The owner of a certificate's private key.</summary>
/// <param name="name">How the message names the certificate.</param>
/// <exception cref="ArgumentException">The name is damaged.</exception>
internal abstract class CertificateRecipient(Asn1Encodable name) : CmsRecipient
{
    private readonly CertificateName _name = new(name);

    public override string OpenedBy => $"the private key of the certificate with {_name}";

    public override bool IsFor(X509Certificate2 certificate) => _name.IsOf(certificate);

    public override byte[]? Unwrap(X509Certificate2 certificate) => NullIfRefused(() => UnwrapWith(certificate));

    /// <summary>As <see cref="Unwrap"/>; may throw instead of returning null.</summary>
    protected abstract byte[]? UnwrapWith(X509Certificate2 certificate);
}
