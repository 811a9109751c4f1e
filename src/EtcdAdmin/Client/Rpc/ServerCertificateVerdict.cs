using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Rpc;

/// <summary>What was wrong with the certificate a server showed; kept for the message, since TLS itself only says "refused".</summary>
internal sealed class ServerCertificateVerdict(ServerTrust trust, string name)
{
    /// <summary>Null until a certificate was seen and found wrong; never empty.</summary>
    public IReadOnlyList<TlsFinding>? Findings { get; private set; }

    /// <summary>Of the authorities through which it is trusted, the one that ends first; null where there is none.</summary>
    public X509Certificate2? FirstAuthorityToEnd { get; private set; }

    /// <summary>Judges the certificate, as the validation callback of <see cref="SslStream"/>.</summary>
    public bool Take(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            Findings = [TlsFinding.Untrusted("the server showed no certificate", "Check the server's TLS configuration.")];
            return false;
        }

        // Only here, while the handshake lasts, are the certificates there that the server sent beside its own.
        IReadOnlyList<TlsFinding> findings = trust.Judge(shown, [.. chain.ChainPolicy.ExtraStore], name, chain, errors, out X509Certificate2? firstToEnd);
        FirstAuthorityToEnd = firstToEnd;
        if (findings.Count == 0) return true;
        Findings = findings;
        return false;
    }
}
