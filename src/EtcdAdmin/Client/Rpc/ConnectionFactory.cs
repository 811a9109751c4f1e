using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Makes the connections under the HTTP handler, TLS included, so that each failure is told for what it is.</summary>
internal sealed class ConnectionFactory(EtcdTls? tls, TimeSpan connectTimeout, TimeProvider timeProvider, EndpointBook book)
{
    private readonly SslStreamCertificateContext? _clientCertificate = tls?.ClientCertificate is { } certificate
        ? SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true)
        : null;

    /// <summary>Connects for one HTTP connection; serves as <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="EtcdRpcException">ConnectFailed or TlsFailed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Uri endpoint = context.InitialRequestMessage.RequestUri!; // the handler sends nothing without one
        using var timeout = new CancellationTokenSource(connectTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var stream = new NetworkStream(await DialAsync(context.DnsEndPoint, either.Token).ConfigureAwait(false), ownsSocket: true);
            return endpoint.Scheme == Uri.UriSchemeHttps
                ? await SecureAsync(stream, endpoint, either.Token).ConfigureAwait(false)
                : stream;
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

    /// <summary>Tries every address of a host, each with its share of the time: one that is dead must not use up all of it.</summary>
    private async Task<Socket> DialAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out IPAddress? literal)
            ? [literal]
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

    private async Task<Stream> SecureAsync(Stream inner, Uri endpoint, CancellationToken cancellationToken)
    {
        var verdict = new ServerCertificateVerdict();
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(TlsOptions(endpoint, verdict), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw TlsFailure.FromHandshake(endpoint, verdict, _clientCertificate is not null, e);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (stream.RemoteCertificate is X509Certificate2 shown) book.NoteCertificate(endpoint, shown.NotAfter.ToUniversalTime());
        if (stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2) return stream;
        await stream.DisposeAsync().ConfigureAwait(false);
        throw TlsFailure.NotHttp2(endpoint);
    }

    private SslClientAuthenticationOptions TlsOptions(Uri endpoint, ServerCertificateVerdict verdict) => new()
    {
        TargetHost = tls?.ServerName ?? endpoint.IdnHost,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        ClientCertificateContext = _clientCertificate,
        CertificateChainPolicy = ChainPolicy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => verdict.Take(certificate, chain, errors),
        // A resumed session would skip the certificates that this connection is to be judged by.
        AllowTlsResume = false,
    };

    private X509ChainPolicy ChainPolicy()
    {
        // Private authorities publish no revocation lists that could be fetched from an operator's machine.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (tls?.CertificateAuthorities is { Count: > 0 } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }
}
