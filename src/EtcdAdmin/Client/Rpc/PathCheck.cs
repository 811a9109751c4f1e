using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Checks one way from a server's certificate to a trusted one.</summary>
/// <param name="path">The server's certificate first, the trusted one last.</param>
/// <param name="now">The time they must be valid at.</param>
/// <param name="authorities">Where the trusted one comes from, for messages.</param>
internal sealed class PathCheck(IReadOnlyList<X509Certificate2> path, DateTimeOffset now, string authorities)
{
    // Broken or too weak, so that Go refuses them: MD2, MD5 and SHA-1 with RSA, SHA-1 with DSA and ECDSA. RFC 3279, 2.2.
    private static readonly string[] WeakSignatures =
        ["1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10040.4.3", "1.2.840.10045.4.1"];

    // What says no more than that the path ends with a certificate that is not a root of the platform's. We trust it because it was given.
    private const X509ChainStatusFlags EndsHere = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>What is wrong; empty where the path holds.</summary>
    public IReadOnlyList<TlsFinding> Find()
    {
        var findings = new List<TlsFinding>();
        X509ChainStatusFlags flags = Verify(out bool signed);
        if (!signed) findings.Add(OtherKey());
        for (int i = 0; i < path.Count; i++)
        {
            findings.AddRange(Dates(path[i], i, now, authorities));
            findings.AddRange(Usage(path[i], i, authorities));
            if (i > 0 && !MaySign(path[i]))
            {
                findings.Add(TlsFinding.Unfit($"'{path[i].Subject}', which issued '{path[i - 1].Subject}', is not the certificate of an authority (basic constraints, key usage)",
                    "Have the server's certificate issued by an authority."));
            }

            if (i < path.Count - 1 && WeakSignatures.Contains(path[i].SignatureAlgorithm.Value))
            {
                findings.Add(TlsFinding.Unfit($"the signature of '{path[i].Subject}' uses a broken hash ({path[i].SignatureAlgorithm.FriendlyName})",
                    "Have the certificate issued again, with SHA-256 or better."));
            }
        }

        X509ChainStatusFlags rest = flags & ~(EndsHere | X509ChainStatusFlags.NotSignatureValid);
        return findings.Count > 0 || rest == X509ChainStatusFlags.NoError ? findings : [Other(rest)];
    }

    /// <summary>The findings about the validity of a certificate.</summary>
    public static IEnumerable<TlsFinding> Dates(X509Certificate2 certificate, int place, DateTimeOffset now, string authorities) =>
        TlsFinding.OfDates(certificate, NameOf(place, authorities), now,
            place == 0 ? "renew the server's certificate" : "renew that authority's certificate, and have the server and the CA file use the new one") is { } finding
            ? [finding]
            : [];

    /// <summary>The findings about what a certificate may be used for.</summary>
    public static IEnumerable<TlsFinding> Usage(X509Certificate2 certificate, int place, string authorities) =>
        TlsFinding.OfUsage(certificate, NameOf(place, authorities), KeyPurpose.Server, "servers",
            place == 0
                ? "Have the server's certificate issued again with serverAuth among its usages; check that the server's --cert-file is not a client's certificate."
                : "Have the server's certificate issued by an authority that may issue certificates for servers.") is { } finding
            ? [finding]
            : [];

    private static string NameOf(int place, string authorities) =>
        place == 0 ? "the server's certificate" : $"the certificate of an authority (of {authorities}, or sent by the server)";

    /// <summary>Has the platform check this path alone; whatever it finds above the trusted certificate is of no interest.</summary>
    private X509ChainStatusFlags Verify(out bool signed)
    {
        using var chain = new X509Chain();
        X509ChainPolicy policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(path[^1]);
        policy.ExtraStore.AddRange(path.Skip(1).ToArray());
        // Private authorities publish no revocation lists that could be fetched from an operator's machine.
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = now.LocalDateTime;
        chain.Build(path[0]);

        // Where an issuer's key identifier or signature does not fit, the platform's chain is shorter, or another.
        bool complete = chain.ChainElements.Count >= path.Count;
        X509ChainStatusFlags flags = X509ChainStatusFlags.NoError;
        for (int i = 0; complete && i < path.Count; i++)
        {
            complete = CertificatePaths.IsSame(chain.ChainElements[i].Certificate, path[i]);
            foreach (X509ChainStatus status in chain.ChainElements[i].ChainElementStatus) flags |= status.Status;
        }

        signed = complete && !flags.HasFlag(X509ChainStatusFlags.NotSignatureValid);
        return flags;
    }

    private TlsFinding OtherKey()
    {
        string issuer = path.Count > 1 ? path[1].Subject : path[0].Issuer;
        return TlsFinding.Untrusted(
            $"the server's certificate ('{path[0].Subject}'), issued by '{issuer}', is not trusted: {authorities} holds an authority of that chain by name ('{path[^1].Subject}'), but with another key",
            "Give the certificate of the authority that issued the server's certificate: this one has the same name, but is an older one, or another cluster's.");
    }

    // As Go's CheckSignatureFrom: version 1 certificates know no constraints.
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
                : length ? "it has more intermediate authorities than one of them allows (path length)"
                : flags.HasFlag(X509ChainStatusFlags.HasNotSupportedCriticalExtension) ? "a critical extension of one of its certificates is not understood"
                : flags.ToString()),
            "Have the server's certificate issued by an authority that may issue it.");
    }
}
