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

/// <summary>Makes the connections under the HTTP handler, TLS included, so that each failure is told for what it is.</summary>
internal sealed class ConnectionFactory(EtcdTls? tls, TimeSpan connectTimeout, TimeProvider timeProvider, EndpointBook book)
{
    private readonly SslStreamCertificateContext? _clientCertificate = ClientChain.Create(tls, timeProvider.GetUtcNow());

    private readonly ServerTrust _trust = new(tls, timeProvider);

    private readonly ConcurrentDictionary<string, FirstRead> _latest = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How the newest connection to an endpoint began; null if there was none.</summary>
    public FirstRead? Latest(Uri endpoint) => _latest.GetValueOrDefault(RpcErrors.Show(endpoint));

    /// <summary>Connects for one HTTP connection; serves as <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="EtcdRpcException">ConnectFailed or TlsFailed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // The handler sends nothing without a URI; its path is the call's, not the endpoint's.
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

    /// <summary>Lets a server show its certificate, for the book. What fails is not told: whoever asks it for more learns why.</summary>
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
            // What it showed before stays in the book.
        }
    }

    /// <summary>Asks a server that does not answer plaintext whether it speaks TLS. Trusts it with nothing but a greeting.</summary>
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
            // How it ends is of no interest: we refuse every certificate.
        }

        return first.HeardTls;
    }

    /// <summary>Tries every address of a host, each with its share of the time: one that is dead must not use up all of it.</summary>
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

    // Where this machine has no such interface, .NET drops the zone, and the connection would go anywhere.
    private static IPAddress WithInterface(IPAddress address, string host)
    {
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        return zone < 0 || address.ScopeId != 0
            ? address
            : throw new SocketException((int)SocketError.AddressNotAvailable, $"this machine has no network interface '{host[(zone + 1)..]}'");
    }

    // A zone is this machine's own affair: no certificate holds it, and no server is asked for it.
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

        if (stream.RemoteCertificate is X509Certificate2 shown) book.NoteCertificate(endpoint, shown.NotAfter.ToUniversalTime(), verdict.FirstAuthorityToEnd);
        if (stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2) return stream;
        await stream.DisposeAsync().ConfigureAwait(false);
        throw TlsFailure.NotHttp2(endpoint);
    }

    private SslClientAuthenticationOptions TlsOptions(string name, ServerCertificateVerdict verdict) => new()
    {
        TargetHost = name,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        ClientCertificateContext = _clientCertificate,
        CertificateChainPolicy = ChainPolicy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => verdict.Take(certificate, chain, errors),
        // A resumed session would skip the certificates that this connection is to be judged by.
        AllowTlsResume = false,
    };

    private X509ChainPolicy ChainPolicy()
    {
        // Private authorities publish no revocation lists that could be fetched from an operator's machine. What the platform
        // makes of the authorities given is not final: ServerTrust decides. They only keep it from reading the system's.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (tls?.CertificateAuthorities is { Count: > 0 } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }
}
