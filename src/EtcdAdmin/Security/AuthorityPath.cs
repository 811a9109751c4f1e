using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Security;

/// <summary>The certificates from an issuing authority up to its root.</summary>
internal static class AuthorityPath
{
    private const int LeastRsaBits = 2048;

    /// <summary>Finds the path. Dates are not checked.</summary>
    /// <param name="all">The issuing authority first, then its intermediate and root authorities in any order. Others are ignored.</param>
    /// <param name="source">The origin for messages, usually a path.</param>
    /// <returns>The issuing authority, intermediates in order, and the root; only the first if it is a root itself.</returns>
    /// <exception cref="EtcdException">CertificateInvalid: not an authority, a weak key, or the root is missing.</exception>
    public static IReadOnlyList<X509Certificate2> Find(X509Certificate2Collection all, string source)
    {
        X509Certificate2 own = all[0];
        if (!CertificateInfo.From(own, source).IsAuthority)
        {
            throw CertificateError.Make(source, "its certificate is not an authority's (basic constraints, key usage)",
                "Use a certificate that may sign other certificates (basicConstraints CA:TRUE, keyUsage keyCertSign).");
        }

        using (RSA? rsa = own.GetRSAPublicKey())
        {
            if (rsa is { KeySize: < LeastRsaBits })
                throw CertificateError.Make(source, $"its RSA key has {rsa.KeySize} bits; at least {LeastRsaBits} are required", "Use a longer key.");
        }

        if (IsRoot(own)) return [own];
        RequireRoot(own, all, source);
        using X509Chain chain = OfflineChain.Of(all.Where(IsRoot), all, at: null);
        if (!chain.Build(own))
        {
            throw CertificateError.Make(source,
                $"the authority '{own.Subject}' does not lead to a root authority: "
                    + string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim())).TrimEnd('.'),
                "Supply the authorities that issued it, up to the root, in the same file.");
        }

        // The chain disposes its own copies.
        return [.. chain.ChainElements.Select(element => all.First(one => CertificatePaths.IsSame(one, element.Certificate)))];
    }

    private static void RequireRoot(X509Certificate2 own, X509Certificate2Collection all, string source)
    {
        X509Certificate2 last = own;
        for (int i = 0; i < all.Count && !IsRoot(last); i++)
        {
            last = all.FirstOrDefault(one => CertificatePaths.Issued(one, last)) ?? throw CertificateError.Make(
                source,
                $"the root authority is missing: '{last.Subject}' was issued by '{last.Issuer}', whose certificate is not in the file",
                "Add the certificates of all authorities up to the root to the file. Members trust the root, and send the intermediate authorities.");
        }
    }

    private static bool IsRoot(X509Certificate2 certificate) => CertificatePaths.Issued(certificate, certificate);
}
