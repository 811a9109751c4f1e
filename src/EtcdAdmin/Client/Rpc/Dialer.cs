using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Text;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Makes TCP connections to endpoints.</summary>
/// <param name="connectTimeout">The time for all addresses of a host together.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class Dialer(TimeSpan connectTimeout, TimeProvider timeProvider)
{
    /// <summary>The host of an endpoint as certificates and servers know it. A zone is valid only on this machine: certificates do not contain
    /// it, and it is not sent to the server.</summary>
    public static string NameOf(Uri endpoint) => EndpointUrl.HostOf(endpoint).Split('%')[0];

    /// <summary>Tries every address of a host with a share of the time: an unreachable address must not use up all of it.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    public async Task<Socket> DialAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        string host = EndpointUrl.HostOf(endpoint);
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal)
            ? [WithInterface(literal, host)]
            : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            using var share = new CancellationTokenSource(connectTimeout / addresses.Length, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], endpoint.Port), either.Token).ConfigureAwait(false);
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
}
