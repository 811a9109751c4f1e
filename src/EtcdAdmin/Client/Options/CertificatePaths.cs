using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Options;

/// <summary>Finds the ways from a certificate up to one that is trusted, by the names of issuers. Signatures are not looked at here.</summary>
internal static class CertificatePaths
{
    // Go's crypto/x509 gives up after 100 signatures. Real chains have two to four certificates; a server that sends more to make
    // us search long gets nowhere with it.
    private const int MaxPaths = 50;
    private const int MaxSteps = 2000;
    private const int MaxLength = 10;

    /// <summary>Each path begins with the certificate and ends with a trusted one, which may be the certificate itself.</summary>
    /// <param name="certificate">What the server shows.</param>
    /// <param name="others">What else it sent, in any order.</param>
    /// <param name="trusted">The anchors; each is one whether it is self-signed or not.</param>
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

    /// <summary>The very same certificate, byte by byte.</summary>
    public static bool IsSame(X509Certificate2 one, X509Certificate2 other) =>
        one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);

    /// <summary>Whether the names say so.</summary>
    public static bool Issued(X509Certificate2 issuer, X509Certificate2 certificate) =>
        issuer.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
