using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Tells TLS failures apart and says what to do about each.</summary>
internal static class TlsFailure
{
    /// <summary>The handshake failed.</summary>
    public static EtcdRpcException FromHandshake(Uri endpoint, ServerCertificateVerdict verdict, EtcdTls? tls, DateTimeOffset now, Exception cause)
    {
        if (verdict.Findings is { } findings) return WrongServerCertificate(endpoint, findings, cause);
        return ClientCertificateFailure.FromAlert(endpoint, tls, now, cause) ?? ClientCertificateFailure.ShortKey(endpoint, tls, cause) ?? RpcErrors.TlsFailed(endpoint,
            "the server does not answer as a TLS server does",
            "Use http:// if this endpoint serves without TLS; otherwise check that it is an etcd client URL.", cause);
    }

    /// <summary>TLS works, but HTTP/2 was not agreed on.</summary>
    public static EtcdRpcException NotHttp2(Uri endpoint) => RpcErrors.TlsFailed(endpoint, "the server does not offer HTTP/2",
        "Check that the endpoint is an etcd client URL, not a peer or metrics URL or a proxy.", cause: null);

    /// <summary>A server that speaks TLS was addressed without it.</summary>
    public static EtcdRpcException ServerSpeaksTls(Uri endpoint, Exception cause) => RpcErrors.TlsFailed(endpoint,
        "the server speaks TLS, and the endpoint says http", "Use https:// for this endpoint, and give the cluster's CA.", cause);

    private static EtcdRpcException WrongServerCertificate(Uri endpoint, IReadOnlyList<TlsFinding> findings, Exception cause) =>
        RpcErrors.TlsFailed(endpoint,
            string.Join("; also, ", findings.Select(finding => finding.Text)),
            string.Join(" ", findings.Select(finding => finding.NextStep).Distinct()), cause);
}
