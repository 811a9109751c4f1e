using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Text;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Says what is wrong with our own certificate: before it is shown, and where a server has refused it.</summary>
internal static class ClientCertificateFailure
{
    private const int UsualKeySize = 2048;

    /// <summary>What no server would accept, so that nothing needs to be dialled; null where nothing is known.</summary>
    public static EtcdRpcException? BeforeDialling(Uri endpoint, EtcdTls? tls, DateTimeOffset now)
    {
        if (tls?.ClientCertificate is not { } certificate) return null;
        string whose = $"the client certificate in '{tls.Sources.ClientCertificate}'";
        TlsFinding? finding = TlsFinding.OfDates(certificate, whose, now, "have a new client certificate issued, or leave it out where the server asks for none")
            ?? TlsFinding.OfUsage(certificate, whose, KeyPurpose.Client, "clients",
                "Use a certificate that has clientAuth among its usages.");
        return finding is null ? null : RpcErrors.TlsFailed(endpoint, finding.Text, finding.NextStep, cause: null);
    }

    /// <summary>The server ended TLS with an alert; null if <paramref name="cause"/> is none.</summary>
    /// <remarks>In TLS 1.3 it comes after the client's side of the handshake is done, hence with the first read of the connection.</remarks>
    public static EtcdRpcException? FromAlert(Uri endpoint, EtcdTls? tls, DateTimeOffset now, Exception cause, bool notApplied = true)
    {
        if (TlsAlert.Of(cause) is not { } alert) return null;
        (string why, string nextStep) = alert switch
        {
            TlsAlert.ProtocolVersion => ("it accepts no TLS version that this machine offers",
                "Compare the server's --tls-min-version and --tls-max-version with what this machine allows (openssl.cnf, MinProtocol)."),
            TlsAlert.InternalError => ("the server cannot use its own certificate or key",
                "Look into the server's log, and check the files of its --cert-file and --key-file."),
            TlsAlert.UnrecognizedName => ($"it does not serve the name '{EndpointUrl.HostOf(endpoint)}'", "Use the name that the server, or the proxy before it, is set up for."),
            _ when tls?.ClientCertificate is { } certificate => Refused(alert, certificate, tls, now),
            TlsAlert.HandshakeFailure => ("it demands a client certificate and none was given, or it shares no cipher suite with this machine",
                "Give a client certificate and its key; if there is one, compare the server's --cipher-suites with what this machine allows."),
            _ => ("the server demands a client certificate and none was given", "Give a client certificate and its key."),
        };
        return RpcErrors.TlsFailed(endpoint, $"{why} (alert: {TlsAlert.NameOf(alert)})", nextStep, cause, notApplied);
    }

    /// <summary>The handshake failed on this side, and the client's key is one that TLS libraries refuse to use; null if it is not.</summary>
    /// <remarks>OpenSSL's security level 2, Debian's default, wants 112 bits: RSA of 2048 (SSL_CTX_set_security_level(3)).</remarks>
    public static EtcdRpcException? ShortKey(Uri endpoint, EtcdTls? tls, Exception cause)
    {
        using RSA? key = tls?.ClientCertificate?.GetRSAPublicKey();
        if (key is null || key.KeySize >= UsualKeySize) return null;
        return RpcErrors.TlsFailed(endpoint,
            $"the TLS library of this machine does not use the client certificate in '{tls!.Sources.ClientCertificate}': its RSA key has {key.KeySize} bits, and {UsualKeySize} are needed",
            $"Have a client certificate issued for a key of {UsualKeySize} bits or more.", cause);
    }

    private static (string Why, string NextStep) Refused(int alert, X509Certificate2 certificate, EtcdTls tls, DateTimeOffset now)
    {
        string refused = $"the server does not accept the client certificate '{certificate.Subject}' in '{tls.Sources.ClientCertificate}', issued by '{certificate.Issuer}'";
        TlsFinding? authority = ClientChain.Up(tls, certificate, now)
            .Select(issuer => TlsFinding.OfDates(issuer, "the certificate of an authority in that file", now, "replace that authority's certificate in the file by its renewed one"))
            .FirstOrDefault(finding => finding is not null);
        if (authority is not null) return ($"{refused}: {authority.Text}", authority.NextStep);
        return alert switch
        {
            TlsAlert.CertificateExpired => ($"{refused}: by the server's clock it, or an authority in its file, is not valid now; it is valid from "
                + $"{TlsFinding.Show(certificate.NotBefore.ToUniversalTime())} to {TlsFinding.Show(certificate.NotAfter.ToUniversalTime())}",
                "Compare the clocks of both machines (date -u); check the dates of the authorities in the file too."),
            TlsAlert.CertificateRevoked => ($"{refused}: it has been revoked", "Use another client certificate."),
            TlsAlert.UnknownAuthority => ($"{refused}: it does not know that authority", Authority(certificate, tls)),
            TlsAlert.HandshakeFailure => ($"{refused}, or shares no cipher suite with this machine",
                "Look into the server's log for the reason; compare its --cipher-suites with what this machine allows."),
            // Older servers answer this to all of it.
            _ => (refused, Authority(certificate, tls)
                + " The certificate must be for client authentication, and allowed by the server's --client-cert-allowed-cn or --client-cert-allowed-hostname where set; the server's log says why it refused."),
        };
    }

    private static string Authority(X509Certificate2 certificate, EtcdTls tls) =>
        "Use a certificate from an authority in the server's --trusted-ca-file."
        + (tls.ClientCertificateIssuers.Any(issuer => CertificatePaths.Issued(issuer, certificate))
            ? ""
            : $" If '{certificate.Issuer}' is an intermediate authority, append its certificate to '{tls.Sources.ClientCertificate}'.");
}
