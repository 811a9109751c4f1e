using System.Net.Security;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Tells TLS failures apart and says what to do about each.</summary>
internal static class TlsFailure
{
    /// <summary>The handshake failed.</summary>
    public static EtcdRpcException FromHandshake(
        Uri endpoint, ServerCertificateVerdict verdict, bool showedCertificate, Exception cause)
    {
        if (verdict.Errors is { } errors) return WrongServerCertificate(endpoint, verdict, errors, cause);
        return FromAlert(endpoint, showedCertificate, cause) ?? RpcErrors.TlsFailed(endpoint,
            "the server does not answer as a TLS server does",
            "Use http:// if this endpoint serves without TLS; otherwise check that it is an etcd client URL.", cause);
    }

    /// <summary>
    /// The server refused our certificate; null if <paramref name="cause"/> is no such alert. In TLS 1.3 the alert comes after the
    /// client's side of the handshake is done, hence with the first read of the connection.
    /// </summary>
    public static EtcdRpcException? FromAlert(Uri endpoint, bool showedCertificate, Exception cause, bool notApplied = true)
    {
        for (Exception? e = cause; e is not null; e = e.InnerException)
        {
            if (!IsCertificateAlert(e.Message)) continue;
            return showedCertificate
                ? RpcErrors.TlsFailed(endpoint, "the server does not accept the client certificate",
                    "Use a certificate from the authority that the server trusts (its --trusted-ca-file), not expired, for client authentication.",
                    cause, notApplied)
                : RpcErrors.TlsFailed(endpoint, "the server demands a client certificate and none was given",
                    "Give a client certificate and its key.", cause, notApplied);
        }

        return null;
    }

    /// <summary>TLS works, but HTTP/2 was not agreed on.</summary>
    public static EtcdRpcException NotHttp2(Uri endpoint) => RpcErrors.TlsFailed(endpoint, "the server does not offer HTTP/2",
        "Check that the endpoint is an etcd client URL, not a peer or metrics URL or a proxy.", cause: null);

    /// <summary>A server that speaks TLS was addressed without it.</summary>
    public static EtcdRpcException ServerSpeaksTls(Uri endpoint, Exception cause) => RpcErrors.TlsFailed(endpoint,
        "the server speaks TLS, and the endpoint says http", "Use https:// for this endpoint, and give the cluster's CA.", cause);

    private static EtcdRpcException WrongServerCertificate(
        Uri endpoint, ServerCertificateVerdict verdict, SslPolicyErrors errors, Exception cause)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return RpcErrors.TlsFailed(endpoint, "the server showed no certificate", "Check the server's TLS configuration.", cause);
        if (errors == SslPolicyErrors.RemoteCertificateNameMismatch)
        {
            return RpcErrors.TlsFailed(endpoint, $"the server's certificate is not for '{endpoint.IdnHost}' but for {verdict.Names}",
                "Use one of these names in the endpoint, or have the certificate issued with the name you use.", cause);
        }

        return verdict.IsExpired
            ? RpcErrors.TlsFailed(endpoint, "the server's certificate has expired or is not valid yet",
                "Compare the clocks of both machines; renew the certificate.", cause)
            : RpcErrors.TlsFailed(endpoint,
                $"the server's certificate, issued by '{verdict.Issuer}', is not trusted ({verdict.ChainFindings})",
                "Give the certificate of the authority that issued the server's certificate.", cause);
    }

    // OpenSSL's words for alerts 40, 42 to 46, 48 and 116 of RFC 8446; Windows' code for the last is 0x80090327 and its kin.
    private static bool IsCertificateAlert(string message) =>
        message.Contains("alert", StringComparison.OrdinalIgnoreCase)
            && (message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
                || message.Contains("unknown ca", StringComparison.OrdinalIgnoreCase)
                || message.Contains("handshake failure", StringComparison.OrdinalIgnoreCase))
        || message.Contains("0x80090327", StringComparison.Ordinal);
}
