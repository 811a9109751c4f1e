using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EtcdAdmin.Tests.Support;

/// <summary>
/// A way to a real etcd that is cut off as soon as a client sends certain words: from then on nothing passes, and nobody hears of it.
/// </summary>
/// <param name="words">The words, as they stand in a plaintext request: part of a gRPC path, for instance.</param>
internal sealed class CutOffWay(string words) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener = Listen();
    private readonly byte[] _words = Encoding.ASCII.GetBytes(words);
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where clients are to go.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Opens the way.</summary>
    public void LeadTo(Uri etcd) => _accepting = AcceptAsync(etcd);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await Task.WhenAny(_accepting);
        _end.Dispose();
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private async Task AcceptAsync(Uri etcd)
    {
        var passing = new List<Task>();
        try
        {
            while (true) passing.Add(PassAsync(await _listener.AcceptTcpClientAsync(_end.Token), etcd));
        }
        finally
        {
            await Task.WhenAny(Task.WhenAll(passing));
        }
    }

    private async Task PassAsync(TcpClient client, Uri etcd)
    {
        using (client)
        using (var server = new TcpClient())
        using (var cut = CancellationTokenSource.CreateLinkedTokenSource(_end.Token))
        {
            await server.ConnectAsync(etcd.Host, etcd.Port, _end.Token);
            NetworkStream near = client.GetStream(), far = server.GetStream();
            Task back = far.CopyToAsync(near, cut.Token);
            if (await CopyToTheWordsAsync(near, far)) await cut.CancelAsync();
            await Task.WhenAny(back);
            if (cut.IsCancellationRequested) await Task.WhenAny(Task.Delay(Timeout.Infinite, _end.Token)); // open, and silent
        }
    }

    /// <returns>Whether the words came; they are not passed on.</returns>
    private async Task<bool> CopyToTheWordsAsync(NetworkStream near, NetworkStream far)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int count = await near.ReadAsync(buffer, _end.Token);
            if (count == 0) return false;
            if (buffer.AsSpan(0, count).IndexOf(_words) >= 0) return true; // a request is small, and comes in one piece
            await far.WriteAsync(buffer.AsMemory(0, count), _end.Token);
        }
    }
}
