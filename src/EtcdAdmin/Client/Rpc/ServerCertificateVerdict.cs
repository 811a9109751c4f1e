using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Rpc;

/// <summary>What was wrong with the certificate a server showed; kept for the message, since TLS itself only says "refused".</summary>
internal sealed class ServerCertificateVerdict
{
    /// <summary>Null until a certificate was seen and found wrong.</summary>
    public SslPolicyErrors? Errors { get; private set; }

    /// <summary>The names and addresses in the certificate.</summary>
    public string Names { get; private set; } = "";

    /// <summary>Who issued it.</summary>
    public string Issuer { get; private set; } = "";

    /// <summary>What the chain check found, in the platform's words.</summary>
    public string ChainFindings { get; private set; } = "";

    /// <summary>True where only the validity period is wrong.</summary>
    public bool IsExpired { get; private set; }

    /// <summary>Judges the certificate, as the validation callback of <see cref="SslStream"/>.</summary>
    public bool Take(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        Errors = errors;
        if (certificate is X509Certificate2 shown)
        {
            Issuer = shown.Issuer;
            Names = string.Join(", ", NamesIn(shown));
        }

        X509ChainStatusFlags[] flags = [.. chain?.ChainStatus.Select(status => status.Status) ?? []];
        IsExpired = flags is [X509ChainStatusFlags.NotTimeValid];
        ChainFindings = string.Join(", ", flags);
        return false;
    }

    private static IEnumerable<string> NamesIn(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names =
            certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is null
            ? [certificate.Subject]
            : names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString()));
    }
}
