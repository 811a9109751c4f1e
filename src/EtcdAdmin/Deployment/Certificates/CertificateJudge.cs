using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Certificates;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>Finds what is wrong with certificates.</summary>
/// <param name="trusted">The authorities that must have issued them; empty if these are not known.</param>
/// <param name="now">The time.</param>
/// <param name="warnDays">A certificate that is valid for fewer days is a problem.</param>
internal sealed class CertificateJudge(IReadOnlyList<X509Certificate2> trusted, DateTimeOffset now, int warnDays)
{
    // NIST SP 800-131A revision 2, table 2, no longer allows shorter ones. etcd accepts them.
    private const int LeastRsaBits = 2048;

    private static readonly HashSet<string> WeakSignatures = new(StringComparer.Ordinal)
    {
        "1.2.840.113549.1.1.4", // md5WithRSAEncryption: RFC 8017
        "1.2.840.113549.1.1.5", // sha1WithRSAEncryption
        "1.2.840.10045.4.1", // ecdsa-with-SHA1: RFC 5758
    };

    /// <summary>The problems of a certificate, as sentences.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="sent">The other certificates of its file.</param>
    /// <param name="use">What it is for.</param>
    /// <param name="hosts">The names and addresses in the URLs that it is used for.</param>
    public IReadOnlyList<string> Find(
        X509Certificate2 certificate, IReadOnlyList<X509Certificate2> sent, CertificateUse use, IEnumerable<string> hosts) =>
        [.. Dates(certificate), .. Issuers(certificate, sent, use), .. Usages(certificate, use), .. Names(certificate, hosts), .. Key(certificate)];

    /// <summary>The same without dates and names.</summary>
    public IReadOnlyList<string> FindMisuse(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> sent, CertificateUse use) =>
        [.. Issuers(certificate, sent, use), .. Usages(certificate, use), .. Key(certificate)];

    /// <summary>Whether a certificate is valid for a name or address. Its common name does not count: Go ignores it since 1.15.</summary>
    public static bool IsFor(X509Certificate2 certificate, string host) =>
        certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false);

    private IEnumerable<string> Dates(X509Certificate2 certificate)
    {
        DateTimeOffset begin = certificate.NotBefore.ToUniversalTime(), end = certificate.NotAfter.ToUniversalTime();
        int days = CertificateInfo.DaysUntil(end, now);
        if (now < begin) yield return $"It is not valid before {Text(begin)}.";
        if (days < 0) yield return $"It expired on {Text(end)}.";
        else if (days < warnDays)
            yield return string.Create(CultureInfo.InvariantCulture, $"It expires in {days} day(s), on {Text(end)}.");
    }

    private IEnumerable<string> Issuers(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> sent, CertificateUse use)
    {
        if (trusted.Count == 0 || use == CertificateUse.Authority) yield break;
        IReadOnlyList<IReadOnlyList<X509Certificate2>> paths = CertificatePaths.Find(certificate, sent, trusted);
        if (paths.Count == 0)
        {
            yield return $"Its authority '{certificate.Issuer}' is not trusted, but only "
                + $"{string.Join(", ", trusted.Select(one => $"'{one.Subject}'").Distinct())}.";
            yield break;
        }

        paths = [.. paths.Where(IsSigned)];
        if (paths.Count == 0)
        {
            yield return $"Its authority '{certificate.Issuer}' is not trusted: the trusted one of this name has another key.";
            yield break;
        }

        DateTimeOffset end = certificate.NotAfter.ToUniversalTime();
        DateTimeOffset last = paths.Max(path => path.Skip(1).Select(one => one.NotAfter.ToUniversalTime()).DefaultIfEmpty(end.UtcDateTime).Min());
        if (last < end) yield return $"Its authority expires before it, on {Text(last)}.";
    }

    private bool IsSigned(IReadOnlyList<X509Certificate2> path)
    {
        PlatformPath.Verify(path, now, out bool signed);
        return signed;
    }

    private static IEnumerable<string> Usages(X509Certificate2 certificate, CertificateUse use)
    {
        var info = CertificateInfo.From(certificate, "certificate");
        if (use == CertificateUse.Authority)
        {
            if (!info.IsAuthority) yield return "It may not sign certificates (basicConstraints, keyUsage).";
            yield break;
        }

        if (info.ExtendedKeyUsages.Count == 0) yield break;
        if (use != CertificateUse.Client && !info.ExtendedKeyUsages.Contains("serverAuth")) yield return "It is not made for servers (serverAuth).";
        // Members call each other with the same certificate that they show.
        if (use != CertificateUse.Server && !info.ExtendedKeyUsages.Contains("clientAuth")) yield return "It is not made for clients (clientAuth).";
    }

    private static IEnumerable<string> Names(X509Certificate2 certificate, IEnumerable<string> hosts) =>
        hosts.Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(host => !IsFor(certificate, host))
            .Select(host => $"It is not valid for {host}, which is in a URL of the member.");

    private static IEnumerable<string> Key(X509Certificate2 certificate)
    {
        using RSA? rsa = certificate.GetRSAPublicKey();
        if (rsa is { KeySize: < LeastRsaBits and var bits })
            yield return string.Create(CultureInfo.InvariantCulture, $"Its RSA key has {bits} bits, fewer than {LeastRsaBits}.");
        if (WeakSignatures.Contains(certificate.SignatureAlgorithm.Value ?? "") && certificate.Subject != certificate.Issuer)
            yield return "Its signature uses SHA-1 or MD5, which etcd refuses.";
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
