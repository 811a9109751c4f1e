using System.Net.Security;
using System.Net.Sockets;

namespace EtcdAdmin.Client.Rpc;

/// <summary>
/// Whether a connection ever said anything, and with what it failed otherwise. Over TLS 1.3 a server refuses a client certificate
/// only after the client's handshake is done; HTTP/2 then reports whatever broke as a consequence, not that.
/// </summary>
internal sealed class FirstRead
{
    private volatile bool _heard;
    private volatile Exception? _failure;

    /// <summary>Something came.</summary>
    public bool Heard => _heard;

    /// <summary>Why nothing came; null as long as something may.</summary>
    public Exception? Failure => _failure;

    private ValueTask<int> Watch(ValueTask<int> read) => _heard ? read : WatchAsync(read);

    private async ValueTask<int> WatchAsync(ValueTask<int> read)
    {
        try
        {
            int count = await read.ConfigureAwait(false);
            if (count > 0) _heard = true;
            return count;
        }
        catch (IOException e)
        {
            if (!_heard) _failure = e;
            throw;
        }
    }

    /// <summary>A plaintext connection that is watched.</summary>
    public sealed class PlainStream(Socket socket, FirstRead first) : NetworkStream(socket, ownsSocket: true)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            first.Watch(base.ReadAsync(buffer, cancellationToken));
    }

    /// <summary>A TLS connection that is watched; the handler takes nothing but an <see cref="SslStream"/> for one.</summary>
    public sealed class TlsStream(Stream inner, FirstRead first) : SslStream(inner, leaveInnerStreamOpen: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            first.Watch(base.ReadAsync(buffer, cancellationToken));
    }
}
