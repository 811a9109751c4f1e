using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Makes the connections for the HTTP handler, with TLS, so that each failure is reported with its cause.</summary>
/// <param name="tls">The TLS settings.</param>
/// <param name="connectTimeout">The time limit for one connection.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="book">Receives the facts about the endpoints.</param>
/// <param name="http1">Whether the connections are for HTTP/1.1 instead of HTTP/2, which gRPC needs: etcd 2.3 serves no other over TLS.</param>
internal sealed class ConnectionFactory(
    EtcdTls? tls, TimeSpan connectTimeout, TimeProvider timeProvider, EndpointBook book, bool http1 = false)
{
    private readonly SslStreamCertificateContext? _clientCertificate = ClientChain.Create(tls, timeProvider.GetUtcNow());

    private readonly ServerTrust _trust = new(tls, timeProvider);

    private readonly Dialer _dialer = new(connectTimeout, timeProvider);

    private readonly ProtocolProbe _probe = new(connectTimeout, timeProvider);

    private readonly ConcurrentDictionary<string, FirstRead> _latest = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The first bytes of the newest connection to an endpoint; null if there was none.</summary>
    public FirstRead? Latest(Uri endpoint) => _latest.GetValueOrDefault(RpcErrors.Show(endpoint));

    /// <summary>Makes one HTTP connection; used as <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="EtcdRpcException">ConnectFailed or TlsFailed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // The handler sends nothing without a URI; its path is the path of the call, not of the endpoint.
        var endpoint = new Uri(RpcErrors.Show(context.InitialRequestMessage.RequestUri!));
        if (endpoint.Scheme == Uri.UriSchemeHttps
            && ClientCertificateFailure.BeforeDialling(endpoint, tls, timeProvider.GetUtcNow()) is { } unusable) throw unusable;
        using var timeout = new CancellationTokenSource(connectTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        bool dialled = false;
        try
        {
            var first = new FirstRead(Latest(endpoint));
            Socket socket = await _dialer.DialAsync(endpoint, either.Token).ConfigureAwait(false);
            dialled = true;
            Stream stream = endpoint.Scheme == Uri.UriSchemeHttps
                ? await SecureAsync(new FirstRead.TlsStream(new NetworkStream(socket, ownsSocket: true), first), endpoint, either.Token)
                    .ConfigureAwait(false)
                : new FirstRead.PlainStream(socket, first);
            _latest[RpcErrors.Show(endpoint)] = first;
            return stream;
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string within = $"within {connectTimeout.TotalSeconds:0.###} s";
            if (!dialled) throw RpcErrors.ConnectFailed(endpoint, $"no connection {within}", e);
            // A plaintext server may wait for the end of what it takes for a request.
            throw await _probe.SpeaksHttpAsync(endpoint, cancellationToken).ConfigureAwait(false)
                ? TlsFailure.ServerSpeaksHttp(endpoint, e)
                : RpcErrors.ConnectFailed(endpoint, $"the server accepted the connection, but did not answer the TLS handshake {within}", e);
        }
        catch (SocketException e)
        {
            throw RpcErrors.ConnectFailed(endpoint, e.Message, e);
        }
    }

    /// <summary>Reads a server's certificate into the book. Failures are not reported: the next call to the server reports them.</summary>
    public async Task LookAtCertificateAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(connectTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            Socket socket = await _dialer.DialAsync(endpoint, either.Token).ConfigureAwait(false);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await (await SecureAsync(stream, endpoint, either.Token).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdRpcException or SocketException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The earlier certificate is kept in the book.
        }
    }

    private async Task<Stream> SecureAsync(SslStream stream, Uri endpoint, CancellationToken cancellationToken)
    {
        string name = tls?.ServerName ?? Dialer.NameOf(endpoint);
        var verdict = new ServerCertificateVerdict(_trust, name);
        try
        {
            await stream.AuthenticateAsClientAsync(TlsOptions(name, verdict), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw TlsFailure.FromHandshake(endpoint, verdict, tls, timeProvider.GetUtcNow(), e)
                ?? (await _probe.SpeaksHttpAsync(endpoint, cancellationToken).ConfigureAwait(false)
                    ? TlsFailure.ServerSpeaksHttp(endpoint, e)
                    : TlsFailure.NoTls(endpoint, e));
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (stream.RemoteCertificate is X509Certificate2 shown)
            book.RecordCertificate(endpoint, shown.NotAfter.ToUniversalTime(), verdict.FirstAuthorityToEnd);
        if (http1 || stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2) return stream;
        await stream.DisposeAsync().ConfigureAwait(false);
        throw TlsFailure.NotHttp2(endpoint);
    }

    private SslClientAuthenticationOptions TlsOptions(string name, ServerCertificateVerdict verdict) => new()
    {
        TargetHost = name,
        ApplicationProtocols = [http1 ? SslApplicationProtocol.Http11 : SslApplicationProtocol.Http2],
        ClientCertificateContext = _clientCertificate,
        CertificateChainPolicy = _trust.ChainPolicy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => verdict.Take(certificate, chain, errors),
        // A resumed session would skip the certificates that this connection must be checked by.
        AllowTlsResume = false,
    };
}
