using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Certificates;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Decides whether a server's certificate is trusted, by the rules of Go's crypto/x509, which etcdctl uses.</summary>
/// <remarks>.NET trusts only roots, and its platforms choose one path to them; Go trusts each certificate that it is given and tries every path. So
/// the paths are found here, and the platform checks each of them separately: signatures, dates, constraints.</remarks>
internal sealed class ServerTrust(EtcdTls? tls, TimeProvider clock)
{
    // A system's bundle has more than a hundred.
    private const int MostShown = 5;

    private IReadOnlyList<X509Certificate2> Anchors { get; } = [.. tls?.CertificateAuthorities ?? []];

    /// <summary>The problems of the certificate; empty if it is trusted.</summary>
    /// <param name="shown">The server's certificate.</param>
    /// <param name="sent">The other certificates that it sent.</param>
    /// <param name="name">The host name or address that it must be valid for.</param>
    /// <param name="platform">The chain that the platform built.</param>
    /// <param name="errors">The platform's findings; used if no authorities were given.</param>
    /// <param name="firstToEnd">The authority that expires first among those that make the certificate trusted; null if there is none, or if the
    /// system's were used.</param>
    public IReadOnlyList<TlsFinding> Judge(
        X509Certificate2 shown, IReadOnlyList<X509Certificate2> sent, string name, X509Chain platform, SslPolicyErrors errors,
            out X509Certificate2? firstToEnd)
    {
        firstToEnd = null;
        List<TlsFinding> findings =
            [.. Anchors.Count > 0 ? OfGiven(shown, sent, out firstToEnd) : OfSystem(shown, platform, errors)];
        if (ServerNames.Check(shown, name) is { } wrongName) findings.Add(wrongName);
        return findings;
    }

    /// <summary>The policy for the platform's own check, whose verdict is not final: <see cref="Judge"/> decides.</summary>
    public X509ChainPolicy ChainPolicy()
    {
        // Private authorities publish no revocation lists that an operator's machine could download.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (Anchors.Count > 0)
        {
            // The given authorities only keep the platform from reading the system's.
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Anchors.ToArray());
        }

        return policy;
    }

    private IReadOnlyList<TlsFinding> OfGiven(X509Certificate2 shown, IReadOnlyList<X509Certificate2> sent, out X509Certificate2? firstToEnd)
    {
        firstToEnd = null;
        IReadOnlyList<TlsFinding>? best = null;
        // Of several valid paths, the one that stays valid longest comes first: a file may contain a renewed authority beside its predecessor.
        foreach (IReadOnlyList<X509Certificate2> path in CertificatePaths.Find(shown, sent, Anchors).OrderByDescending(path =>
            FirstToEnd(path)?.NotAfter ?? DateTime.MaxValue))
        {
            IReadOnlyList<TlsFinding> findings = new PathCheck(path, clock.GetUtcNow(), Source).Find();
            if (findings.Count == 0)
            {
                firstToEnd = FirstToEnd(path);
                return [];
            }

            if (best is null || Rank(findings) < Rank(best)) best = findings;
        }

        return best ?? [NoPath(shown, sent)];
    }

    private static X509Certificate2? FirstToEnd(IReadOnlyList<X509Certificate2> path) => path.Skip(1).MinBy(authority => authority.NotAfter);

    private static int Rank(IReadOnlyList<TlsFinding> findings) => findings.Max(finding => finding.Rank);

    private string Source => $"'{tls?.Sources.CertificateAuthorities}'";

    private TlsFinding NoPath(X509Certificate2 shown, IReadOnlyList<X509Certificate2> sent)
    {
        string[] names = [.. Anchors.Select(anchor => $"'{anchor.Subject}'").Distinct()];
        string known = string.Join(", ", names.Take(MostShown)) + (names.Length > MostShown ? $" and {names.Length - MostShown} more" : "");
        if (CertificatePaths.Issued(shown, shown))
        {
            return TlsFinding.Untrusted(
                $"the server's certificate is self-signed ('{shown.Subject}') and is not in {Source}, which contains {known}",
                "Issue a certificate with the cluster's authority. If the server uses a self-signed certificate on purpose (--auto-tls), check on "
                    + "the server that its "
                + $"SHA-256 fingerprint is {Fingerprint(shown)}, then supply that certificate as the CA file.");
        }

        X509Certificate2 top = Top(shown, sent);
        return TlsFinding.Untrusted(
            $"the server's certificate ('{shown.Subject}'), issued by '{shown.Issuer}', is not trusted: {Source} has {known}, not "
            + (CertificatePaths.IsSame(top, shown) || CertificatePaths.Issued(top, top)
            ? $"'{top.Issuer}'"
            : $"'{top.Issuer}', which issued '{top.Subject}'"),
            "Supply the certificate of the authority that issued the server's certificate."
            + (sent.Any(other => CertificatePaths.Issued(other, shown))
                ? ""
                : $" If '{shown.Issuer}' is an intermediate authority, append its certificate to the server's certificate file (--cert-file), or to "
                    + "the CA file."));
    }

    private static X509Certificate2 Top(X509Certificate2 shown, IReadOnlyList<X509Certificate2> sent)
    {
        X509Certificate2 top = shown;
        for (int i = 0; i < sent.Count; i++)
        {
            if (CertificatePaths.Issued(top, top)) break;
            if (sent.FirstOrDefault(other => CertificatePaths.Issued(other, top)) is not { } issuer) break;
            top = issuer;
        }

        return top;
    }

    private IReadOnlyList<TlsFinding> OfSystem(X509Certificate2 shown, X509Chain chain, SslPolicyErrors errors)
    {
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)) return [];
        DateTimeOffset now = clock.GetUtcNow();
        List<TlsFinding> findings = [.. PathCheck.Dates(shown, 0, now, Source), .. PathCheck.Usage(shown, 0, Source)];
        X509ChainStatusFlags[] flags = [.. chain.ChainStatus.Select(status => status.Status)];
        if (Array.Exists(flags, flag => flag is X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain))
        {
            findings.Insert(0, TlsFinding.Untrusted(
                $"the server's certificate ('{shown.Subject}'), issued by '{shown.Issuer}', is not trusted by this system, and no CA file was given",
                "Supply the certificate of the authority that issued the server's certificate."));
        }

        return findings.Count > 0 ? findings
            : [TlsFinding.Unfit($"the chain of the server's certificate ('{shown.Subject}') is not valid ({string.Join(", ", flags)})",
                "Issue the server's certificate again, or supply the certificate of the authority that issued it.")];
    }

    private static string Fingerprint(X509Certificate2 certificate) =>
        Convert.ToHexString(certificate.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256));
}
