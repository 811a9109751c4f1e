using System.Net.Security;
using System.Net.Sockets;

namespace EtcdAdmin.Client.Rpc;

/// <summary>
/// Whether a connection ever said anything, and with what it failed otherwise. Over TLS 1.3 a server refuses a client certificate
/// only after the client's handshake is done; HTTP/2 then reports whatever broke as a consequence, not that.
/// </summary>
internal sealed class FirstRead(FirstRead? before)
{
    private volatile bool _heard;
    private volatile bool _heardOther;
    private volatile Exception? _failure;

    /// <summary>The server spoke HTTP/2.</summary>
    public bool Heard => _heard;

    /// <summary>It did so on an earlier connection, where a call may have been under way that fails only now.</summary>
    public bool HeardBefore { get; } = before is not null && (before.Heard || before.HeardBefore);

    /// <summary>The server spoke, but something else.</summary>
    public bool HeardOther => _heardOther;

    /// <summary>Why nothing came; null as long as something may.</summary>
    public Exception? Failure => _failure;

    private ValueTask<int> Watch(ValueTask<int> read, Memory<byte> buffer) => _heard ? read : WatchAsync(read, buffer);

    private async ValueTask<int> WatchAsync(ValueTask<int> read, Memory<byte> buffer)
    {
        try
        {
            int count = await read.ConfigureAwait(false);
            // A server begins with a SETTINGS frame, whose length (24 bits, big-endian) has a zero for its first byte. A TLS
            // record begins with 0x15, an HTTP/1 answer with 'H'.
            if (count > 0 && !_heard)
            {
                if (buffer.Span[0] == 0 && !_heardOther) _heard = true;
                else _heardOther = true;
            }

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
            first.Watch(base.ReadAsync(buffer, cancellationToken), buffer);
    }

    /// <summary>A TLS connection that is watched; the handler takes nothing but an <see cref="SslStream"/> for one.</summary>
    public sealed class TlsStream(Stream inner, FirstRead first) : SslStream(inner, leaveInnerStreamOpen: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            first.Watch(base.ReadAsync(buffer, cancellationToken), buffer);
    }
}
