using System.Net.Security;
using System.Net.Sockets;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Records whether a connection received anything, and otherwise its failure. With TLS 1.3 a server refuses a client certificate only after
/// the client's handshake is complete; HTTP/2 then reports a consequence, not the refusal.</summary>
internal sealed class FirstRead(FirstRead? before)
{
    // The first byte of a TLS record with a handshake message or an alert: RFC 8446, section 5.1.
    private const int TlsAlert = 0x15;
    private const int TlsHandshake = 0x16;

    // The first byte of HTTP/2 from a server: the start of a SETTINGS frame's length (24 bits, big-endian). RFC 9113, section 4.1.
    private const int Http2 = 0;

    private const int Nothing = -1;

    private volatile int _firstByte = Nothing;
    private volatile Exception? _failure;

    /// <summary>Whether the server answered with HTTP/2.</summary>
    public bool Heard => _firstByte == Http2;

    /// <summary>Whether it did so on an earlier connection, whose running call may fail only now.</summary>
    public bool HeardBefore { get; } = before is not null && (before.Heard || before.HeardBefore);

    /// <summary>Whether the server answered with another protocol.</summary>
    public bool HeardOther => _firstByte is not (Nothing or Http2);

    /// <summary>Whether the server answered with TLS.</summary>
    public bool HeardTls => _firstByte is TlsHandshake or TlsAlert;

    /// <summary>The failure of the first read; null while it may still succeed.</summary>
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

    /// <summary>A recorded plaintext connection.</summary>
    public sealed class PlainStream(Socket socket, FirstRead first) : NetworkStream(socket, ownsSocket: true)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            first.Watch(base.ReadAsync(buffer, cancellationToken), buffer);
    }

    /// <summary>A recorded TLS connection; the handler recognizes only an <see cref="SslStream"/> as TLS.</summary>
    public sealed class TlsStream(Stream inner, FirstRead first) : SslStream(inner, leaveInnerStreamOpen: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            first.Watch(base.ReadAsync(buffer, cancellationToken), buffer);
    }
}
