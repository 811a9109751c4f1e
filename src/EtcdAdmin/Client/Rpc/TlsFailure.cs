using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Makes the errors of TLS failures, with a next step for each.</summary>
internal static class TlsFailure
{
    /// <summary>The handshake failed; null if neither a certificate nor an alert of the server says why.</summary>
    public static EtcdRpcException? FromHandshake(Uri endpoint, ServerCertificateVerdict verdict, EtcdTls? tls, DateTimeOffset now, Exception cause)
    {
        if (verdict.Findings is { } findings) return WrongServerCertificate(endpoint, findings, cause);
        return ClientCertificateFailure.FromAlert(endpoint, tls, now, cause) ?? ClientCertificateFailure.ShortKey(endpoint, tls, cause);
    }

    /// <summary>A plaintext server was addressed with https.</summary>
    public static EtcdRpcException ServerSpeaksHttp(Uri endpoint, Exception cause) => RpcErrors.TlsFailed(endpoint,
        "the server does not use TLS here (it answers plain HTTP), but the endpoint is https",
        $"Use {RpcErrors.Show(new UriBuilder(endpoint) { Scheme = Uri.UriSchemeHttp }.Uri)} if the cluster has no TLS for clients. "
            + "If it should have, check the member's --listen-client-urls and --cert-file.", cause);

    /// <summary>The server answered neither TLS nor plain HTTP.</summary>
    public static EtcdRpcException NoTls(Uri endpoint, Exception cause) => RpcErrors.TlsFailed(endpoint,
        "the server does not answer with TLS",
        "Use http:// if this endpoint works without TLS; otherwise check that it is an etcd client URL.", cause);

    /// <summary>TLS works, but the server does not support HTTP/2.</summary>
    public static EtcdRpcException NotHttp2(Uri endpoint) => RpcErrors.TlsFailed(endpoint, "the server does not offer HTTP/2",
        "Check that the endpoint is an etcd client URL, not a peer URL, a metrics URL or a proxy. " + RpcErrors.Before3, cause: null);

    /// <summary>A TLS server was addressed with http.</summary>
    public static EtcdRpcException ServerSpeaksTls(Uri endpoint, Exception cause) => RpcErrors.TlsFailed(endpoint,
        "the server uses TLS, but the endpoint is http", "Use https:// for this endpoint, and supply the cluster's CA certificate.", cause);

    private static EtcdRpcException WrongServerCertificate(Uri endpoint, IReadOnlyList<TlsFinding> findings, Exception cause) =>
        RpcErrors.TlsFailed(endpoint,
            string.Join("; also, ", findings.Select(finding => finding.Text)),
            string.Join(" ", findings.Select(finding => finding.NextStep).Distinct()), cause);
}
