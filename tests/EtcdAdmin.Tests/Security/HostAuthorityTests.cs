using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Security;

namespace EtcdAdmin.Tests.Security;

/// <summary>Authorities below an authority, which may sign only for certain names.</summary>
public sealed class HostAuthorityTests
{
    private static readonly string[] Names = ["n1", "localhost", "10.0.0.1", "127.0.0.1", "::1"];

    [Theory]
    [InlineData("10.0.0.1", true, true)]
    [InlineData("n1", true, true)]
    [InlineData("10.0.0.2", true, false)] // not a name of the host
    [InlineData("n2", true, false)]
    [InlineData("10.0.0.1", false, false)] // below an authority that allows none
    public void IssueAuthority_ACertificateForAName_IsTrustedOnlyIfBothAllowIt(string name, bool allows, bool trusted)
    {
        using var root = CertificateAuthority.Create(new AuthoritySpec { Subject = "root", AllowsIntermediate = allows });
        Assert.Equal(allows, root.AllowsIntermediate);
        IssuedCertificate host = root.IssueAuthority("prod n1 CA", Names, KeyAlgorithm.EcdsaP256, TimeSpan.FromDays(30));
        using var authority = CertificateAuthority.Load(host.CertificatePem + root.CertificatePem, host.KeyPem);
        Assert.False(authority.AllowsIntermediate);
        IssuedCertificate leaf = authority.Issue(CertificateSpec.Server("n1", name, "localhost"));

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(root.CertificatePem);
        chain.ChainPolicy.ExtraStore.ImportFromPem(leaf.CertificatePem);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(leaf.CertificatePem);
        Assert.Equal(trusted, chain.Build(certificate));
        Assert.True(leaf.NotAfter <= host.NotAfter);
    }
}
