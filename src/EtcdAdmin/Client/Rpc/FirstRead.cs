using System.Net.Security;
using System.Net.Sockets;

namespace EtcdAdmin.Client.Rpc;

/// <summary>
/// Whether a connection ever said anything, and with what it failed otherwise. Over TLS 1.3 a server refuses a client certificate
/// only after the client's handshake is done; HTTP/2 then reports whatever broke as a consequence, not that.
/// </summary>
internal sealed class FirstRead(FirstRead? before)
{
    // The first byte of a TLS record that holds a handshake message or an alert: RFC 8446, section 5.1.
    private const int TlsAlert = 0x15;
    private const int TlsHandshake = 0x16;

    // The first byte of HTTP/2 from a server: that of a SETTINGS frame's length (24 bits, big-endian). RFC 9113, section 4.1.
    private const int Http2 = 0;

    private const int Nothing = -1;

    private volatile int _firstByte = Nothing;
    private volatile Exception? _failure;

    /// <summary>The server spoke HTTP/2.</summary>
    public bool Heard => _firstByte == Http2;

    /// <summary>It did so on an earlier connection, where a call may have been under way that fails only now.</summary>
    public bool HeardBefore { get; } = before is not null && (before.Heard || before.HeardBefore);

    /// <summary>The server spoke, but something else.</summary>
    public bool HeardOther => _firstByte is not (Nothing or Http2);

    /// <summary>The server spoke TLS.</summary>
    public bool HeardTls => _firstByte is TlsHandshake or TlsAlert;

    /// <summary>Why nothing came; null as long as something may.</summary>
    public Exception? Failure => _failure;

    private ValueTask<int> Watch(ValueTask<int> read, Memory<byte> buffer) =>
        _firstByte == Nothing ? WatchAsync(read, buffer) : read;

    private async ValueTask<int> WatchAsync(ValueTask<int> read, Memory<byte> buffer)
    {
        try
        {
            int count = await read.ConfigureAwait(false);
            if (count > 0) _firstByte = buffer.Span[0];
            return count;
        }
        catch (IOException e)
        {
            _failure = e;
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
