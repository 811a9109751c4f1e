using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Certificates;

/// <summary>Finds the paths from a certificate to a trusted one, by the names of issuers. Signatures are checked elsewhere.</summary>
internal static class CertificatePaths
{
    // Go's crypto/x509 gives up after 100 signatures. Real chains have two to four certificates; a server that sends more cannot make us search for
    // long.
    private const int MaxPaths = 50;
    private const int MaxSteps = 2000;
    private const int MaxLength = 10;

    /// <summary>Each path starts with the certificate and ends with a trusted one, which may be the certificate itself.</summary>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="others">The other certificates that it sent, in any order.</param>
    /// <param name="trusted">The trusted certificates, self-signed or not.</param>
    public static IReadOnlyList<IReadOnlyList<X509Certificate2>> Find(
        X509Certificate2 certificate, IReadOnlyList<X509Certificate2> others, IReadOnlyList<X509Certificate2> trusted)
    {
        var found = new List<IReadOnlyList<X509Certificate2>>();
        if (trusted.Any(anchor => IsSame(anchor, certificate))) found.Add([certificate]);
        int steps = 0;
        Extend([certificate]);
        return found;

        void Extend(List<X509Certificate2> path)
        {
            if (path.Count >= MaxLength) return;
            foreach (X509Certificate2 anchor in trusted)
            {
                if (IsNext(anchor) && found.Count < MaxPaths) found.Add([.. path, anchor]);
            }

            foreach (X509Certificate2 issuer in others)
            {
                if (found.Count >= MaxPaths || ++steps > MaxSteps) return;
                if (!IsNext(issuer) || trusted.Any(anchor => IsSame(anchor, issuer))) continue;
                path.Add(issuer);
                Extend(path);
                path.RemoveAt(path.Count - 1);
            }

            bool IsNext(X509Certificate2 candidate) => Issued(candidate, path[^1]) && !path.Any(passed => IsSame(passed, candidate));
        }
    }

    /// <summary>Whether two certificates are the same, byte by byte.</summary>
    public static bool IsSame(X509Certificate2 one, X509Certificate2 other) =>
        one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);

    /// <summary>Whether one certificate issued the other, by their names.</summary>
    public static bool Issued(X509Certificate2 issuer, X509Certificate2 certificate) =>
        issuer.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
