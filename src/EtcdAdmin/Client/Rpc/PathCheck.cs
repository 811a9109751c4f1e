using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Certificates;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Checks one path from a server's certificate to a trusted one.</summary>
/// <param name="path">The server's certificate first, the trusted one last.</param>
/// <param name="now">The time at which they must be valid.</param>
/// <param name="authorities">The origin of the trusted one, for messages.</param>
internal sealed class PathCheck(IReadOnlyList<X509Certificate2> path, DateTimeOffset now, string authorities)
{
    // Broken or too weak, and refused by Go: MD2, MD5 and SHA-1 with RSA, SHA-1 with DSA and ECDSA. RFC 3279, 2.2.
    private static readonly string[] WeakSignatures =
        ["1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10040.4.3", "1.2.840.10045.4.1"];

    // Flags that only mean that the path does not end with one of the platform's roots. The last certificate was given as trusted.
    private const X509ChainStatusFlags EndsHere = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>The problems of the path; empty if it is valid.</summary>
    public IReadOnlyList<TlsFinding> Find()
    {
        var findings = new List<TlsFinding>();
        X509ChainStatusFlags flags = PlatformPath.Verify(path, now, out bool signed);
        if (!signed) findings.Add(OtherKey());
        for (int i = 0; i < path.Count; i++)
        {
            findings.AddRange(Dates(path[i], i, now, authorities));
            findings.AddRange(Usage(path[i], i, authorities));
            if (i > 0 && !MaySign(path[i]))
            {
                findings.Add(TlsFinding.Unfit($"'{path[i].Subject}', which issued '{path[i - 1].Subject}', is not an authority "
                    + "(basic constraints, key usage)",
                    "Issue the server's certificate with a CA certificate (basicConstraints CA:TRUE)."));
            }

            if (i < path.Count - 1 && WeakSignatures.Contains(path[i].SignatureAlgorithm.Value))
            {
                findings.Add(TlsFinding.Unfit($"the signature of '{path[i].Subject}' uses a broken hash ({path[i].SignatureAlgorithm.FriendlyName})",
                    "Issue the certificate again with SHA-256 or better."));
            }
        }

        X509ChainStatusFlags rest = flags & ~(EndsHere | X509ChainStatusFlags.NotSignatureValid);
        return findings.Count > 0 || rest == X509ChainStatusFlags.NoError ? findings : [Other(rest)];
    }

    /// <summary>The findings about the validity of a certificate.</summary>
    public static IEnumerable<TlsFinding> Dates(X509Certificate2 certificate, int place, DateTimeOffset now, string authorities) =>
        TlsFinding.OfDates(certificate, NameOf(place, authorities), now,
            place == 0 ? "renew the server's certificate" : "renew that authority's certificate, and use the new one on the server and in "
                + "the CA file") is { } finding
            ? [finding]
            : [];

    /// <summary>The findings about the allowed uses of a certificate.</summary>
    public static IEnumerable<TlsFinding> Usage(X509Certificate2 certificate, int place, string authorities) =>
        TlsFinding.OfUsage(certificate, NameOf(place, authorities), KeyPurpose.Server, "servers",
            place == 0
                ? "Issue the server's certificate again with the extended key usage serverAuth. "
                    + "Check that the server's --cert-file is not a client certificate."
                : "Issue the server's certificate with an authority that may issue server certificates.") is { } finding
            ? [finding]
            : [];

    private static string NameOf(int place, string authorities) =>
        place == 0 ? "the server's certificate" : $"the certificate of an authority (of {authorities}, or sent by the server)";

    private TlsFinding OtherKey()
    {
        string issuer = path.Count > 1 ? path[1].Subject : path[0].Issuer;
        return TlsFinding.Untrusted(
            $"the server's certificate ('{path[0].Subject}'), issued by '{issuer}', is not trusted: "
                + $"{authorities} has a CA certificate with the right name ('{path[^1].Subject}') but a different key",
            "Supply the certificate of the authority that issued the server's certificate. "
                + "The certificate you supplied has the same name, but it is from before or after a renewal of the CA, or from another cluster.");
    }

    // As in Go's CheckSignatureFrom: version 1 certificates have no constraints.
    private static bool MaySign(X509Certificate2 certificate)
    {
        X509KeyUsageExtension? usage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault();
        if (usage is not null && !usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign)) return false;
        return certificate.Version < 3 || certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(basic => basic.CertificateAuthority);
    }

    private TlsFinding Other(X509ChainStatusFlags flags)
    {
        bool names = flags.ToString().Contains("NameConstraint", StringComparison.Ordinal);
        bool length = flags.HasFlag(X509ChainStatusFlags.InvalidBasicConstraints);
        return TlsFinding.Unfit(
            $"the chain of the server's certificate ('{path[0].Subject}') is not valid: "
            + (names ? "one of its authorities may not issue certificates for these names (name constraints)"
                : length ? "it has more intermediate CAs than the path length limit of one of its CAs allows"
                : flags.HasFlag(X509ChainStatusFlags.HasNotSupportedCriticalExtension)
                    ? "a critical extension of one of its certificates is not supported"
                : flags.ToString()),
            "Issue the server's certificate with an authority that may issue it.");
    }
}
