using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>Bundles of authorities: a member trusts each certificate in its <c>trusted-ca-file</c>. An authority is given by its certificates: the
/// one that issues first, its root last.</summary>
internal static class CertificateBundle
{
    /// <summary>The bundle with one more authority, which comes last; the same bundle if it has it already.</summary>
    public static string With(string bundle, string authority) => Has(bundle, authority) ? bundle : $"{bundle.TrimEnd()}\n{authority.TrimEnd()}\n";

    /// <summary>Whether the bundle has the root of an authority.</summary>
    public static bool Has(string? bundle, string authority) => Thumbprints(bundle).Contains(Thumbprints(authority)[^1]);

    /// <summary>Whether the bundle has the root of this authority and no other.</summary>
    public static bool HasOnly(string? bundle, string authority) =>
        Thumbprints(bundle) is { Length: > 0 } all && all.All(one => one == Thumbprints(authority)[^1]);

    /// <summary>Whether an authority signed a certificate itself; another one below the same root is another authority. The dates are not checked.
    /// </summary>
    public static bool IsIssuedBy(string? certificatePem, string authority) => Leads(certificatePem, authority, (chain, authorities) =>
        chain.ChainElements.Count > 1
            && CertificateInfo.ThumbprintOf(chain.ChainElements[1].Certificate) == CertificateInfo.ThumbprintOf(authorities[0]));

    /// <summary>Whether a certificate leads to the root of an authority, with the intermediate authorities of both. The dates are not checked.
    /// </summary>
    public static bool LeadsTo(string? certificatePem, string authority) => Leads(certificatePem, authority, (_, _) => true);

    private static bool Leads(string? certificatePem, string authority, Func<X509Chain, X509Certificate2Collection, bool> judge)
    {
        try
        {
            X509Certificate2Collection sent = PemContent.Certificates(certificatePem ?? "", "certificate");
            X509Certificate2Collection authorities = PemContent.Certificates(authority, "certificate authority");
            using X509Chain chain = OfflineChain.Of([authorities[^1]], sent.Concat(authorities), at: null);
            return chain.Build(sent[0]) && judge(chain, authorities);
        }
        catch (EtcdException)
        {
            return false; // missing or cut off
        }
    }

    private static string[] Thumbprints(string? pem)
    {
        if (string.IsNullOrWhiteSpace(pem)) return [];
        X509Certificate2Collection all = PemContent.Certificates(pem, "certificate authorities");
        string[] thumbprints = [.. all.Select(CertificateInfo.ThumbprintOf)];
        foreach (X509Certificate2 one in all) one.Dispose();
        return thumbprints;
    }
}
