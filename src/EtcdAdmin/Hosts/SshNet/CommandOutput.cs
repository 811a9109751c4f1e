using System.Runtime.InteropServices;
using System.Threading.Channels;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>The standard output or standard error of a command, as far as SSH.NET has received it. Waiting for more blocks no thread.</summary>
/// <param name="received">SSH.NET's buffer; it grows without a limit.</param>
internal sealed class CommandOutput(Stream received) : ReadingStream
{
    /// <summary>The most bytes that are kept for a slow reader.</summary>
    public const int Room = 8 * 1024 * 1024;

    private readonly Channel<bool> _arrivals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly object _reading = new();
    private volatile bool _ended;

    /// <summary>Whether more than <see cref="Room"/> is kept.</summary>
    public bool IsFull => received.Length > Room;

    /// <summary>Wakes the reader.</summary>
    public void Announce() => _arrivals.Writer.TryWrite(true);

    /// <summary>Blocks until the reader has made room, or the command has ended.</summary>
    public void WaitForRoom()
    {
        lock (_reading)
        {
            while (IsFull && !_ended) Monitor.Wait(_reading);
        }
    }

    /// <summary>Marks the end of the output.</summary>
    public void End()
    {
        _ended = true;
        Announce();
        lock (_reading) Monitor.PulseAll(_reading);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            bool ended = _ended; // read first, so that no bytes before the end are missed
            if (received.Length > 0) return Take(buffer);
            if (ended) return 0;
            await _arrivals.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        byte[] bytes = new byte[buffer.Length];
        int read = ReadAsync(bytes).AsTask().GetAwaiter().GetResult();
        bytes.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    private int Take(Memory<byte> buffer)
    {
        int read = MemoryMarshal.TryGetArray<byte>(buffer, out ArraySegment<byte> array)
            ? received.Read(array.Array!, array.Offset, array.Count) // not null: the memory is an array's
            : received.Read(buffer.Span);
        lock (_reading) Monitor.PulseAll(_reading);
        return read;
    }
}
