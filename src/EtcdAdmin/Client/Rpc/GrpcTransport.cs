using System.Net;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The HTTP/2 connections of a client to all its endpoints; runs one attempt of a call.</summary>
internal sealed class GrpcTransport : IDisposable
{
    // RFC 9113, section 7: the server has not processed the request.
    private const long RefusedStream = 0x7;

    // How much a server may send before we read it. The handler widens this window itself on connections with a long round trip; on short ones a
    // larger window only uses more memory for a snapshot.
    private const int StreamWindow = 1024 * 1024;

    private readonly ConnectionFactory _connections;
    private readonly HttpMessageInvoker _http;
    private readonly EtcdTls? _tls;
    private readonly TimeProvider _clock;

    public GrpcTransport(EtcdClientOptions options)
    {
        Book = new EndpointBook(options.TimeProvider);
        _tls = options.Tls;
        _clock = options.TimeProvider;
        Asker = Asker.Of(options);
        _connections = new ConnectionFactory(options.Tls, options.ConnectTimeout, options.TimeProvider, Book);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = _connections.ConnectAsync,
            // ConnectionFactory limits the connect time with a better error; this limit must only not come first.
            ConnectTimeout = options.ConnectTimeout * 2,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = StreamWindow,
            // A peer that died silently is detected after 15 s. Pings cannot be more frequent: etcd ends connections that ping within
            // --grpc-keepalive-min-time (default 5 s).
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        });
    }

    /// <summary>The facts about the endpoints.</summary>
    public EndpointBook Book { get; }

    /// <summary>The identity of the calls.</summary>
    public Asker Asker { get; }

    /// <summary>Sends one request and waits for the headers of its answer.</summary>
    /// <exception cref="EtcdRpcException">The endpoint cannot be reached, is not gRPC, or refuses the call at once.</exception>
    public async Task<GrpcResponse> SendAsync(
        Uri endpoint, RpcMethod method, HttpContent body, string? token, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        // Not disposed here: the body of a stream is still being sent when the headers of its answer arrive.
        HttpRequestMessage request = GrpcRequest.Create(endpoint, method, body, token, timeout);
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw await ExplainAsync(endpoint, method, e, cancellationToken).ConfigureAwait(false);
        }

        return await GrpcResponse.OpenAsync(endpoint, method, answer, Asker, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records the clock of an endpoint in the book. Its gRPC answers have no date; its plain HTTP answers do.</summary>
    /// <remarks>On plaintext endpoints etcd treats all HTTP/2 as gRPC (<c>server/embed/serve.go</c>), so they are skipped.</remarks>
    public async Task RecordClockAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Scheme != Uri.UriSchemeHttps) return;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, "/version"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            Book.RecordDate(endpoint, answer.Headers.Date);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or EtcdRpcException)
        {
            // An endpoint without an answer has no clock to compare; the next call to it reports the failure.
        }
    }

    /// <summary>Records the certificate of an endpoint in the book, on a new connection. Failures are not reported.</summary>
    public Task LookAtCertificateAsync(Uri endpoint, CancellationToken cancellationToken) =>
        endpoint.Scheme == Uri.UriSchemeHttps ? _connections.LookAtCertificateAsync(endpoint, cancellationToken) : Task.CompletedTask;

    /// <summary>The answer of an endpoint at <c>/metrics</c>; null if it does not serve it.</summary>
    public async Task<string?> ReadMetricsAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        // On plaintext endpoints etcd treats all HTTP/2 as gRPC (server/embed/serve.go).
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, "/metrics"))
        {
            Version = endpoint.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or EtcdRpcException)
        {
            return null;
        }
    }

    /// <summary>One request, one answer.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, Uri endpoint, string? token, Deadline deadline)
        where TRequest : IMessage
        where TResponse : IMessage<TResponse>
    {
        using GrpcResponse response = await SendAsync(
            endpoint, method, new ByteArrayContent(GrpcRequest.Frame(request)), token, deadline.Remaining, deadline.Token).ConfigureAwait(false);
        ReadOnlyMemory<byte> message = await response.ReadAsync(deadline.Token).ConfigureAwait(false)
            ?? throw RpcErrors.Protocol(endpoint, method.Path, "the answer has no message");
        TResponse result = GrpcMessages.Parse(method, message, endpoint);
        if (await response.ReadAsync(deadline.Token).ConfigureAwait(false) is not null)
            throw RpcErrors.Protocol(endpoint, method.Path, "the answer has more than one message");
        return result;
    }

    public void Dispose() => _http.Dispose();

    private async Task<EtcdRpcException> ExplainAsync(
        Uri endpoint, RpcMethod method, Exception failure, CancellationToken cancellationToken)
    {
        bool refused = false;
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e is EtcdRpcException known) return known;
            refused |= e is HttpProtocolException { ErrorCode: RefusedStream };
        }

        if (_connections.Latest(endpoint) is not { Heard: false } silent)
            return RpcErrors.ConnectionLost(endpoint, method.Path, refused, failure);
        if (endpoint.Scheme == Uri.UriSchemeHttp)
        {
            if (await _connections.SpeaksTlsAsync(endpoint, cancellationToken).ConfigureAwait(false))
                return TlsFailure.ServerSpeaksTls(endpoint, failure);
        }
        else if (ClientCertificateFailure.FromAlert(endpoint, _tls, _clock.GetUtcNow(), silent.Failure ?? failure, !silent.HeardBefore) is { } tls)
        {
            return tls;
        }

        if (silent.HeardOther) return RpcErrors.Protocol(endpoint, method.Path, "the server does not speak HTTP/2", failure);
        // A server sends its HTTP/2 settings before it reads a request; a server that sent nothing has not read the request.
        return RpcErrors.ConnectionLost(endpoint, method.Path, refused || !silent.HeardBefore, failure,
            nextStep: endpoint.Scheme == Uri.UriSchemeHttps && !silent.HeardBefore && _tls?.ClientCertificate is { } certificate
                ? $"If this happens again, check whether the client certificate ('{certificate.Subject}' in '{_tls.Sources.ClientCertificate}') is "
                    + "revoked: "
                    + "the server closes the connection without an error if the certificate "
                    + "is on the server's revocation list (--client-crl-file); the server's log reports that."
                : null);
    }
}
