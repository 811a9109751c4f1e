using System.Collections.Concurrent;
using System.Net;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The HTTP/2 connections of a client to all its endpoints; makes one attempt of a call with Grpc.Net.Client.</summary>
internal sealed class GrpcTransport : IDisposable
{
    // RFC 9113, section 7: the server has not processed the request.
    private const long RefusedStream = 0x7;

    // How much a server may send before we read it. The handler widens this window itself on connections with a long round trip; on short ones a
    // larger window only uses more memory for a snapshot.
    private const int StreamWindow = 1024 * 1024;

    // The metrics of a member have some 200 KiB.
    private const long MaxPage = 16 << 20;

    private readonly ConnectionFactory _connections;
    private readonly ProtocolProbe _probe;
    private readonly HttpMessageHandler _handler;
    private readonly ConcurrentDictionary<string, GrpcChannel> _channels = new(StringComparer.Ordinal);
    private readonly HttpMessageInvoker _http;
    private readonly EtcdTls? _tls;
    private readonly TimeProvider _clock;

    /// <param name="options">The settings.</param>
    /// <param name="connections">Tests may put another sender in the place of the connections.</param>
    public GrpcTransport(EtcdClientOptions options, HttpMessageHandler? connections = null)
    {
        Book = new EndpointBook(options.TimeProvider);
        _tls = options.Tls;
        _clock = options.TimeProvider;
        Asker = Asker.Of(options);
        _connections = new ConnectionFactory(options.Tls, options.ConnectTimeout, options.TimeProvider, Book);
        _probe = new ProtocolProbe(options.ConnectTimeout, options.TimeProvider);
        _handler = connections ?? new SocketsHttpHandler
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
        };
        _http = new HttpMessageInvoker(_handler);
    }

    /// <summary>The facts about the endpoints.</summary>
    public EndpointBook Book { get; }

    /// <summary>The identity of the calls.</summary>
    public Asker Asker { get; }

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

    /// <summary>The answer of an endpoint at a path of its plain HTTP service, such as <c>/metrics</c>; null if it does not serve it, or more than
    /// 16 MiB.</summary>
    public async Task<string?> ReadPageAsync(Uri endpoint, string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await SendAsync(endpoint, path, cancellationToken).ConfigureAwait(false)).Page;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or EtcdRpcException)
        {
            return null;
        }
    }

    /// <summary>The same, with the reason if there is no answer.</summary>
    /// <exception cref="EtcdRpcException">The endpoint cannot be reached, does not serve the path, or its answer has more than 16 MiB.</exception>
    public async Task<string> GetPageAsync(Uri endpoint, string path, CancellationToken cancellationToken)
    {
        string call = path.TrimStart('/');
        try
        {
            (HttpStatusCode status, string? page) = await SendAsync(endpoint, path, cancellationToken).ConfigureAwait(false);
            return page ?? throw RpcErrors.NotServed(endpoint, path, (int)status);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw RpcErrors.Protocol(endpoint, call, "the answer has more than 16 MiB", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw await ExplainAsync(endpoint, call, e, cancellationToken).ConfigureAwait(false);
        }
    }

    // No page if the status is not one of success.
    private async Task<(HttpStatusCode Status, string? Page)> SendAsync(Uri endpoint, string path, CancellationToken cancellationToken)
    {
        // On plaintext endpoints etcd treats all HTTP/2 as gRPC (server/embed/serve.go).
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, path))
        {
            Version = endpoint.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) return (answer.StatusCode, null);
        await answer.Content.LoadIntoBufferAsync(MaxPage, cancellationToken).ConfigureAwait(false);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>One request, one answer.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, Uri endpoint, string? token, Deadline deadline)
        where TRequest : class, IMessage
        where TResponse : class
    {
        try
        {
            using AsyncUnaryCall<TResponse> call = Invoker(endpoint)
                .AsyncUnaryCall(method.Definition, host: null, Options(method, token, deadline.Remaining, deadline.Token), request);
            return await call.ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded && deadline.HasExpired)
        {
            // Grpc.Net.Client has a timer of its own for the same deadline.
            throw new OperationCanceledException(e.Message, e, deadline.Token);
        }
        catch (RpcException e)
        {
            throw CallFailure.From(e, endpoint, method.Path, Asker, deadline.Token);
        }
    }

    /// <summary>One request, many answers; waits for the first.</summary>
    /// <exception cref="EtcdRpcException">The endpoint cannot be reached, is not gRPC, or refuses the call at once.</exception>
    public async Task<CallStream<TRequest, TResponse>> OpenStreamAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, Uri endpoint, string? token, CancellationToken cancellationToken)
        where TRequest : class, IMessage
        where TResponse : class
    {
        // The token ends only the wait for the first answer; each later read has its own.
        AsyncServerStreamingCall<TResponse> call = Invoker(endpoint)
            .AsyncServerStreamingCall(method.Definition, host: null, Options(method, token, timeout: null, CancellationToken.None), request);
        return await OpenAsync(
            new CallStream<TRequest, TResponse>(method, endpoint, token, Asker, call, call.ResponseStream, requests: null), null,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Requests and answers in both directions; sends the first request and waits for the first answer.</summary>
    /// <exception cref="EtcdRpcException">The endpoint cannot be reached, is not gRPC, or refuses the call at once.</exception>
    public async Task<CallStream<TRequest, TResponse>> OpenDuplexAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest first, Uri endpoint, string? token, CancellationToken cancellationToken)
        where TRequest : class, IMessage
        where TResponse : class
    {
        AsyncDuplexStreamingCall<TRequest, TResponse> call = Invoker(endpoint)
            .AsyncDuplexStreamingCall(method.Definition, host: null, Options(method, token, timeout: null, CancellationToken.None));
        return await OpenAsync(
            new CallStream<TRequest, TResponse>(method, endpoint, token, Asker, call, call.ResponseStream, call.RequestStream), first,
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (GrpcChannel channel in _channels.Values) channel.Dispose();
        _http.Dispose();
    }

    private static async Task<CallStream<TRequest, TResponse>> OpenAsync<TRequest, TResponse>(
        CallStream<TRequest, TResponse> stream, TRequest? first, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        try
        {
            if (first is not null) await stream.WriteAsync(first, cancellationToken).ConfigureAwait(false);
            await stream.OpenAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // etcd's own metadata keys: api/v3rpc/rpctypes/metadatafields.go.
    private static CallOptions Options(RpcMethod method, string? token, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        Metadata? headers = null;
        if (token is not null) (headers ??= []).Add("token", token);
        if (method.RequiresLeader) (headers ??= []).Add("hasleader", "true");
        // Grpc.Net.Client sends the time that is left to the server, which then stops by itself.
        return new CallOptions(headers, timeout is { } left ? DateTime.UtcNow + left : null, cancellationToken);
    }

    private CallInvoker Invoker(Uri endpoint) => _channels.GetOrAdd(endpoint.OriginalString, static (_, of) =>
        GrpcChannel.ForAddress(of.endpoint, new GrpcChannelOptions
        {
            HttpHandler = new AnswerCheck(of.endpoint, of.transport, of.transport._handler),
            // AnswerBody limits it, with an error that cannot be taken for a refusal of the server.
            MaxReceiveMessageSize = null,
            // Nothing is offered, so nothing is unpacked: a small answer cannot become a large one.
            CompressionProviders = [],
            // Only EtcdCaller repeats calls: it knows which a server cannot have applied.
            ServiceConfig = null,
            DisableResolverServiceConfig = true,
        }), (endpoint, transport: this)).CreateCallInvoker();

    /// <summary>The error for a call whose request got no answer.</summary>
    internal async Task<EtcdRpcException> ExplainAsync(Uri endpoint, string path, Exception failure, CancellationToken cancellationToken)
    {
        bool refused = false;
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e is EtcdRpcException known) return known;
            refused |= e is HttpProtocolException { ErrorCode: RefusedStream };
        }

        if (_connections.Latest(endpoint) is not { Heard: false } silent)
            return RpcErrors.ConnectionLost(endpoint, path, refused, failure);
        if (endpoint.Scheme == Uri.UriSchemeHttp)
        {
            if (await _probe.SpeaksTlsAsync(endpoint, cancellationToken).ConfigureAwait(false))
                return TlsFailure.ServerSpeaksTls(endpoint, failure);
        }
        else if (ClientCertificateFailure.FromAlert(endpoint, _tls, _clock.GetUtcNow(), silent.Failure ?? failure, !silent.HeardBefore) is { } tls)
        {
            return tls;
        }

        if (silent.HeardOther) return RpcErrors.Protocol(endpoint, path, "the server does not speak HTTP/2, which the v3 API needs", failure);
        // A server sends its HTTP/2 settings before it reads a request; a server that sent nothing has not read the request.
        return endpoint.Scheme == Uri.UriSchemeHttps && !silent.HeardBefore && _tls?.ClientCertificate is { } certificate
            ? RpcErrors.ClosedOnCertificate(endpoint, path, $"'{certificate.Subject}' in '{_tls.Sources.ClientCertificate}'", failure)
            : RpcErrors.ConnectionLost(endpoint, path, refused || !silent.HeardBefore, failure);
    }
}
