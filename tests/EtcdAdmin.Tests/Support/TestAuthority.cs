using EtcdAdmin.Client.Options;
using EtcdAdmin.Security;

namespace EtcdAdmin.Tests.Support;

/// <summary>What tests ask of the authority of their cluster.</summary>
internal static class TestAuthority
{
    /// <summary>What a client of this authority's servers needs.</summary>
    public static EtcdTls ClientTls(this CertificateAuthority authority) => authority.ClientTls(authority);

    /// <summary>Trusts this authority, and shows a certificate of another.</summary>
    public static EtcdTls ClientTls(this CertificateAuthority authority, CertificateAuthority issuer)
    {
        IssuedCertificate client = issuer.Issue(CertificateSpec.Client("tester"));
        return EtcdTls.FromPem(authority.CertificatePem, client.CertificatePem, client.KeyPem);
    }
}
