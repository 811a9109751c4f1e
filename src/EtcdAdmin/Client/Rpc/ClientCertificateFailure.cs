using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Certificates;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Text;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Finds what is wrong with the client certificate: before it is sent, and after a server has refused it.</summary>
internal static class ClientCertificateFailure
{
    private const int UsualKeySize = 2048;

    /// <summary>Errors for which every server refuses the certificate, so that dialling is useless; null if none is known.</summary>
    public static EtcdRpcException? BeforeDialling(Uri endpoint, EtcdTls? tls, DateTimeOffset now)
    {
        if (tls?.ClientCertificate is not { } certificate) return null;
        string whose = $"the client certificate in '{tls.Sources.ClientCertificate}'";
        TlsFinding? finding = TlsFinding.OfDates(certificate, whose, now, "issue a new client certificate, or leave it out "
            + "if the server does not require one")
            ?? TlsFinding.OfUsage(certificate, whose, KeyPurpose.Client, "clients",
                "Use a certificate with the extended key usage clientAuth.");
        return finding is null ? null : RpcErrors.TlsFailed(endpoint, finding.Text, finding.NextStep, cause: null);
    }

    /// <summary>The error for a TLS alert of the server; null if <paramref name="cause"/> is not an alert.</summary>
    /// <remarks>In TLS 1.3 the alert arrives after the client's side of the handshake is complete, with the first read of the connection.</remarks>
    public static EtcdRpcException? FromAlert(Uri endpoint, EtcdTls? tls, DateTimeOffset now, Exception cause, bool notApplied = true)
    {
        if (TlsAlert.Of(cause) is not { } alert) return null;
        (string why, string nextStep) = alert switch
        {
            TlsAlert.ProtocolVersion => ("the server and this machine have no TLS version in common",
                "Compare the server's --tls-min-version and --tls-max-version with what this machine allows (openssl.cnf, MinProtocol)."),
            TlsAlert.InternalError => ("the server cannot use its own certificate or key",
                "Read the server's log, and check the files of its --cert-file and --key-file."),
            TlsAlert.UnrecognizedName => ($"the server does not serve the name '{EndpointUrl.HostOf(endpoint)}'",
                "Use the name that the server, or the proxy in front of it, is configured for."),
            _ when tls?.ClientCertificate is { } certificate => Refused(alert, certificate, tls, now),
            TlsAlert.HandshakeFailure => ("the server requires a client certificate and none was given, or it has no cipher suite in common with "
                + "this machine",
                "Supply a client certificate and its key. If you did, compare the server's --cipher-suites with the cipher suites of this machine."),
            _ => ("the server requires a client certificate and none was given", "Supply a client certificate and its key."),
        };
        return RpcErrors.TlsFailed(endpoint, $"{why} (alert: {TlsAlert.NameOf(alert)})", nextStep, cause, notApplied);
    }

    /// <summary>The error for a client key that this machine's TLS library refuses; null if the key is long enough.</summary>
    /// <remarks>OpenSSL's security level 2, Debian's default, requires 112 bits: RSA with 2048 bits (SSL_CTX_set_security_level(3)).</remarks>
    public static EtcdRpcException? ShortKey(Uri endpoint, EtcdTls? tls, Exception cause)
    {
        using RSA? key = tls?.ClientCertificate?.GetRSAPublicKey();
        if (key is null || key.KeySize >= UsualKeySize) return null;
        return RpcErrors.TlsFailed(endpoint,
            $"the TLS library of this machine refuses the client certificate in '{tls!.Sources.ClientCertificate}': "
                + $"its RSA key has {key.KeySize} bits, but needs at least {UsualKeySize}",
            $"Issue a client certificate with a key of {UsualKeySize} bits or more.", cause);
    }

    private static (string Why, string NextStep) Refused(int alert, X509Certificate2 certificate, EtcdTls tls, DateTimeOffset now)
    {
        string refused =
            $"the server does not accept the client certificate '{certificate.Subject}' in '{tls.Sources.ClientCertificate}', issued by "
                + $"'{certificate.Issuer}'";
        TlsFinding? authority = ClientChain.Up(tls, certificate, now)
            .Select(issuer => TlsFinding.OfDates(issuer, "the certificate of an authority in that file", now,
                "replace that authority's certificate in the file with its renewed one"))
            .FirstOrDefault(finding => finding is not null);
        if (authority is not null) return ($"{refused}: {authority.Text}", authority.NextStep);
        return alert switch
        {
            TlsAlert.CertificateExpired =>
                ($"{refused}: according to the server's clock, this certificate, or a CA certificate in the same file, has expired or is not valid "
                    + "yet; "
                + "the certificate is valid from "
                + $"{TlsFinding.Show(certificate.NotBefore.ToUniversalTime())} to {TlsFinding.Show(certificate.NotAfter.ToUniversalTime())}",
                "Compare the clocks of both machines (date -u). Also check the validity of the authorities in the file."),
            TlsAlert.CertificateRevoked => ($"{refused}: it has been revoked", "Use another client certificate."),
            TlsAlert.UnknownAuthority => ($"{refused}: the server does not trust that authority", Authority(certificate, tls)),
            TlsAlert.HandshakeFailure => ($"{refused}, or has no cipher suite in common with this machine",
                "Read the server's log for the reason. Compare its --cipher-suites with the cipher suites of this machine."),
            // Older servers send this alert for all of these reasons.
            _ => (refused, Authority(certificate, tls)
                + " The certificate needs the usage clientAuth. "
                    + "If the server sets --client-cert-allowed-cn or --client-cert-allowed-hostname, they must allow it. "
                    + "The server's log has the reason."),
        };
    }

    private static string Authority(X509Certificate2 certificate, EtcdTls tls) =>
        "Use a certificate from an authority in the server's --trusted-ca-file."
        + (tls.ClientCertificateIssuers.Any(issuer => CertificatePaths.Issued(issuer, certificate))
            ? ""
            : $" If '{certificate.Issuer}' is an intermediate authority, append its certificate to '{tls.Sources.ClientCertificate}'.");
}
