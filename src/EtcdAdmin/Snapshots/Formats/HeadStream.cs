using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Reads another stream and can peek at its first bytes.</summary>
/// <param name="inner">The stream to read; its creator disposes it.</param>
internal sealed class HeadStream(Stream inner) : ReadingStream
{
    private readonly byte[] _head = new byte[ContentKinds.HeadSize];
    private int _length;
    private int _taken;

    /// <summary>
    /// Returns the first bytes, up to <see cref="ContentKinds.HeadSize"/>. They are read again afterwards. Call this before any read.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(CancellationToken cancellationToken)
    {
        _length = await inner.ReadAtLeastAsync(_head, _head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return _head.AsMemory(0, _length);
    }

    public override int Read(Span<byte> buffer) => TakeHead(buffer) is var taken and > 0 ? taken : inner.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        TakeHead(buffer.Span) is var taken and > 0 ? ValueTask.FromResult(taken) : inner.ReadAsync(buffer, cancellationToken);

    private int TakeHead(Span<byte> buffer)
    {
        int taken = Math.Min(buffer.Length, _length - _taken);
        _head.AsSpan(_taken, taken).CopyTo(buffer);
        _taken += taken;
        return taken;
    }
}
