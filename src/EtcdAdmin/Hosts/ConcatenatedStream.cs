namespace EtcdAdmin.Hosts;

/// <summary>Reads several streams one after the other; each is opened when it is needed and closed at its end.</summary>
internal sealed class ConcatenatedStream(IEnumerable<Func<Stream>> parts) : Stream
{
    private readonly Queue<Func<Stream>> _rest = new(parts);
    private Stream? _current;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (Current() is { } stream)
        {
            int read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0 || buffer.IsEmpty) return read;
            CloseCurrent();
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (Current() is { } stream)
        {
            int read = stream.Read(buffer);
            if (read > 0 || buffer.IsEmpty) return read;
            CloseCurrent();
        }

        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) CloseCurrent();
        base.Dispose(disposing);
    }

    private Stream? Current() => _current ??= _rest.TryDequeue(out Func<Stream>? open) ? open() : null;

    private void CloseCurrent()
    {
        _current?.Dispose();
        _current = null;
    }
}
