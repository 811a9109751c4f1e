using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Text;

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
        try
        {
            var first = new FirstRead(Latest(endpoint));
            Socket socket = await DialAsync(new DnsEndPoint(EndpointUrl.HostOf(endpoint), endpoint.Port), either.Token).ConfigureAwait(false);
            Stream stream = endpoint.Scheme == Uri.UriSchemeHttps
                ? await SecureAsync(new FirstRead.TlsStream(new NetworkStream(socket, ownsSocket: true), first), endpoint, either.Token)
                    .ConfigureAwait(false)
                : new FirstRead.PlainStream(socket, first);
            _latest[RpcErrors.Show(endpoint)] = first;
            return stream;
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw RpcErrors.ConnectFailed(endpoint, $"no connection within {connectTimeout.TotalSeconds:0.###} s", e);
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
            Socket socket = await DialAsync(new DnsEndPoint(EndpointUrl.HostOf(endpoint), endpoint.Port), either.Token).ConfigureAwait(false);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await (await SecureAsync(stream, endpoint, either.Token).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdRpcException or SocketException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The earlier certificate is kept in the book.
        }
    }

    /// <summary>Checks whether a server that does not answer plaintext uses TLS. Sends nothing but a TLS greeting.</summary>
    public async Task<bool> SpeaksTlsAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(connectTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var first = new FirstRead(before: null);
        try
        {
            Socket socket = await DialAsync(new DnsEndPoint(EndpointUrl.HostOf(endpoint), endpoint.Port), either.Token).ConfigureAwait(false);
            using var stream = new SslStream(new FirstRead.PlainStream(socket, first));
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = NameOf(endpoint),
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                RemoteCertificateValidationCallback = (_, _, _, _) => false,
            }, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The result does not matter: every certificate is refused here.
        }

        return first.HeardTls;
    }

    /// <summary>Tries every address of a host with a share of the time: an unreachable address must not use up all of it.</summary>
    private async Task<Socket> DialAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out IPAddress? literal)
            ? [WithInterface(literal, target.Host)]
            : await Dns.GetHostAddressesAsync(target.Host, cancellationToken).ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            using var share = new CancellationTokenSource(connectTimeout / addresses.Length, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], target.Port), either.Token).ConfigureAwait(false);
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                if (i == addresses.Length - 1 || cancellationToken.IsCancellationRequested) throw;
            }
        }
    }

    // If this machine has no such interface, .NET drops the zone, and the connection could go to another host.
    private static IPAddress WithInterface(IPAddress address, string host)
    {
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        return zone < 0 || address.ScopeId != 0
            ? address
            : throw new SocketException((int)SocketError.AddressNotAvailable, $"this machine has no network interface '{host[(zone + 1)..]}'");
    }

    // A zone is valid only on this machine: certificates do not contain it, and it is not sent to the server.
    private static string NameOf(Uri endpoint) => EndpointUrl.HostOf(endpoint).Split('%')[0];

    private async Task<Stream> SecureAsync(SslStream stream, Uri endpoint, CancellationToken cancellationToken)
    {
        string name = tls?.ServerName ?? NameOf(endpoint);
        var verdict = new ServerCertificateVerdict(_trust, name);
        try
        {
            await stream.AuthenticateAsClientAsync(TlsOptions(name, verdict), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw TlsFailure.FromHandshake(endpoint, verdict, tls, timeProvider.GetUtcNow(), e);
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
        CertificateChainPolicy = ChainPolicy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => verdict.Take(certificate, chain, errors),
        // A resumed session would skip the certificates that this connection must be checked by.
        AllowTlsResume = false,
    };

    private X509ChainPolicy ChainPolicy()
    {
        // Private authorities publish no revocation lists that an operator's machine could download. The platform's verdict is not final: ServerTrust
        // decides. The given authorities only keep the platform from reading the system's.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (tls?.CertificateAuthorities is { Count: > 0 } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }
}
