using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Finds out which protocol a server speaks that does not answer the expected one. Nothing secret is sent.</summary>
/// <param name="connectTimeout">The time limit for one connection; a question takes at most half of it, since it follows one.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ProtocolProbe(TimeSpan connectTimeout, TimeProvider timeProvider)
{
    private const int StatusLine = 12; // "HTTP/1.1 200"

    private readonly Dialer _dialer = new(connectTimeout, timeProvider);

    /// <summary>Checks whether a server that does not answer plaintext uses TLS. Sends nothing but a TLS greeting.</summary>
    public async Task<bool> SpeaksTlsAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        var first = new FirstRead(before: null);
        await AskAsync(endpoint, async (socket, limit) =>
        {
            using var stream = new SslStream(new FirstRead.PlainStream(socket, first));
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = Dialer.NameOf(endpoint),
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                RemoteCertificateValidationCallback = (_, _, _, _) => false,
            }, limit).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return first.HeardTls;
    }

    /// <summary>Checks whether a server that does not answer TLS answers plain HTTP.</summary>
    public async Task<bool> SpeaksHttpAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        string answer = "";
        await AskAsync(endpoint, async (socket, limit) =>
        {
            string host = endpoint.HostNameType == UriHostNameType.IPv6 ? $"[{Dialer.NameOf(endpoint)}]" : Dialer.NameOf(endpoint);
            string request = $"GET /version HTTP/1.1\r\nHost: {host}:{endpoint.Port}\r\nConnection: close\r\n\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), limit).ConfigureAwait(false);
            byte[] start = new byte[StatusLine];
            using var stream = new NetworkStream(socket);
            await stream.ReadExactlyAsync(start, limit).ConfigureAwait(false);
            answer = Encoding.ASCII.GetString(start);
        }, cancellationToken).ConfigureAwait(false);
        // TLS servers answer a plaintext request with 400, in plaintext.
        return answer.StartsWith("HTTP/1.", StringComparison.Ordinal) && !answer.EndsWith("400", StringComparison.Ordinal);
    }

    private async Task AskAsync(Uri endpoint, Func<Socket, CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(connectTimeout / 2, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using Socket socket = await _dialer.DialAsync(endpoint, either.Token).ConfigureAwait(false);
            await ask(socket, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Only the first bytes of the answer matter; a server without an answer speaks neither.
        }
    }
}
