using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The problems of a server's certificate, kept for the message, since TLS itself only reports "refused".</summary>
internal sealed class ServerCertificateVerdict(ServerTrust trust, string name)
{
    /// <summary>Null until a certificate was found invalid; never empty.</summary>
    public IReadOnlyList<TlsFinding>? Findings { get; private set; }

    /// <summary>The authority that expires first among those that make the certificate trusted; null if there is none.</summary>
    public X509Certificate2? FirstAuthorityToEnd { get; private set; }

    /// <summary>Checks the certificate; used as the validation callback of <see cref="SslStream"/>.</summary>
    public bool Take(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            Findings = [TlsFinding.Untrusted("the server sent no certificate", "Check the server's TLS configuration.")];
            return false;
        }

        // The other certificates that the server sent are available only here, during the handshake.
        IReadOnlyList<TlsFinding> findings = trust.Judge(
            shown, [.. chain.ChainPolicy.ExtraStore], name, chain, errors, out X509Certificate2? firstToEnd);
        FirstAuthorityToEnd = firstToEnd;
        if (findings.Count == 0) return true;
        Findings = findings;
        return false;
    }
}
