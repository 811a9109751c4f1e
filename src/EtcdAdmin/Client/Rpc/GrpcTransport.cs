using System.Net;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The HTTP/2 connections of a client to all its endpoints, and one attempt of a call on one of them.</summary>
internal sealed class GrpcTransport : IDisposable
{
    // RFC 9113, section 7: the server has not looked at the request.
    private const long RefusedStream = 0x7;

    // What a server may send before we have read it. The handler widens it by itself where the round trip is long; on short ones
    // more does not make a snapshot faster, only larger in memory.
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
            // ConnectionFactory bounds the connection and says so better; this one only must not come first.
            ConnectTimeout = options.ConnectTimeout * 2,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = StreamWindow,
            // A peer that died without a word is noticed after 15 s. Not more often: etcd ends connections that ping within
            // --grpc-keepalive-min-time (5 s by default).
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        });
    }

    /// <summary>What the endpoints showed of themselves.</summary>
    public EndpointBook Book { get; }

    /// <summary>As whom the calls are made.</summary>
    public Asker Asker { get; }

    /// <summary>Sends one request and waits for the head of its answer.</summary>
    /// <exception cref="EtcdRpcException">The endpoint cannot be reached, is not gRPC, or refuses the call at once.</exception>
    public async Task<GrpcResponse> SendAsync(
        Uri endpoint, RpcMethod method, HttpContent body, string? token, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        // Not disposed here: a stream's body is still being sent when the head of its answer is there.
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

    /// <summary>Looks at the clock of an endpoint, for the book. Its gRPC answers carry no date; its plain HTTP answers do.</summary>
    /// <remarks>On plaintext endpoints etcd takes all HTTP/2 for gRPC (<c>server/embed/serve.go</c>), so nothing is asked there.</remarks>
    public async Task NoteClockAsync(Uri endpoint, CancellationToken cancellationToken)
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
            Book.NoteDate(endpoint, answer.Headers.Date);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or EtcdRpcException)
        {
            // An endpoint that does not answer has no clock to compare; whoever asks it for more learns why.
        }
    }

    /// <summary>Looks at the certificate of an endpoint on a connection of its own, for the book. What fails is not told.</summary>
    public Task LookAtCertificateAsync(Uri endpoint, CancellationToken cancellationToken) =>
        endpoint.Scheme == Uri.UriSchemeHttps ? _connections.LookAtCertificateAsync(endpoint, cancellationToken) : Task.CompletedTask;

    /// <summary>What an endpoint serves at <c>/metrics</c>; null where it does not.</summary>
    public async Task<string?> ReadMetricsAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        // On plaintext endpoints etcd takes all HTTP/2 for gRPC (server/embed/serve.go).
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
    /// <exception cref="EtcdRpcException">Whatever failed.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, Uri endpoint, string? token, Deadline deadline)
        where TRequest : IMessage
        where TResponse : IMessage<TResponse>
    {
        using GrpcResponse response = await SendAsync(
            endpoint, method, new ByteArrayContent(GrpcRequest.Frame(request)), token, deadline.Remaining, deadline.Token).ConfigureAwait(false);
        ReadOnlyMemory<byte> message = await response.ReadAsync(deadline.Token).ConfigureAwait(false)
            ?? throw RpcErrors.Protocol(endpoint, method.Path, "the answer holds no message");
        TResponse result = GrpcMessages.Parse(method, message, endpoint);
        if (await response.ReadAsync(deadline.Token).ConfigureAwait(false) is not null)
            throw RpcErrors.Protocol(endpoint, method.Path, "the answer holds more than one message");
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
        // A server says its HTTP/2 settings before it looks at a request; one that never said anything has not looked.
        return RpcErrors.ConnectionLost(endpoint, method.Path, refused || !silent.HeardBefore, failure,
            nextStep: endpoint.Scheme == Uri.UriSchemeHttps && !silent.HeardBefore && _tls?.ClientCertificate is { } certificate
                ? $"If this repeats: the server ends connections without a word where the client certificate ('{certificate.Subject}' in '{_tls.Sources.ClientCertificate}') "
                    + "is on its revocation list (--client-crl-file); its log says so."
                : null);
    }
}
