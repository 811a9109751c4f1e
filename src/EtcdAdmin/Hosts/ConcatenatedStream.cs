using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts;

/// <summary>Reads several streams one after the other; each is opened when it is needed and closed at its end.</summary>
internal sealed class ConcatenatedStream(IEnumerable<Func<Stream>> parts) : ReadingStream
{
    private readonly Queue<Func<Stream>> _rest = new(parts);
    private Stream? _current;

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
