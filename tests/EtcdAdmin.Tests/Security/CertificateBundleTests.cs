using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Security;

/// <summary>Whether a member has the certificates of an authority, and trusts it.</summary>
public sealed class CertificateBundleTests
{
    [Fact]
    public void IsIssuedBy_AnotherAuthorityOfThatNameBelowTheSameRoot_IsAnother()
    {
        using var own = new OwnAuthorities();
        using var other = new TestCertificate(TestCertificate.Intermediate("Example etcd CA", own.Root));
        using CertificateAuthority first = own.Load(), second = CertificateAuthority.Load(other.Pem + own.Root.Pem, other.KeyPem);
        string issued = first.Issue(CertificateSpec.Client("app")).CertificatePem;

        Assert.True(CertificateBundle.IsIssuedBy(issued, first.ChainPem + first.CertificatePem));
        Assert.False(CertificateBundle.IsIssuedBy(issued, second.ChainPem + second.CertificatePem));
        Assert.False(CertificateBundle.IsIssuedBy(issued, own.Root.Pem));
        // Both have the same root, which is what members trust.
        Assert.True(CertificateBundle.HasOnly(own.Root.Pem, second.ChainPem + second.CertificatePem));
        Assert.False(CertificateBundle.Has(own.Intermediate.Pem, second.ChainPem + second.CertificatePem));
    }
}
