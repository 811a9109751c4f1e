using System.Net;
using System.Net.Sockets;

namespace EtcdAdmin.Tests.Client;

/// <summary>Passes connections on to a server. On demand it keeps all answers to itself, and then breaks the connections.</summary>
internal sealed class SilencingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];
    private readonly Uri _server;
    private volatile bool _silent;

    public SilencingProxy(Uri server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Endpoint => new($"{_server.Scheme}://{_listener.LocalEndpoint}");

    /// <summary>From now on requests arrive, and no answer comes back.</summary>
    public void Silence() => _silent = true;

    /// <summary>Breaks all connections; new ones work.</summary>
    public void Break()
    {
        lock (_sockets)
        {
            foreach (Socket socket in _sockets) socket.Close(timeout: 0); // a reset, so that nothing kept is sent
            _sockets.Clear();
        }

        _silent = false;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        Break();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                lock (_sockets) _sockets.AddRange([client, server]);
                await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                _ = PassAsync(client, server, answers: false);
                _ = PassAsync(server, client, answers: true);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool answers)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                if (!answers || !_silent) await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of both ended.
        }
    }
}
